"""A chart by itself: where its bars and words stand, and that the reader of tests/test_charts.py sees what is wrong with one."""

import itertools
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from drawn_charts import SVG, in_svg, require_shown
from hypothesis import given
from hypothesis import strategies as st

from reportgen.outputs.plot import HEIGHT, WIDTH, svg
from reportgen.report.charts import Bar, Chart


def drawn(values, upright=False, label="某一项"):
    """Return what a chart's SVG has: the edges of its boxes (left, top, right, bottom), the last one the ground; its characters."""
    chart = Chart("some", "标题", "件", tuple(Bar(label, value) for value in values), upright)
    root = ElementTree.fromstring(svg(chart))
    boxes = []
    for path in root.iter(f"{SVG}path"):
        if "id" not in path.attrib:
            first, second, third, last = map(float, re.findall(r"[\d.]+", path.get("d"))[:4])
            boxes.append([first, min(second, last), third, max(second, last)])
    words = [[float(number) for number in re.findall(r"-?[\d.]+", use.get("transform"))] for use in root.iter(f"{SVG}use")]
    return boxes, words, chart


def test_bars_are_as_long_as_their_values():
    *standing, ground = drawn([100, 50, None, 0, 25], upright=True)[0]
    assert [round((box[3] - box[1]) / (standing[0][3] - standing[0][1]), 2) for box in standing] == [1, 0.5, 0.25]
    assert {box[3] for box in standing} == {ground[1]} == {ground[3]}
    *lying, ground = drawn([100, 50, None, 0, 25])[0]
    assert [round((box[2] - box[0]) / (lying[0][2] - lying[0][0]), 2) for box in lying] == [1, 0.5, 0.25]
    assert {box[0] for box in lying} == {ground[0]} == {ground[2]}


def test_a_bar_of_next_to_nothing_is_a_line_and_of_nothing_is_none():
    assert len(drawn([None, 0, 0])[0]) == 1
    *_, least, _ = drawn([10**6, 0, 1])[0]
    assert least[0] == least[2]
    assert least[1] < least[3]


@given(st.lists(st.none() | st.integers(0, 10**15 - 1), min_size=1, max_size=6), st.booleans())
def test_nothing_touches_and_nothing_leaves_the_picture(values, upright):
    values = values[:5] if upright else values
    boxes, words, chart = drawn(values, upright, "2024年" if upright else "法律服务机构")
    spans = []
    # A word after the other, each with the size of its characters: labels take a full em for a hanzi, half for a digit.
    place = iter(words)
    for bar in chart.bars:
        for text in (bar.label, bar.text):
            characters = [next(place) for _ in text]
            size = characters[-1][2] * (2048 if text[-1].isdigit() else 500)
            last = characters[-1][0] + size * (0.5 if text[-1].isdigit() else 1)
            spans.append((characters[0][0], last, characters[0][1] - 0.88 * size, characters[0][1] + 0.12 * size))
    for left, right, top, bottom in spans:
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
        for box in boxes:
            assert right <= box[0] or box[2] <= left or bottom <= box[1] or box[3] <= top
    for one, other in itertools.combinations(spans, 2):
        assert one[1] < other[0] or other[1] < one[0] or one[3] < other[2] or other[3] < one[2]


def lying(*rows):
    return svg(Chart("some", "标题", "件", tuple(Bar(label, Decimal(value)) for label, value in rows), upright=False))


@pytest.mark.parametrize("wrong", ["swapped", "label", "value", "missing", "longer"])
def test_a_wrong_chart_is_seen(wrong):
    """The tests that read PDF and DOCX with this reader fail for it."""
    right = [("予以公开", 3), ("部分公开", 1), ("不予公开", 2)]
    expected = [(label, str(number), number) for label, number in right]
    content = lying(*right)
    require_shown(in_svg(content).shown(), expected)
    if wrong == "swapped":
        _, short, long = re.findall(r"<path d=.M[0-9. ]+H([0-9.]+)V", content)
        content = content.replace(f"H{long}V", "H?V").replace(f"H{short}V", f"H{long}V").replace("H?V", f"H{short}V")
    elif wrong == "label":
        content = lying(*right[:2], ("不予处理", 2))
    elif wrong == "value":
        content = content.replace('href="#some-latin-31"', 'href="#some-latin-32"')
    elif wrong == "missing":
        content = lying(*right[:2])
    else:
        last = re.findall(r"<path d=.M[0-9. ]+H([0-9.]+)V", content)[-1]
        content = content.replace(f"H{last}V", f"H{float(last) + 1:g}V")
    with pytest.raises(AssertionError):
        require_shown(in_svg(content).shown(), expected)
