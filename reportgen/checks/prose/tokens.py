"""What the words of a clause mean together."""

from __future__ import annotations

from reportgen.checks.prose.vocabulary import Options, Token

_TELLING = ("share", "compare", "up", "down", "flat", "total", "not", "all")


def combined(tokens: list[Token]) -> Options | None:
    """Join the options of the tokens of a clause: those parted by 和 add up, others narrow each other down.

    None where no token has options, () where they contradict each other.
    """
    options: Options | None = None
    adding = False
    for token in _without_idle(tokens):
        if token.kind in ("and", "include"):
            adding = options is not None
        elif options is None:
            options = token.options
        elif adding:
            options = tuple(dict.fromkeys((*one, *(part for part in two if part not in one))
                                          for one in options for two in token.options))
            adding = False
        else:
            options = _narrowed(options, token.options)
    return options


def _narrowed(one: Options, two: Options) -> Options:
    """Return what both can mean; of a group and a row of it, the row (因…不掌握…无法提供)."""
    same = tuple(option for option in one if option in two)
    if same:
        return same
    return tuple(dict.fromkeys(min(first, second, key=len) for first in one for second in two
                               if set(first) < set(second) or set(second) < set(first)))


def _without_idle(tokens: list[Token]) -> list[Token]:
    """Return tokens without those that say nothing beside the others (答复 in 予以公开答复)."""
    said = [{part for option in token.options for part in option} for token in tokens]
    return [token for at, token in enumerate(tokens) if not token.beside or not any(
        parts and parts <= token.beside for other, parts in enumerate(said) if other != at)]


def continued(before: list[Token], tokens: list[Token], joint: str) -> list[Token]:
    """Join a clause to the words before it.

    行政复议、行政诉讼 add up, 未发生行政复议、行政诉讼 is said of each.
    """
    if before and before[0].kind == "not":
        return [before[0], *tokens] if joint == "、" else tokens
    return [*before, *([Token("and")] if before and joint == "、" else []), *tokens]


def names_cells(tokens: list[Token]) -> bool:
    """Say whether tokens name parts or columns of tables."""
    return any(token.kind in ("part", "column") for token in tokens)


def idle(tokens: list[Token]) -> bool:
    """Say whether tokens name cells by words alone that go with other things too: 收到, 办结."""
    return names_cells(tokens) and all(token.verb or token.beside for token in tokens
                                       if token.kind in ("part", "column"))


def telling(tokens: list[Token]) -> bool:
    """Say whether tokens leave no need of the words behind the figure."""
    return names_cells(tokens) or any(token.kind in _TELLING for token in tokens)
