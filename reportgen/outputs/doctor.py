"""Say what this machine has for making reports, and what it lacks."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec

from reportgen.files import resources
from reportgen.outputs.pdf.engine.library import EngineMissingError, engine, pango_version
from reportgen.outputs.pdf.engine.patches import speed_off
from reportgen.standard.fonts import package_fonts
from reportgen.standard.layout import FACES

_LIBRARIES = ("PyYAML", "Jinja2", "lxml", "python-docx", "docxtpl", "weasyprint", "pydyf", "fonttools")


@dataclass(frozen=True)
class Part:
    """An optional part: the extra that installs it, a module of it, what it serves, on which system."""

    extra: str
    module: str
    use: str
    system: str = sys.platform

    def line(self) -> str:
        """Say whether it is there, and how to get it."""
        if self.system != sys.platform:
            return f"    {self.use}：这个系统不用"
        if find_spec(self.module):
            return f"    {self.use}：有"
        return f"    {self.use}：没有；要用的，{_INSTALL} .[{self.extra}]"


_INSTALL = "在程序的源码文件夹里运行 pip install -c constraints.txt"
PARTS = (Part("serve", "uvicorn", "浏览器里填报（serve）"),
         Part("cluster", "distributed", "Dask 集群（batch --scheduler）"),
         Part("windows", "gstreamer_libs", "Windows 的 Pango 程序库（已经能生成 PDF 的不用装）", "win32"))


def optional_parts() -> list[str]:
    """Return a line for each optional part: whether it is there, and how to get it."""
    hanzi = "有" if resources.hanzi_folder() else (
        f"没有，遇到特别生僻的字，检查会报错；要用的，{_INSTALL} ./hanzi，"
        "解压就能用的程序，把 reportgen-hanzi.zip 里的 site 并入程序文件夹的 site")
    return ["可以另装的部分：", f"    补充字库 reportgen-hanzi（GB 18030-2022 的全部汉字）：{hanzi}",
            *(part.line() for part in PARTS)]


def examine() -> tuple[list[str], bool]:
    """Return lines that describe the machine, and whether both DOCX and PDF can be made."""
    import yaml

    lines = [f"Python {platform.python_version()}（{platform.system()} {platform.machine()}）"]
    sound = True
    for name in _LIBRARIES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{name} 没有安装")
            sound = False
    lines.append("YAML 解析："
                 + ("C 语言版（快）" if hasattr(yaml, "CSafeLoader") else "Python 版（慢，结果相同）"))
    try:
        engine()
        lines.append(f"Pango {pango_version()}，可以生成 PDF")
        if why := speed_off():
            lines.append(f"排版没有加速：{why}；页面不变，生成 PDF 要慢几倍")
    except EngineMissingError as error:
        lines.append(str(error))
        sound = False
    files = package_fonts().files
    for role in FACES:
        if role in files:
            lines.append(f"字体 {role}：{files[role].name}")
    missing = set(FACES) - set(files)
    if missing:
        lines.append(f"{resources.fonts_folder()} 缺少字体：{'、'.join(sorted(missing))}，请重新安装")
        sound = False
    lines += optional_parts()
    return lines, sound
