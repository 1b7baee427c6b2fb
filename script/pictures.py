"""Draw the pictures of the manuals from what the program makes: .venv/bin/python script/pictures.py

docs/pictures has the first page and a table of a form (LibreOffice draws them) and the page of findings
(Chromium does), in the fonts of the package. The data are those of the example of 2024, with one figure
changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
EXAMPLE = ROOT / "data" / "suqian" / "2024.yaml"
# A figure that then disagrees with its total and its sentence.
RIGHT, WRONG = "  granted: {natural: 1408,", "  granted: {natural: 1480,"
WIDTH = 1000
# Where the section with the errors begins on the page of findings.
TOP = 890
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{fonts}</dir><cachedir>{cache}</cachedir>
<match target="pattern">
<edit name="family" mode="prepend" binding="strong"><string>Reportgen HeiTi</string></edit></match>
</fontconfig>"""


def use_package_fonts(folder: Path) -> None:
    """Let all programs that are run draw with the 黑体 of the package, as this machine may have no hanzi."""
    file = folder / "fonts.conf"
    file.write_text(FONTS.format(fonts=ROOT / "reportgen" / "fonts", cache=folder / "cache"))
    os.environ["FONTCONFIG_FILE"] = str(file)


def run(*command: str | Path) -> None:
    """Run a command that may say that it found errors."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stdout}{done.stderr}")


def reportgen(*words: str | Path) -> None:
    """Run the program."""
    run(sys.executable, "-m", "reportgen", *words)


def keep(picture: Image.Image, name: str, height: int) -> None:
    """Write a picture of few colours, without its white margin, cut to a height in pixels."""
    plain = picture.convert("RGB")
    left, top, right, bottom = ImageOps.invert(plain).getbbox() or (0, 0, *plain.size)
    plain = ImageOps.expand(plain.crop((left, top, right, bottom)), 20, "white")
    scaled = plain.resize((WIDTH, plain.height * WIDTH // plain.width), Image.Resampling.LANCZOS)
    scaled.crop((0, 0, WIDTH, min(height, scaled.height))).quantize(16).save(PICTURES / name, optimize=True)


def form(folder: Path, data: Path) -> None:
    """Draw the first page of a form and that of its third table."""
    reportgen("convert", data, folder / "form.xlsx")
    run("soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to", "pdf", "--outdir", folder, folder / "form.xlsx")
    with pypdfium2.PdfDocument(folder / "form.pdf") as pages:
        texts = [page.get_textpage().get_text_range() for page in pages]
        table = next(number for number, text in enumerate(texts) if "本年新收政府信息公开申请数量" in text)
        for name, number in (("form.png", 0), ("table.png", table)):
            keep(pages[number].render(scale=2).to_pil(), name, 900)


def findings(folder: Path, data: Path) -> None:
    """Draw the page of findings."""
    reportgen("check", data, "--html", folder / "found.html")
    run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--hide-scrollbars",
        f"--user-data-dir={folder}/chromium", "--window-size=1000,4000", f"--screenshot={folder}/found.png",
        (folder / "found.html").as_uri())
    with Image.open(folder / "found.png") as picture:
        keep(picture.crop((0, TOP, WIDTH, TOP + 900)), "findings.png", 900)


def main() -> None:
    """Draw all pictures."""
    PICTURES.mkdir(exist_ok=True)
    text = EXAMPLE.read_text(encoding="utf-8")
    if text.count(RIGHT) != 1:
        sys.exit(f"{EXAMPLE} has no line {RIGHT}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        use_package_fonts(folder)
        data = folder / "2024.yaml"
        shutil.copy(EXAMPLE.with_name("2023.yaml"), folder)
        data.write_text(text.replace(RIGHT, WRONG), encoding="utf-8")
        form(folder, data)
        findings(folder, data)


if __name__ == "__main__":
    main()
