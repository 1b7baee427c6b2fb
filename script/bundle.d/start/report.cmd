@echo off
rem Drop forms or data files on this file: each report is made beside its file; what is wrong is said.
rem No brackets of cmd around the names that were dropped, which may have some themselves.
set "here=%~dp0"
if "%~1"=="" "%here%python\python.exe" -X utf8 -m reportgen doctor
:next
if "%~1"=="" goto end
"%here%python\python.exe" -X utf8 -m reportgen build "%~1" -o "%~dp1."
shift /1
goto next
:end
pause
