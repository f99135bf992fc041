"""A file is what its bytes say."""

from __future__ import annotations

import io
import zipfile

import pytest

from yunhe.platform.files import signatures as s


def zipped(*names: str) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as container:
        for name in names:
            container.writestr(name, "x")
    content.seek(0)
    return content


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", s.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", s.PNG),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", s.WEBP),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypheic", s.HEIC),
        (b"\x00\x00\x00\x18ftypisom", s.MP4),
        (b"\x00\x00\x00\x14ftypqt  ", s.QUICKTIME),
        (b"%PDF-1.7\n", s.PDF),
        (b"PK\x03\x04\x14\x00", s.ZIP),
        ("门店,数量\n甲店,3\n".encode(), s.TEXT),
        ("门店,数量\n甲店,3\n".encode("gb18030"), s.TEXT),
        ("门店".encode()[:-1], s.TEXT),
        (b"<svg onload=alert(1)>", s.TEXT),
        (b"\x7fELF\x02\x01\x01\x00", None),
        (b"MZ\x90\x00\x03", None),
        (b"", None),
    ],
)
def test_detect(head, kind):
    assert s.detect(head) == kind


def test_office_documents_are_told_apart_inside_the_container():
    assert s.detect_zip(zipped("[Content_Types].xml", "xl/workbook.xml")) == s.XLSX
    assert s.detect_zip(zipped("[Content_Types].xml", "word/document.xml")) == s.DOCX
    assert s.detect_zip(zipped("a.txt", "xl/b.txt")) == s.ZIP


def test_macros_and_broken_containers_are_nothing_we_take():
    assert (
        s.detect_zip(zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")) is None
    )
    assert s.detect_zip(io.BytesIO(b"PK\x03\x04 broken")) is None


def test_only_pictures_and_videos_are_ever_shown_in_place():
    assert {kind for kind in s.ANY if kind.inline} <= s.EVIDENCE
