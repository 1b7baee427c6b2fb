"""How an agency calls itself in its own report: 市审计局, 区政府, 砲里街办, 县发改局."""

from __future__ import annotations

import re
from functools import cache

from reportgen.report.model import Agency

_REGION = re.compile(r"[\u4e00-\u9fff]{1,7}?(省|自治区|自治州|市|州|盟|县|区|旗)")
_GOVERNMENT = re.compile(r"人民政府(?P<office>办公[室厅])?$")
_STREET = re.compile(r"(.+?)街道(?:办事处)?$")
_TOWN = re.compile(r"(.+?)(?P<kind>[镇乡])人民政府$")
# The kinds of departments, and how each is shortened.
_KINDS = {"委员会": "委(?:员会)?", "办公室": "办(?:公室)?", "局": "局", "厅": "厅", "院": "院",
          "中心": "中心", "委": "委", "办": "办"}
# A whole of many agencies: beside it the agency's own name may mean the agency alone.
_WHOLE = re.compile("全[省市州盟县区旗]")


@cache
def own_names(agency: Agency) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return what finds an agency's names, and those of a government that may mean its own office alone."""
    exact = [re.escape(name) for name in (agency.name, agency.short) if name]
    regions, level, body = _parted(agency.name)
    before = f"(?:{'|'.join(map(re.escape, regions))})" if regions else ""
    government = _GOVERNMENT.search(agency.name)
    narrow = None
    if town := _TOWN.search(body):
        exact.append(f"(?:{re.escape(town[1])})?{town['kind']}(?:人民)?政府")
    elif street := _STREET.search(body):
        exact.append(f"{re.escape(street[1])}(?:街道办(?:事处)?|街办|街道)")
    elif government:
        exact.extend(map(re.escape, regions[-1:]))
        office = "办公[室厅]|办(?=收|受|办理|共|累)" if government["office"] else ""
        names = f"(?:{before}|{level})?(?:人民)?政府" if level else "(?:人民)?政府"
        if office:
            exact.append(f"{names}(?:{office})")
        else:
            narrow = re.compile(f"(?:{before}|{level})(?:人民)?政府(?!办)" if level else names)
    else:
        exact.extend(_department(body, before, level))
    # A longer name first, as one may begin with another.
    return re.compile("|".join(exact)), narrow


def hidden(text: str, agency: Agency, mask: str) -> str:
    """Return a text as long, in which what names the agency is masked."""
    names, narrow = own_names(agency)
    text = names.sub(lambda found: mask * len(found[0]), text)
    if narrow is not None and not _WHOLE.search(text):
        text = narrow.sub(lambda found: mask * len(found[0]), text)
    return text


def _parted(name: str) -> tuple[list[str], str, str]:
    """Return the regions of a name, each with what stands before it, the last one's level, and the rest."""
    at, level, starts = 0, "", [0]
    while (found := _REGION.match(name, at)) and len(name) - found.end() >= 2:
        at, level = found.end(), found[1]
        starts.append(at)
    regions = [name[start:at] for start in starts[:-1]]
    return regions, level, name[at:]


def _department(body: str, before: str, level: str) -> list[str]:
    kind = next((kind for kind in _KINDS if body.endswith(kind)), "")
    core = body.removesuffix(kind)
    if not kind or not core:
        return []
    region = f"(?:{before}|{level})" if before else ""
    full = f"{region + '?' if region else ''}{re.escape(core)}{_KINDS[kind]}"
    if not region:
        return [full]
    # 县发改局 keeps some characters of 县发展和改革局, in their order; 市委 is the party's committee.
    some = f"(?=[{re.escape(core)}])" if kind != "局" else ""
    return [full, f"{region}{some}{''.join(f'{re.escape(one)}?' for one in core)}{_KINDS[kind]}"]
