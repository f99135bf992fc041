"""Files that are no use are refused with a sentence that says what to do; nothing is kept of them."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime

import pytest
from django.utils import translation

from yunhe.platform.access.principal import system_principal
from yunhe.platform.errors import DomainError
from yunhe.platform.intake.declarations import Field, ImportType, Kind, _types, register
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.reading import excel, limits, probe, text
from yunhe.platform.intake.services import check_mapping, register_file

pytestmark = pytest.mark.django_db
ACTOR = system_principal("test")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def visits(settings, tmp_path):
    """An import type of the platform's own, so that no domain is needed."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path
    declared = register(
        ImportType(
            code="visits",
            label="visits",
            permission="intake.run",
            post=lambda batch: batch.rows,
            fields=(
                Field(name="on", label="date", kind=Kind.DATE, required=True, aliases=("日期",)),
                Field(name="place", label="place", required=True, aliases=("地点",)),
                Field(name="count", label="count", kind=Kind.NUMBER),
            ),
        )
    )
    yield declared
    _types.pop("visits")


def refusal(data: bytes, name: str = "f.csv") -> DomainError:
    with pytest.raises(DomainError) as caught:
        register_file(io.BytesIO(data), name=name, type_code="visits", actor=ACTOR, now=NOW)
    assert Import.objects.count() == 0
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "intake.empty_file"),
        (b"\n\n  \n", "intake.empty_file"),
        (b"\xef\xbb\xbf", "intake.empty_file"),
        (b"on,place\n", "intake.no_rows"),
        (b"on,place,on\n2026-01-01,a,2026-01-02\n", "intake.duplicate_headers"),
        (b"%PDF-1.7 whatever", "intake.wrong_type"),
        (b"\x89PNG\r\n\x1a\n....", "intake.wrong_type"),
        (b"on,place\n\x00\x00\x00,a\n", "intake.wrong_type"),
        (b"on,place\n2026-01-01,\xff\xff\xff\n", "intake.encoding"),
        (b"PAR1 but nothing else", "intake.damaged"),
        (b"PK\x03\x04 but no archive", "intake.damaged"),
        (b"\xd0\xcf\x11\xe0 but no workbook", "intake.damaged"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "intake.password"),
        (b"<html><table><tr><td>on</td></tr></table></html>", "intake.page_in_disguise"),
        (b'{"on": "2026-01-01", "place": "a"}', "intake.json"),
        (b'\xef\xbb\xbf[{"on": "2026-01-01"},\n {"on": "2026-01-02"}]', "intake.json"),
        (b"Dear colleagues and friends", "intake.no_table"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<Workbook/>", "intake.page_in_disguise"),
    ],
)
def test_refused(tree, data, code):
    assert refusal(data).code == code


def test_the_sentence_is_in_the_users_language(tree):
    with translation.override("en"):
        assert "The file is empty" in str(refusal(b""))


@pytest.mark.parametrize(
    "data", [b"on,place\n\x00\x00,a\n", b"\x00\x01\x02", b"PAR1 but nothing else", b"[{}]"]
)
def test_a_refusal_names_the_file_as_its_sender_does_and_nothing_of_ours(tree, data):
    with translation.override("zh-hans"):
        told = str(refusal(data, "门店.csv"))
    assert "“门店.csv”" in told
    assert "/" not in told
    assert not any(word in told for word in ("Error", "parquet_", "magic"))


def test_an_archive_that_is_no_workbook(tree):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refusal(buffer.getvalue(), "f.xlsx").code == "intake.wrong_type"


def test_a_zip_bomb_is_not_unpacked(tree, monkeypatch):
    monkeypatch.setattr(excel, "RATIO_MATTERS_FROM", 1_000_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    assert len(buffer.getvalue()) < 30_000
    assert refusal(buffer.getvalue(), "bomb.xlsx").code == "intake.expands_too_far"


def test_a_bomb_that_lies_about_its_size_is_counted_all_the_same(tree, tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "RATIO_MATTERS_FROM", 1_000_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
    data = bytearray(buffer.getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    assert zipfile.ZipFile(io.BytesIO(bytes(data))).infolist()[0].file_size == 10
    assert refusal(bytes(data), "bomb.xlsx").code == "intake.expands_too_far"


def test_a_line_without_an_end_is_refused_without_being_held_in_memory(tree, tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as handle:
        handle.write(b"on,place\n2026-01-01,")
        handle.seek(2 * 2**30)
        handle.write(b"x")
    with pytest.raises(DomainError) as caught:
        probe.probe(path, path.name, _types["visits"])
    assert caught.value.code in {"intake.too_large", "intake.wrong_type"}
    path.write_bytes(b"on,place\n2026-01-01," + b"x" * (limits.MAX_LINE_BYTES + 10))
    with pytest.raises(DomainError) as caught:
        text.detect_encoding(path, path.name)
    assert caught.value.code == "intake.line_too_long"


def test_missing_columns_are_named(tree, visits):
    data = b"when,count\n2026-01-01,3\n"
    record = register_file(
        io.BytesIO(data), name="f.csv", type_code="visits", actor=ACTOR, now=NOW
    ).record
    assert record.mapping["columns"] == {"count": 1}
    with pytest.raises(DomainError) as caught:
        check_mapping(visits, {"count": 1}, width=2, node_id=record.node_id)
    assert caught.value.code == "intake.missing_columns"
    assert "date, place" in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"on": 0, "place": 0}, "intake.column_twice"),
        ({"on": 0, "place": 9}, "intake.mapping_incomplete"),
        ({"on": 0, "place": 1, "colour": 2}, "intake.mapping_incomplete"),
    ],
)
def test_mappings_that_cannot_be(visits, columns, code):
    with pytest.raises(DomainError) as caught:
        check_mapping(visits, columns, width=3, node_id=1)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("gb18030", ","),
        ("gb18030", "\t"),
        ("utf-16", "\t"),
        ("utf-8", "|"),
    ],
)
def test_encodings_and_separators_are_told_from_the_bytes(tree, encoding, separator):
    rows = [
        ["明细表"],
        ["日期", "地点", "count"],
        ["2026-01-01", "上海，徐汇", "1"],
        ["2026-01-02", "广州", ""],
    ]
    data = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    record = register_file(
        io.BytesIO(data), name="f.csv", type_code="visits", actor=ACTOR, now=NOW
    ).record
    assert record.columns == ["日期", "地点", "count"]
    assert record.mapping["columns"] == {"on": 0, "place": 1, "count": 2}
    assert record.shape["preview"] == [
        ["2026-01-01", "上海，徐汇", "1"],
        ["2026-01-02", "广州", ""],
    ]
