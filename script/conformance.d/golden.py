"""Compare pages with golden images, so coarse that antialiasing does not count and a moved line does."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

FOLDER = Path(__file__).resolve().parent.parent.parent / "tests" / "golden"
# Two pixels a line of text.
RESOLUTION = 18
# By how much a pixel of a blurred page may differ, of 255: antialiasing gives about 10, a moved line 60 and
# more.
TOLERANCE = 32


def compare(pdf: Path, name: str, write: bool = False) -> str:
    """Return how the pages of a PDF differ from the golden ones, or an empty string.

    `write` makes them golden.
    """
    pages = images(pdf)
    if write:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob(f"{name}-*.png"):
            old.unlink()
        for number, page in enumerate(pages, 1):
            page.save(FOLDER / f"{name}-{number}.png", optimize=True)
        return ""
    known = sorted(FOLDER.glob(f"{name}-*.png"), key=lambda path: int(path.stem.rpartition("-")[2]))
    if len(known) != len(pages):
        return f"{len(pages)} pages, golden {len(known)}"
    for number, (page, path) in enumerate(zip(pages, known, strict=True), 1):
        off = difference(page, Image.open(path))
        if off > TOLERANCE:
            return f"p. {number} differs by {off}"
    return ""


def images(pdf: Path) -> list[Image.Image]:
    """Return the pages as grey images."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=RESOLUTION / 72, grayscale=True).to_pil().convert("L") for page in document]


def difference(one: Image.Image, two: Image.Image) -> int:
    """Return the largest difference of two images, each blurred by a pixel; 255 for different sizes."""
    if one.size != two.size:
        return 255
    blurred = [image.convert("L").filter(ImageFilter.BoxBlur(1)) for image in (one, two)]
    return int(ImageChops.difference(*blurred).getextrema()[1])
