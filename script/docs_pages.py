"""Pages of the documentation site from files that stand beside docs/: a hook of MkDocs (mkdocs.yml).

Their links, and links to them, lead to the pages.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"SECURITY.md": "security.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
# The end of a line within a Chinese sentence, which a browser shows as a space; or a whole block of code.
LINE_END = re.compile(
    r"(?P<code>^ *```.*?^ *```$)|(?<=[\u3000-\u9fff\uff00-\uffef])\n *(?=[\u4e00-\u9fff“（《`\[])",
    re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Add the pages that there are files for."""
    for name, page in PAGES.items():
        if (ROOT / name).exists():
            text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
            for other, its_page in PAGES.items():
                text = text.replace(f"]({other}", f"]({its_page}")
            files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Let links out of docs/ lead to the pages, and join the lines of Chinese sentences."""
    for name, page in PAGES.items():
        markdown = markdown.replace(f"](../{name}", f"]({page}")
    return LINE_END.sub(lambda found: found["code"] or "", markdown)
