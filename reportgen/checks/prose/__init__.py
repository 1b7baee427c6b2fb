"""文表: what the prose says of figures that the tables hold.

`numbers` finds figures in a sentence, `vocabulary` turns the words around them into cells, `walk` goes
through a paragraph and says what each figure claims, `rules` holds the claims against the tables.
"""

from reportgen.checks.prose.rules import RULES

__all__ = ["RULES"]
