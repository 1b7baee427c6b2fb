"""Install reportgen from the wheels beside this file; needs Python 3.11 or later and no network.

python3 install.py [folder]    (reportgen-env in the current folder, if none is named)
"""

import subprocess
import sys
import venv
from pathlib import Path


def main():
    """Make a virtual environment and install into it; return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older Python, and is told
        print(f"Python 版本太低：{sys.version.split()[0]}，需要 3.11 或以上版本")
        return 2
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "reportgen-env").resolve()
    wheels = Path(__file__).resolve().parent / "wheels"
    pip = next(iter(sorted(wheels.glob("pip-*.whl"))), None)
    if pip is None:
        print(f"{wheels}：安装包不完整，请重新解压")
        return 2
    # Debian leaves pip out of its venv; it runs from its own wheel.
    venv.create(target, with_pip=False)
    folder = target / ("Scripts" if sys.platform == "win32" else "bin")
    python = folder / ("python.exe" if sys.platform == "win32" else "python")
    done = subprocess.run([str(python), str(pip / "pip"), "install", "--quiet", "--no-index", "--find-links",
                           str(wheels), "reportgen[charts]", "reportgen-hanzi"], check=False)
    if done.returncode:
        print("安装没有完成；多半是这份安装包没有对应这个 Python 版本的文件")
        return done.returncode
    command = folder / ("reportgen.exe" if sys.platform == "win32" else "reportgen")
    print(f"已安装，命令是 {command}", flush=True)
    # What PDF output lacks on this machine is said; DOCX works without.
    subprocess.run([str(command), "doctor"], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
