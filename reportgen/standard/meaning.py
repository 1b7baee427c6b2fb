"""What it costs a title to end a line at a place: little where its meaning allows it, much inside a name."""

from __future__ import annotations

import re

# Words that end like the name of a place and are none.
_WORDS = re.compile("市场|市政|市容|市民|城市|都市|市中(?=区)|市[南北](?=区)|乡村|城乡|乡镇|村镇|城镇|镇街"
                    "|县域|市域|区域|社区|小区|师范|教师|局部|中心(?=城)")
# A place: a name of one character or more and its kind. Where another kind follows, the name goes on: 广州市.
_PLACE = re.compile("[^0-9]+?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|开发区|实验区|示范区"
                    "|街道(?:办事处)?|兵团|第?[一二三四五六七八九十]+师|[省市州盟县区旗镇乡])(?![省市州盟县区旗镇乡])")
_OFFICE = re.compile("人民政府|委员会|办公室|办事处|公署|中心|法院|检察院|局|厅")
_TOPIC = re.compile("政府信息公开(?:工作)?|关于|的|[》）”、]")
_YEAR = re.compile(r"\d{4}年(?:度)?")
_JOINING = "和与及"
# Against lines of uneven length (characters squared); from TORN on the meaning does not allow it.
_AT_PLACE, _AT_OFFICE, _AT_TOPIC, _AT_YEAR = 10.0, 15.0, 20.0, 30.0
TORN, _IN_OFFICE, _IN_PLACE, _AFTER_JOINING = 60.0, 100.0, 200.0, 300.0


def end_costs(text: str, name: str = "") -> list[float]:
    """Return what it costs to end a line before each character of a text, and at its end.

    `name` is the agency's, which may stand in the text; its last part is an office.
    """
    plain = _WORDS.sub(lambda found: "□" * len(found[0]), text)
    costs = [TORN] * (len(text) + 1)
    for pattern, cost in ((_TOPIC, _AT_TOPIC), (_YEAR, _AT_YEAR), (_OFFICE, _AT_OFFICE)):
        for found in pattern.finditer(plain):
            costs[found.end()] = cost
    start = text.find(name) if name else -1
    stop = start + len(name) if start >= 0 else len(text)
    office = _weigh_places(plain, max(start, 0), stop, costs)
    if start >= 0:
        _weigh_office(plain, office, stop, costs)
    for at, character in enumerate(text[:-1]):
        if character in _JOINING:
            costs[at + 1] = _AFTER_JOINING
    if start >= 0:
        costs[stop] = 0.0
    costs[len(text)] = 0.0
    return costs


def _weigh_places(plain: str, start: int, stop: int, costs: list[float]) -> int:
    """Put in the costs of the places that a name begins with; return where they end."""
    while found := _PLACE.match(plain, start, stop):
        costs[start + 1:found.end()] = [_IN_PLACE] * (found.end() - start - 1)
        costs[found.end()] = _AT_PLACE
        start = found.end()
    return start


def _weigh_office(plain: str, start: int, stop: int, costs: list[float]) -> None:
    """Put in what it costs to end a line within the first office of a name."""
    found = _OFFICE.search(plain, start, stop)
    for at in range(start + 1, found.end() if found else start):
        costs[at] = max(costs[at], _IN_OFFICE)
