"""What a cell's characters mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from yunhe.platform.intake import cells
from yunhe.platform.intake.choices import DateOrder
from yunhe.platform.intake.declarations import Field, Kind


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        for macro in cells.MACROS:
            connection.execute(macro)
        yield connection


def read(duck, field: Field, text: str, order: DateOrder = DateOrder.AUTO):
    cleaned = cells.text_sql(field, "raw")
    wide = cells.wide_sql(field, "t", order) or "t"
    sql = f"SELECT {wide} FROM (SELECT {cleaned} AS t FROM (SELECT $text AS raw))"
    return duck.execute(sql, {"text": text}).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        (" 12.50 ", "12.5"),
        ("1,234.50", "1234.5"),
        ("12,345,678", "12345678"),
        ("１，２３４．５０", "1234.5"),
        ("(12.50)", "-12.5"),
        ("（1,200）", "-1200"),
        ("12.5-", "-12.5"),
        ("-7", "-7"),
        ("−7", "-7"),
        ("+7", "7"),
        ("¥ 1,234.50", "1234.5"),
        ("￥12", "12"),
        ("12元", "12"),
        ("-¥1,000", "-1000"),
        ("1.2E+3", "1200"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_numbers(duck, text, value):
    assert read(duck, Field(name="n", label="n", kind=Kind.NUMBER), text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["1,5", "1,23", "12,34,567", "1.5万", "12 34x", "--5", "(5", "NaN", "inf", "#N/A", "5%"]
)
def test_what_could_be_misread_is_no_number(duck, text):
    assert read(duck, Field(name="n", label="n", kind=Kind.NUMBER), text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("12.5%", "0.125"), ("１２％", "0.12"), ("0.3", "0.3")]
)
def test_percents(duck, text, value):
    assert read(duck, Field(name="p", label="p", kind=Kind.PERCENT), text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "20260301",
        "2026年3月1日",
        "2026年03月01日",
        "２０２６－０３－０１",
        "2026-03-01 08:30:00",
        "2026/3/1 8:30",
        "2026-03-01T08:30:00",
        "01-Mar-2026",
        "46082",
        "46082.354",
    ],
)
def test_dates(duck, text):
    """46082 is 2026-03-01 in a spreadsheet: 46023 is 2026-01-01, plus 31 and 28 days."""
    assert read(duck, Field(name="d", label="d", kind=Kind.DATE), text) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["2026-02-30", "3/1/2026", "yesterday", "12", "infinity", "2026"])
def test_no_dates(duck, text):
    assert read(duck, Field(name="d", label="d", kind=Kind.DATE), text) is None


def test_day_and_month_stand_as_the_column_says(duck):
    field = Field(name="d", label="d", kind=Kind.DATE)
    assert read(duck, field, "1/3/2026", DateOrder.DAY_FIRST) == date(2026, 3, 1)
    assert read(duck, field, "3/1/2026", DateOrder.MONTH_FIRST) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["12/1/10", "12/1/10 8:26", "12.1.10", "12-1-10"])
def test_a_year_of_two_figures_is_of_this_time_or_no_date(duck, text):
    """Never the year 10, nor the year 12 with the tenth for its day."""
    field = Field(name="d", label="d", kind=Kind.DATE)
    assert read(duck, field, text, DateOrder.MONTH_FIRST) == date(2010, 12, 1)
    assert read(duck, field, text, DateOrder.DAY_FIRST) == date(2010, 1, 12)
    assert read(duck, field, text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("00123", "00123"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("ＡＢ１２", "AB12"),
        (" A1\u00a0", "A1"),
        ("\u3000A1", "A1"),
        ("17850.0", "17850"),
        ("17850.00", "17850.00"),
        ("1.0", "1.0"),
        ("A12.0", "A12.0"),
        ("", None),
        ("   ", None),
    ],
)
def test_codes(duck, text, value):
    assert read(duck, Field(name="c", label="c", kind=Kind.CODE), text) == value


def test_choices_fold_case_and_width(duck):
    field = Field(name="u", label="u", kind=Kind.CHOICE, choices={"Case": "case", "箱": "case"})
    assert [read(duck, field, text) for text in ("CASE", "箱", "ｃａｓｅ", "crate")] == [
        "case",
        "case",
        "case",
        None,
    ]
