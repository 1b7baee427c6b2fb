"""The editions of the national format, as data and as a typed view of it."""

from reportgen.format.grid import GridCell, grid, held
from reportgen.format.keys import Key
from reportgen.format.load import all_editions, edition_for, get_edition
from reportgen.format.model import ChartSpec, Edition, Equation, Identity, Tie
from reportgen.format.shape import Block, CellSpec, CellType, Heading, Section, Table

__all__ = ["Block", "CellSpec", "CellType", "ChartSpec", "Edition", "Equation", "GridCell", "Heading",
           "Identity", "Key", "Section", "Table", "Tie", "all_editions", "edition_for",
           "get_edition", "grid", "held"]
