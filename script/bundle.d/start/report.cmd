@echo off
rem Drop forms or data files on this file: each report is made beside its file; what is wrong is said.
if "%~1"=="" ("%~dp0python\python.exe" -X utf8 -m reportgen doctor) else ("%~dp0python\python.exe" -X utf8 -m reportgen build %* -o "%~dp1.")
pause
