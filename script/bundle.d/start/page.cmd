@echo off
rem Opens the page in the browser for the folder or file that was dropped, or for data; it ends with the window.
rem No brackets of cmd around the names that were dropped, which may have some themselves.
set "here=%~dp0"
if "%~1"=="" goto own
"%here%python\python.exe" -X utf8 -m reportgen serve %*
goto end
:own
"%here%python\python.exe" -X utf8 -m reportgen serve "%here%data"
:end
pause
