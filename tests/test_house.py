"""The picture in docs/design.md is the house as it stands."""

import re

import grimp
from conftest import ROOT


def arrows():
    """Pairs of rooms of which the first imports the second."""
    graph = grimp.build_graph("reportgen", cache_dir=None)
    rooms = {name: name.split(".")[1] for name in graph.modules if "." in name and not name.endswith("__main__")}
    pairs = {(rooms[module], rooms[used]) for module in rooms for used in graph.find_modules_directly_imported_by(module)
             if used in rooms}
    return {(one, other) for one, other in pairs if one != other}


def needed(pairs):
    """The arrows that no path of others stands for."""
    below = {}

    def all_below(room):
        if room not in below:
            direct = {other for one, other in pairs if one == room}
            below[room] = direct.union(*map(all_below, direct))
        return below[room]

    return {(one, other) for one, other in pairs
            if not any(other in all_below(between) for first, between in pairs if first == one and between != other)}


def test_the_picture_shows_the_imports_between_rooms():
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    (picture,) = re.findall(r"^```mermaid\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    drawn = set(re.findall(r"^ *(\w+) --> (\w+)$", picture, re.MULTILINE))
    version = {pair for pair in arrows() if "version" in pair}
    assert drawn == needed(arrows() - version)


def test_every_room_is_told_of():
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rooms = {path.name for path in (ROOT / "reportgen").iterdir()
             if (path / "__init__.py").is_file() or (path.suffix == ".py" and not path.name.startswith("_"))}
    assert {room.removesuffix(".py") for room in rooms} <= set(re.findall(r"^\| `(\w+)", text, re.MULTILINE))
