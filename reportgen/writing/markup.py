"""Render the HTML and CSS templates, which users may have edited, in Jinja's sandbox."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.findings import Origin, refuse


@lru_cache(maxsize=16)
def _compiled(text: str, autoescape: bool) -> jinja2.Template:
    # A macro's result is markup already; {% set %} blocks and macros keep it so under autoescape.
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=autoescape)
    return environment.from_string(text)


def render(path: Path, autoescape: bool, **context: Any) -> str:
    """Return a template filled in.

    Raises InputError for one that cannot be read or has a broken or unknown tag.
    """
    try:
        return _compiled(path.read_text(encoding="utf-8"), autoescape).render(context)
    except jinja2.TemplateSyntaxError as error:
        raise refuse(Origin(str(path), error.lineno), f"模板的标记写错了（{error.message}）") from error
    except (jinja2.TemplateError, OSError, UnicodeDecodeError) as error:
        raise refuse(Origin(str(path)), f"模板用不了（{error}）") from error
