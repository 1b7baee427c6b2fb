"""Files that cannot be read as a published report: each is refused with a word on why, and nothing is fetched."""

import base64
import contextlib
import functools
import io
import logging
import re
import zipfile
import zlib

import docx
import pytest
from conftest import EXAMPLES, ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_pages import filled, imported, page

from reportgen.findings import InputError
from reportgen.imports.readers.pdf import read_pdf


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in members.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def one_page_pdf(stream, extra=b""):
    return (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
            b"4 0 obj<</Length " + str(len(stream)).encode() + extra + b">>stream\n" + stream + b"\nendstream endobj\n"
            b"trailer<</Root 1 0 R>>\n")


@functools.cache
def bomb():
    """Return 210 MB packed."""
    packer = zlib.compressobj(1)
    block = b"0" * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(210)) + packer.flush()


# A workbook of LibreOffice with the first two sheets of a form, saved as .xls.
OLD_FORM = zlib.decompress(base64.b85decode(
    b'c-rk)L2Q&o6n^vXb~{^2`?pZVf^|iqg)Rg_qBUB(P!LEYHHu<P6T7UtWo7BEOHJTlSj1iw5)CnWATcC8keH~%L=T$S-'
    b'Z*IF!a<`+%SnTWUxP82(Di%opTGTCx5@4nO~iehZ)W;t=6^Hqy?OJdm%nYBIe)QpmP+VR3ea3JOd%gn0b%bCo5(V}xni;Cv5R&3Pti?Nvkil=Ujx84Zv?clZIh|%bm!62l'
    b'*MnHBD9OfQ0M75RYP~dWBlK%WX@cL<0_@P{MzMn{N^|w0Lq<zj`w{2mjTVda-aohb*}(w1KNQVz)GM)e1hn1U=?r=&<U&t)&TbcU1kjtQ!^ew`$1rx;dP_#smGmvoWdGb3'
    b'^mXf%fDumi|uFO5uXI7#V@V`!<1v+7>s8Uk$;PJ$Qt5`*DwVq?N>qgszv937W!EDUrO08{s)Rtq|f;D^Hxk&e@4o+QnsK}^tsIWUN~Ffi9d*+zb(f=QKK59IAthJ2N4O=7'
    b'|}_W_=KI15qv(>cIn|!OX=+jHq#`ZvfatCWImpmk<&9tzssrcXez>do-'
    b'X|BmGP}A`SiczPeOO)^xW%?cS`vi7U4%1;cr}oAO0Kvtc8<Rpd#0HAs}^IAtZHsAt?2VLZj3x3k}5)@!tu=;#W9a!)dR-'
    b')smV(EDlJj9#nrGh>p$<Wk*gEpBP2cN&`gu&nUVEzeePCUJ&UaM|7aw=x@<NMz4JBZM4kc6ZRDbYC5TKBj_m=Lm8v4Uv2kJ(6}2kV!r+Z*Fr*fP(m+gx5LyHUnFk8v2O`D'
    b'%@Fny7RCp(O$6HzwP|q8wW|+x4!kJ*0xf)T9V?BZ>LhxmgBxW=uavLLSnnb_CA>GJTt7emr-5!?yJx=b3~cbV&m(Mvu__WJT96i1tC~ZnrblK5yjsz-'
    b'=+X3=T#cmO)U9TxEhSg(FZ2}e&)MVd&Cy1=99LT@;B1jAHR$vRKkV3Lu5F8&WFF7qYx;4kojwb>k&oyxSu0<#tzu430B97J8P)y|DKAy1TZAnV@moaKU=i)J2rb<rRggl4'
    b'6lijDKwDdGRB^kW;GAn;I+4#F&8Eg9yN)H2naCp#Z`vO}n9O97V&@&{RH|<&xu<diMa?u<Br#^0@6yb~2fy7II%I$Nj;7x3PrqZ6yl-+-'
    b'Wt7Zrx5wnE!$y6FOujm9a@K;$TTh#)_VZ0Q2jw~0TyiXT{8)xeUdsJj%(p!%Z5R5j%ll6JsQm5Qy?=?uSH8J&Zu4sU?0eXM^u|X!Ifp3W4VygMi`uqtk58Jsp2Wr7{yx(m'
    b'^F?{q)%INOxn%xmIy-i&j#$6jHgBam-I;Vd-'
    b'~Zx&B{8Vn9QMhWiE{@aJx_;`m+(3cSH1prc&lanv{=Qv`rSq^&J05C5xj7Qu!fgwk{|HB!7G__AFy{m&JE!;kgVB$O^{#h`~QCPR+l#kJwvZz|3~mDVcYM87o@}{%o)dPB'
    b'@52t)MMl~RH6U1z@>TlJ0T$<Ye<R*R=1wM8uq^)xKRK9kI-L5pB#1'))


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.docx", b"", "空的"),
    ("a.docx", b"PK\x03\x04damaged", "已损坏"),
    ("a.docx", zipped(word__document_xml="<a/>"), "打不开"),
    ("a.docx", zipped(word__document_xml="<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "不该有的 XML 定义"),
    ("a.docx", zipped(word__vbaProject=b"", **{"word/vbaProject.bin": b"x"}), "宏"),
    ("a.docx", lambda: zipped(big="0" * 300_000_000), "太大"),
    ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "密码"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "打不开"),
    ("a.pdf", b"%PDF-1.7\nnothing", "已损坏"),
    ("a.pdf", one_page_pdf(b""), "扫描"),
    ("a.pdf", lambda: one_page_pdf(bomb(), b"/Filter/FlateDecode"), "解压后太大"),
    ("a.pdf", lambda: one_page_pdf(base64.a85encode(bomb()) + b"~>", b"/Filter[/ASCII85Decode/FlateDecode]"), "解压后太大"),
    ("a.pdf", lambda: one_page_pdf(bomb().hex().encode() + b">", b"/Filter[/AHx/Fl]"), "解压后太大"),
    ("a.pdf", one_page_pdf(b"\x81 " * 9, b"/Filter/RunLengthDecode"), "过时的压缩"),
    ("a.pdf", one_page_pdf(b"\x80\x0b" * 9, b"/Filter[/FlateDecode/LZW]"), "过时的压缩"),
    ("a.html", b"<html><body><p>hello</p></body></html>", "请用 reportgen import --year 写明年度"),
    ("a.html", "<h1>某局2024年政府信息公开工作年度报告</h1><p>敬请期待</p>".encode(), "没有找到年度报告的各个部分"),
    ("a.html", "<h1>某局2012年政府信息公开工作年度报告</h1>".encode(), "2012年没有适用的格式"),
    ("a.bin", b"hello", "认不出这种文件"),
    ("a.txt", b"hello", "不像是年度报告"),
    ("a.txt", b"he\x00llo", "认不出这种文件"),
    ("a.doc", b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "旧版 Word 文档"),
    ("a.wps", b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "WPS 文字文档"),
    ("a.docx", b"{\\rtf1 x}", "RTF"),
    ("a.odt", b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument"),
    ("a.ofd", b"PK\x03\x04OFD.xml", "OFD 版式文件"),
    ("a.jpg", b"\xff\xd8\xff", "图片"),
    ("a.docx", b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument 表格"),
    ("a.et", b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "WPS 表格"),
    ("报送材料", zipped(**{"某局/2024.docx": b"x"}), "压缩包；请先解压"),
    ("a.xls", OLD_FORM, "旧版 .xls 的填报表"),
    ("改名.docx", zipped(**{"某局/2024.docx": b"x"}), "压缩包；请先解压"),
    ("a.zip", zipped(**{"word/2024.docx": b"x"}), "压缩包；请先解压"),
    ("a.docx", b"Rar!\x1a\x07\x01\x00", "压缩包；请先解压"),
    ("a", b"7z\xbc\xaf\x27\x1c", "压缩包；请先解压"),
    ("a.ofd", zipped(**{"OFD.xml": b"<ofd/>"}), "OFD 版式文件"),
])
def test_what_cannot_be_read_is_refused(tmp_path, name, content, words):
    """Large contents are made when their test comes: making them takes seconds, and every process collects all tests."""
    with pytest.raises(InputError, match=words):
        imported(tmp_path, content() if callable(content) else content, name)


def test_an_encrypted_pdf_is_refused(tmp_path):
    secret = one_page_pdf(b"").replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4"
                                                      b"/O<" + b"00" * 32 + b">/U<" + b"11" * 32 + b">>>/ID[<00><00>]")
    with pytest.raises(InputError, match="密码"):
        imported(tmp_path, secret, "a.pdf")


