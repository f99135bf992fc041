"""Exported files: types kept, formulas disarmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from yunhe.platform.ui.exports import export_rows, harmless

ROWS = [["甲", Decimal("1.50"), date(2026, 1, 3)], ["=1+1", 2, None]]
HEADINGS = ["Dealer", "Total", "On"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_formulas_are_disarmed(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_numbers_pass() -> None:
    assert harmless(Decimal("-1")) == Decimal("-1")


def test_csv() -> None:
    answer = export_rows("csv", name="订单", headings=HEADINGS, rows=ROWS)
    content = b"".join(answer.streaming_content).decode()
    assert content == "\ufeffDealer,Total,On\r\n甲,1.50,2026-01-03\r\n'=1+1,2,\r\n"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E8%AE%A2%E5%8D%95.csv"


def test_xlsx() -> None:
    answer = export_rows("xlsx", name="orders", headings=HEADINGS, rows=ROWS)
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    assert book.get_sheet_by_index(0).to_python() == [
        HEADINGS,
        ["甲", 1.5, date(2026, 1, 3)],
        ["=1+1", 2.0, ""],
    ]


def test_unknown_format() -> None:
    with pytest.raises(LookupError):
        export_rows("pdf", name="x", headings=[], rows=[])


@pytest.mark.parametrize(
    ("value", "written"), [("0E-8", "0.00000000"), ("1.5E+3", "1500"), ("-1", "-1")]
)
def test_a_decimal_is_written_without_an_exponent(value: str, written: str) -> None:
    answer = export_rows("csv", name="x", headings=["n"], rows=[[Decimal(value)]])
    assert b"".join(answer.streaming_content).decode() == f"\ufeffn\r\n{written}\r\n"
