"""Say what this machine has for making reports, and what it lacks."""

from __future__ import annotations

import platform
from importlib import metadata

from reportgen.files.resources import fonts_folder
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
    missing = set(FACES) - set(files)
    if missing:
        lines.append(f"{fonts_folder()} 缺少字体：{'、'.join(sorted(missing))}，请重新安装")
        sound = False
    return lines, sound
