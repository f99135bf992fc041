"""Header rows: found, named, recognised, mapped."""

from __future__ import annotations

import pytest

from yunhe.platform.errors import DomainError
from yunhe.platform.intake.declarations import Field, ImportType, Kind
from yunhe.platform.intake.headers import (
    column_names,
    find_header,
    fingerprint,
    normalise,
    propose_columns,
)

TYPE = ImportType(
    code="test",
    label="test",
    permission="p",
    post=lambda batch: 0,
    fields=(
        Field(name="on", label="date", kind=Kind.DATE, aliases=("date", "日期", "销售日期")),
        Field(name="item", label="item", aliases=("item code", "商品编码")),
        Field(name="quantity", label="quantity", aliases=("qty", "数量")),
    ),
)


def test_headers_are_compared_without_case_width_brackets_and_punctuation():
    assert normalise(" Item_Code ") == "itemcode"
    assert normalise("数量（箱）") == "数量"
    assert normalise("ＱＴＹ.") == "qty"
    assert normalise("(金额)") == "金额"


def test_columns_are_proposed_in_both_languages():
    assert propose_columns(["商品编码", "数量（瓶）", "备注", "销售日期"], TYPE) == {
        "item": 0,
        "quantity": 1,
        "on": 3,
    }
    assert propose_columns(["Date", "Item-Code", "QTY"], TYPE) == {
        "on": 0,
        "item": 1,
        "quantity": 2,
    }


def test_the_header_is_the_row_with_most_known_names():
    rows = [["2026年11月销售明细", "", ""], ["制表", "张三", ""], ["日期", "商品编码", "数量"]]
    assert find_header(rows, TYPE) == 2


def test_without_known_names_the_first_row_with_two_cells_is_the_header():
    assert find_header([["title", "", ""], ["a", "b", "c"], ["1", "2", "3"]], TYPE) == 1


def test_blank_names_get_a_number_and_blanks_at_the_end_are_dropped():
    assert column_names(["a ", "", "c", "", ""]) == ["a", "#2", "c"]


def test_a_name_that_occurs_twice_is_refused_by_name():
    with pytest.raises(DomainError) as caught:
        column_names(["date", "qty", "qty", "date", "x"])
    assert caught.value.code == "intake.duplicate_headers"
    assert "date, qty" in str(caught.value)


def test_files_with_the_same_headers_have_one_fingerprint():
    assert fingerprint(["Item Code", "QTY"]) == fingerprint(["item_code", "qty "])
    assert fingerprint(["a", "b"]) != fingerprint(["ab"])