def test_a_damaged_part_of_a_docx_is_refused(tmp_path, built):
    """The text breaks off in unpacking, a picture does not agree with its checksum."""
    content = built[EXAMPLES[0]]["docx"].read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        member = package.getinfo("word/document.xml")
    middle = member.header_offset + 30 + len(member.filename) + 5
    with pytest.raises(InputError, match="已损坏"):
        imported(tmp_path, content[:middle] + b"\xff" * 9 + content[middle + 9:], "a.docx")
    document, stream = docx.Document(), io.BytesIO()
    document.add_picture(str(ROOT / "docs" / "example.png"))
    document.save(stream)
    with zipfile.ZipFile(stream) as package:
        member = next(one for one in package.infolist() if one.filename.endswith(".png"))
    middle = member.header_offset + 30 + len(member.filename) + member.compress_size // 2
    harmed = bytearray(stream.getvalue())
    harmed[middle] ^= 255
    with pytest.raises(InputError, match="已损坏"):
        imported(tmp_path, bytes(harmed), "a.docx")


@pytest.fixture
def example(built):
    """Return a function that gives an example as a file of a kind; hypothesis shows what a test is called with, so it is short."""
    return lambda kind: built[EXAMPLES[0]][kind].read_bytes()


# Places are drawn as parts of a file, so that an example is the same one whatever the length of the file.
PARTS = 1 << 20


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["docx", "pdf"]), st.lists(st.tuples(st.integers(0, PARTS - 1), st.integers(0, 255)), min_size=1, max_size=8),
       st.just(PARTS) | st.integers(PARTS // 2, PARTS))
def test_damaged_files_are_refused_or_read(tmp_path, example, kind, changes, cut):
    """A file with bytes changed or cut off ends in a report or a message, nothing else."""
    content = bytearray(example(kind))
    for place, value in changes:
        content[place * len(content) // PARTS] = value
    with contextlib.suppress(InputError):
        imported(tmp_path, bytes(content[:cut * len(content) // PARTS]), f"a.{kind}")


def packed_page(content):
    """Return the packed stream of a page's drawing operators: the first that has text in it."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        with contextlib.suppress(zlib.error):
            if b"BT" in zlib.decompress(found[1]):
                return found[1]
    return None


@pytest.mark.parametrize("harm", [
    lambda packed: packed[:-1] + bytes([packed[-1] ^ 1]),
    lambda packed: packed[:len(packed) // 2] + bytes([packed[len(packed) // 2] ^ 255]) + packed[len(packed) // 2 + 1:],
    lambda packed: packed[:len(packed) // 2] + b"\n" * (len(packed) - len(packed) // 2)],
    ids=["checksum", "middle", "cut off"])
def test_a_damaged_stream_is_told_and_logs_nothing(tmp_path, built, caplog, harm):
    content = built[EXAMPLES[0]]["pdf"].read_bytes()
    packed = packed_page(content)
    found = imported(tmp_path, content.replace(packed, harm(packed)), "a.pdf")
    assert [one for one in found.unsure if "损坏" in one] == [
        "PDF 有损坏或不合规范的地方，文字和数可能读错或没有读全；请重新取得一份，或与原件逐项核对"]
    assert caplog.records == []
    assert [logging.getLogger(name).propagate for name in ("pdfminer", "pdfplumber")] == [True, True]


@pytest.mark.parametrize(("operators", "told"), [
    (b"", False), (b"/P0 /P1 /P2 rg /x w ", False), (b"[(abc) /T3] TJ", True), (b"/x 0 m", True)])
def test_what_does_not_touch_text_or_tables_is_not_told(caplog, operators, told):
    blocks = read_pdf(one_page_pdf(b"BT /F1 12 Tf 72 700 Td (twenty characters and more) Tj " + operators + b" ET"), "a.pdf")
    assert any("损坏" in one for one in blocks.said) == told
    assert caplog.records == []


def test_nothing_is_fetched_and_nothing_is_run(tmp_path, monkeypatch):
    import socket

    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a connection was opened"))
    text, cells = page()
    text = text.replace("<body>", "<body><img src='http://127.0.0.1/a.png'><iframe src='http://127.0.0.1'></iframe>"
                                  "<link rel=stylesheet href='http://127.0.0.1/a.css'>")
    assert filled(imported(tmp_path, text).report) == cells
