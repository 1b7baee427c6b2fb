"""Text in fonts of ours alone: what they lack is an error, and the package reportgen-hanzi has every hanzi."""

import io

import pdfplumber
import pytest
from conftest import GOOD, ROOT, WITH_HANZI

import reportgen
from reportgen.cli.main import main
from reportgen.files import resources
from reportgen.outputs import doctor
from reportgen.outputs.build import Options
from reportgen.outputs.pdf import write as pdf
from reportgen.standard import layout
from reportgen.standard.coverage import coverage, lacking, needs_hanzi
from reportgen.standard.fonts import package_fonts, with_hanzi

FOLDER = ROOT / "hanzi" / "reportgen_hanzi"
# A name, and one of each font.
RARE = "𠮷" + "".join(chr(min(codes)) for codes in coverage(FOLDER).values()) if FOLDER.is_dir() else "𠮷"


@pytest.fixture
def without(monkeypatch):
    """The optional package is not there."""
    monkeypatch.setattr(resources, "hanzi_folder", lambda: None)


def hanzi_of_gb18030():
    return {*range(0x4E00, 0x9FF0), *range(0x3400, 0x4DB6), *range(0x20000, 0x2A6D7), *range(0x2A700, 0x2B735),
            *range(0x2B740, 0x2B81E), *range(0x2B820, 0x2CEA2), *range(0x2CEB0, 0x2EBE1)}


def named(content):
    """Return the names of the fonts with which the characters of a PDF are set."""
    with pdfplumber.open(io.BytesIO(content)) as opened:
        return {char["text"]: char["fontname"].partition("+")[2] for page in opened.pages for char in page.chars}


@WITH_HANZI
def test_every_hanzi_of_gb18030_is_there():
    assert resources.hanzi_folder() == FOLDER
    assert lacking("".join(map(chr, hanzi_of_gb18030()))) == []
    assert lacking("甲\n\U00031C6C乙😀") == sorted("\U00031C6C😀")


@WITH_HANZI
def test_the_lists_are_what_the_files_hold():
    from fontTools.ttLib import TTFont

    listed = coverage(FOLDER)
    assert set(listed) == set(layout.HANZI)
    for role, codes in listed.items():
        with TTFont(FOLDER / f"{role}.ttf", lazy=True) as font:
            assert set(font.getBestCmap()) == codes
            assert font["name"].getDebugName(1) == layout.HANZI[role]
        assert codes.isdisjoint(set().union(*coverage(resources.fonts_folder()).values()))
    assert {path.stem for path in (FOLDER / "licences").iterdir()} == {"wenkai", "babelstone", "hanazono"}


@WITH_HANZI
def test_a_name_prints(read, tmp_path):
    report = read(GOOD + f"notes: {{remedies: 注：{RARE}。}}\n")
    assert "WZ01" not in [finding.code for finding in reportgen.check(report)]
    path, = reportgen.build(report, tmp_path, ["pdf"])
    fonts = named(path.read_bytes())
    assert all(fonts[character].startswith("Reportgen-Hanzi-") for character in RARE)
    assert fonts["注"] == "Reportgen-FangSong"


def test_without_the_package_a_rare_name_is_an_error_that_says_what_to_do(read, tmp_path, without):
    report = read(GOOD + f"notes: {{remedies: 注：{RARE}。}}\n")
    error, = (finding for finding in reportgen.check(report) if finding.blocks)
    assert error.code == "WZ01"
    assert "请安装补充字库 reportgen-hanzi" in error.message
    with pytest.raises(reportgen.BuildRefusedError):
        reportgen.build(report, tmp_path, ["docx"])
    assert list(tmp_path.glob("*.docx")) == []


def test_a_sign_that_is_no_hanzi_is_to_be_changed(read, without):
    error, = (finding for finding in reportgen.check(read(GOOD + "notes: {remedies: 注：😀}\n")) if finding.blocks)
    assert "请改用其他字或删去" in error.message


@WITH_HANZI
def test_the_large_fonts_are_loaded_where_they_are_needed_alone():
    assert not needs_hanzi("某市2024年，\n①m²€")
    assert needs_hanzi(f"某市{RARE}")
    plain = package_fonts()
    assert "Hanzi" not in plain.font_faces() + str(plain.families())
    more = with_hanzi(plain)
    assert all(family in more.font_faces() and family in more.families()["heiti"] for family in layout.HANZI.values())


def test_the_layout_knows_no_font_of_the_machine(read, tmp_path, without, caplog):
    """Cyrillic and emoji are in the fonts of many machines; a draft may have them, in no font but ours."""
    report = read(GOOD + "notes: {remedies: 注：€²•ЖЩ😀𠮷。}\n")
    path, = reportgen.build(report, tmp_path, ["pdf"], Options(draft=True))
    assert all(font.startswith("Reportgen-") for font in named(path.read_bytes()).values())
    page = pdf.page_pdf(lambda faces, families: f"<style>{faces}</style><p>甲ЖЩ€")
    assert {name.split("-")[0] for name in named(page).values()} == {"Reportgen"}
    assert "Ж" in caplog.text
    assert all("unsupported by fonts" in message for message in caplog.messages)
    caplog.clear()


def test_the_page_number_is_in_song(read, tmp_path):
    path, = reportgen.build(read(GOOD), tmp_path, ["pdf"])
    with pdfplumber.open(path) as opened:
        page = opened.pages[0]
        below = [char for char in page.chars if char["top"] > page.height - layout.MARGIN_BOTTOM / layout.MM_PER_POINT]
    assert "".join(char["text"] for char in below).replace(" ", "") == "—1—"
    assert {char["fontname"].partition("+")[2] for char in below} == {"Reportgen-SongTi"}
    digit = next(char for char in below if char["text"] == "1")
    assert digit["width"] == pytest.approx(layout.PAGE_NUMBER_SIZE / 2, abs=0.1)


@pytest.mark.parametrize("there", [pytest.param(True, marks=WITH_HANZI), False])
def test_doctor_says_whether_it_is_there(monkeypatch, capsys, there):
    if not there:
        monkeypatch.setattr(resources, "hanzi_folder", lambda: None)
    lines, sound = doctor.examine()
    line, = (line for line in lines if "补充字库 reportgen-hanzi" in line)
    assert sound
    assert line.endswith("：有") == there
    assert ("pip install -c constraints.txt ./hanzi" in line) != there
    assert main(["doctor"]) == 0
    assert line in capsys.readouterr().out
