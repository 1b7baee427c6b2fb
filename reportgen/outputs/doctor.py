"""Say what this machine has for making reports, and what it lacks."""

from __future__ import annotations

import platform
from importlib import metadata

from reportgen.files import resources
from reportgen.outputs.pdf.engine.library import EngineMissingError, engine, pango_version
from reportgen.outputs.pdf.engine.patches import speed_off
from reportgen.standard.fonts import package_fonts
from reportgen.standard.layout import FACES

_LIBRARIES = ("PyYAML", "Jinja2", "lxml", "python-docx", "docxtpl", "weasyprint", "pydyf", "fonttools")


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
    lines.append("补充字库 reportgen-hanzi：有，GB 18030-2022 的汉字都能印" if resources.hanzi_folder() else
                 "没有补充字库 reportgen-hanzi：遇到特别生僻的字，检查会报错；装法见 README")
    missing = set(FACES) - set(files)
    if missing:
        lines.append(f"{resources.fonts_folder()} 缺少字体：{'、'.join(sorted(missing))}，请重新安装")
        sound = False
    return lines, sound
