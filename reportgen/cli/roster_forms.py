"""Write a form for every agency of a roster, and list what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportgen import api
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say, say_error
from reportgen.cli.progress import Progress
from reportgen.files.folders import MAX_LISTED
from reportgen.findings import Origin, refuse

_HEAD = ("机关", "分组", "填报表", "上年的报告", "带入的格", "说明")


@dataclass(frozen=True)
class RosterForms:
    """Where the roster stands, where last year's reports are, where forms and their list go."""

    roster: Path
    source: Path | None
    out: Path
    table: Path | None


def forms_of_roster(year: int, how: RosterForms) -> int:
    """Write the forms and list them; return the exit code.

    Raises InputError for a roster or a folder that cannot be used.
    """
    if how.source and not how.source.is_dir():
        raise refuse(Origin(str(how.source)), "与 --roster 连用时，--from 应是放着上年各机关报告的文件夹")
    roster = api.read_roster(how.roster)
    last_year = api.last_year_in(how.source, year) if how.source else api.LastYear({})
    for line in (*roster.told, *(f"没有读取的：{line}" for line in last_year.unread)):
        say_error(line)
    with Progress("没有做成", len(roster.entries)) as progress:
        made = api.make_forms(roster, year, last_year, how.out, lambda one: progress.count(_failed(one)))
    if how.table:
        say_error(f"已生成 {api.replace_file(how.table, api.as_csv(_HEAD, map(_row, made)))}")
    for one in made:
        say(f"{one.agency}：{one.target or ('没有动' if one.there else '没有做成')}"
            + (f"，从 {one.source} 带入 {one.carried} 格" if one.carried else ""))
        for line in one.told:
            say(f"　　{line}")
    new, failed = [one for one in made if one.target], sum(map(_failed, made))
    say(f"新做 {len(new)} 份填报表，带入上年结转数的 {sum(bool(one.carried) for one in new)} 份，"
        f"已有没动的 {sum(one.there for one in made)} 份" + (f"，没有做成的 {failed} 份" if failed else ""))
    missed = [one for one in made if one.missed]
    if missed:
        say(f"没有带入的 {len(missed)} 份：{'、'.join(one.agency for one in missed)}")
        _tell_left(last_year.left(roster))
    if new and not how.source:
        say("没有写 --from，上年结转数都没有带入")
    return UNUSABLE if failed else FOUND if missed else DONE


def _failed(one: api.FormMade) -> bool:
    return not one.target and not one.there


def _tell_left(files: list[Path]) -> None:
    """List the reports of last year that no agency of the roster took: one may be of a former name."""
    if files:
        more = f" 等 {len(files)} 份" if len(files) > MAX_LISTED else ""
        say(f"上年的报告里与名册对不上的：{'、'.join(map(str, files[:MAX_LISTED]))}{more}；"
            "机关改了名称的，请在名册里加一列“原名”")


def _row(one: api.FormMade) -> tuple[object, ...]:
    return (one.agency, one.group, one.target, one.source, one.carried if one.target else "",
            "；".join(one.told))
