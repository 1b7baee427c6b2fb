"""PDF files that are encrypted: read where no password opens them, with every cipher, and bounded as others are."""

import io
import zlib

import pikepdf
import pytest

from reportgen.files.owner import require_own
from reportgen.findings import InputError
from reportgen.imports.readers.pdf import read_pdf

CIPHERS = {
    "RC4, 40 bits": {"R": 2, "aes": False, "metadata": False},
    "RC4, 128 bits": {"R": 3, "aes": False, "metadata": False},
    "AES, 128 bits": {"R": 4, "aes": True},
    "AES, 256 bits": {"R": 6},
}


def encrypted(cipher, user="", stream=b"BT /F1 12 Tf 72 700 Td (Nothing that a clerk would ever publish.) Tj ET", author="",
              packed=None):
    """Return a PDF of one page that its owner protected, and so did a user unless that password is empty."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(stream)
    if packed is not None:
        page.Contents.write(packed, filter=pikepdf.Name.FlateDecode)
    pdf.docinfo["/Author"] = author
    out = io.BytesIO()
    encryption = pikepdf.Encryption(owner="owner", user=user, **CIPHERS[cipher]) if cipher else None
    # As Acrobat writes them: what is no stream is packed into some, from AES on.
    mode = pikepdf.ObjectStreamMode.generate if "AES" in cipher else pikepdf.ObjectStreamMode.disable
    pdf.save(out, encryption=encryption, object_stream_mode=mode, compress_streams=packed is None)
    return out.getvalue()


@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_pdf_that_only_its_owner_protected_is_read_as_any_other(cipher):
    content = encrypted(cipher)
    assert b"/Encrypt" in content
    assert b"Nothing" not in content
    found, plain = read_pdf(content, "a.pdf"), read_pdf(encrypted(""), "a.pdf")
    assert "Nothing that a clerk would ever publish." in repr(found)
    assert repr(found) == repr(plain)


@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_pdf_that_needs_a_password_is_refused(cipher):
    with pytest.raises(InputError, match=r"^a\.pdf：PDF 要密码才能打开；请输入密码打开，另存一份没有密码的$"):
        read_pdf(encrypted(cipher, user="user"), "a.pdf")


def test_a_bomb_is_refused_though_it_is_encrypted():
    packer = zlib.compressobj(1)
    block = b" " * (1 << 20)
    bomb = b"".join(packer.compress(block) for _ in range(210)) + packer.flush()
    with pytest.raises(InputError, match="解压后太大"):
        read_pdf(encrypted("AES, 256 bits", packed=bomb), "a.pdf")


def test_the_agency_of_an_encrypted_pdf_is_known(tmp_path):
    (tmp_path / "年报.pdf").write_bytes(encrypted("AES, 128 bits", author="甲局"))
    require_own(tmp_path, "年报", "甲局")
    with pytest.raises(InputError, match="作者是“甲局”，不是“乙局”"):
        require_own(tmp_path, "年报", "乙局")
