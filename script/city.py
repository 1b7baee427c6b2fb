"""Write an example for `batch` and `aggregate`: two years of data files of a city's 200 agencies.

    python3 script/city.py FOLDER [--agencies 200]

The figures are drawn by lot, the same every time, and add up; what is carried over from one year comes into
the next.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

YEARS = (2023, 2024)
CITY = "某市"
PLACES = ("", "甲县", "乙县", "丙县", "丁区", "戊区", "己区", "庚开发区")
BUREAUS = (
    "发展和改革委员会", "教育局", "科学技术局", "工业和信息化局", "公安局", "民政局",
    "司法局", "财政局", "人力资源和社会保障局", "自然资源和规划局", "生态环境局", "住房和城乡建设局",
    "城市管理局", "交通运输局", "水利局", "农业农村局", "商务局", "文化广电和旅游局",
    "卫生健康委员会", "退役军人事务局", "应急管理局", "审计局", "市场监督管理局", "体育局",
    "统计局", "医疗保障局", "行政审批局")
APPLICANTS = ("natural", "enterprise", "research", "public_interest", "legal_service", "other")
RESULTS = ("granted", "partial", "refused.process_info", "unavailable.not_held", "not_processed.duplicate",
           "other_handling.other")
# Two years in a row have other words, as those of a real agency should.
_PROSE = ("""overview: |
  （一）主动公开。全年办理行政许可{{ 主动公开.行政许可.处理决定数量 }}件。
  （二）依申请公开。新收申请{{ 申请办理.本年新收.总计 }}件，其中自然人申请{{ 申请办理.本年新收.自然人 }}件。
  （三）政府信息管理。发布前逐件审查，定期清理失效文件。
  （四）政府信息公开平台建设。网站专栏及时更新。
  （五）监督保障。组织培训，接受社会评议。
problems: 解读不够深入，将加强培训。
other: 本年没有收取信息处理费。
""", """overview: |
  （一）围绕群众关心的事项做好主动公开，依法作出行政许可决定{{ 主动公开.行政许可.处理决定数量 }}件并全部上网。
  （二）规范依申请公开的登记、补正、答复各个环节，本年收到的申请中由自然人提出的有\
{{ 申请办理.本年新收.自然人 }}件。
  （三）政府信息管理落实到科室，源头标注公开属性。
  （四）政务新媒体与网站平台同步发布，栏目按月巡查。
  （五）监督保障到位，年内考核两次。
problems: 公开目录更新偶有迟延，下一步按季度核对。
other: 没有其他需要报告的事项，未收取信息处理费。
""")


def agencies(count: int) -> Iterator[str]:
    """Yield the names of some agencies."""
    names = (f"{CITY}{place}{bureau}" for place in PLACES for bureau in BUREAUS)
    for number in range(count):
        yield next(names, f"{CITY}第{number}局")


def figures(seed: int, carried_in: dict[str, int] | None = None) -> dict[str, int | Decimal]:
    """Return figures of one agency and year by path.

    `carried_in` is what last year carried over, by applicant.
    """
    pick = random.Random(seed)
    cells: dict[str, int | Decimal] = {}
    for who in APPLICANTS:
        came = pick.randrange(4) if carried_in is None else carried_in[who]
        results = {row: pick.randrange(9) for row in RESULTS}
        out = pick.randrange(4) + max(0, came - sum(results.values()))
        rows = {"new": sum(results.values()) + out - came, "carried_in": came, "carried_out": out, **results}
        if rows["new"] < 0:
            rows["granted"] -= rows["new"]
            rows["new"] = 0
        cells |= {f"applications.{row}.{who}": number for row, number in rows.items()}
    return cells | {
        "disclosure.licensing.decisions": pick.randrange(10**6), "remedies.review.upheld": pick.randrange(9),
        "disclosure.fees.amount_wan_yuan": Decimal(pick.randrange(10**7)) / 10 ** pick.randrange(5)}


def data_file(agency: str, year: int, cells: dict[str, int | Decimal]) -> str:
    """Return the text of a data file; what it leaves out is 0."""
    tables = "".join(f"{table}: {_nested(table, cells)}\n"
                     for table in ("disclosure", "applications", "remedies"))
    return (f"year: {year}\nagency: {{name: {agency}, kind: department}}\nblanks: 0\n"
            f"{_PROSE[year % 2]}{tables}")


def _nested(table: str, cells: dict[str, int | Decimal]) -> str:
    tree: dict[str, object] = {}
    for path, number in cells.items():
        first, *steps = path.split(".")
        if first == table:
            node = tree
            for step in steps[:-1]:
                node = node.setdefault(step, {})  # type: ignore[assignment]
            node[steps[-1]] = str(number)
    return str(tree).replace("'", "")


def write_city(folder: Path, count: int) -> None:
    """Write the data files of some agencies, each in a folder of its own, and the roster of their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = list(agencies(count))
    for number, name in enumerate(names):
        carried: dict[str, int] | None = None
        place = folder / f"{number:04}"
        place.mkdir(exist_ok=True)
        for year in YEARS:
            cells = figures(number * 10 + year, carried)
            carried = {who: int(cells[f"applications.carried_out.{who}"]) for who in APPLICANTS}
            (place / f"{year}.yaml").write_text(data_file(name, year, cells), encoding="utf-8", newline="\n")
    (folder / "roster.txt").write_text("\n".join(names) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the data files of an example city.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--agencies", type=int, default=200)
    options = parser.parse_args()
    write_city(options.folder, options.agencies)
