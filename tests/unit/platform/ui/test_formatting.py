"""Numbers, money and dates as people read them. Expected texts are written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from yunhe.platform.ui import formatting
from yunhe.platform.values.money import Money
from yunhe.platform.values.quantity import Quantity

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (Decimal("1234.5"), "CNY", "¥1,234.50"),
        (Decimal("-1234.565"), "CNY", "−¥1,234.57"),
        (Decimal("1234.5"), "JPY", "JP¥1,235"),
        (Decimal("1.0005"), "KWD", "KWD 1.001"),
        (0, "CNY", "¥0.00"),
        (None, "CNY", "–"),
    ],
)
def test_money(value: Decimal | None, currency: str, text: str) -> None:
    assert formatting.money(value, currency) == text


def test_money_and_quantity_values_bring_currency_and_unit() -> None:
    assert formatting.money(Money.of("99.9", "USD")) == "US$99.90"
    assert formatting.quantity(Quantity.of("1200", "case")) == "1,200 case"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("950", "¥950", "¥950"),
        ("12345", "¥1.23万", "¥12.3K"),
        ("123456", "¥12.3万", "¥123K"),
        ("12345678", "¥1,235万", "¥12.3M"),
        ("1234567890", "¥12.3亿", "¥1.23B"),
        ("-20000", "−¥2万", "−¥20K"),
        ("99999999", "¥10,000万", "¥100M"),
    ],
)
def test_money_short(value: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert formatting.money_short(Decimal(value), "CNY") == chinese
    with translation.override("en"):
        assert formatting.money_short(Decimal(value), "CNY") == english


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("12345.60", None, "12,345.6"),
        ("100", None, "100"),
        ("1E+3", None, "1,000"),
        ("2.345", 2, "2.35"),
    ],
)
def test_number(value: str, places: int | None, text: str) -> None:
    assert formatting.number(Decimal(value), places) == text


def test_percent_and_change() -> None:
    assert formatting.percent(Decimal("0.1234")) == "12.3%"
    assert formatting.change(Decimal("0.05")) == "+5.0%"
    assert formatting.change(Decimal("-0.05")) == "−5.0%"
    assert formatting.change(0) == "0.0%"


def test_days_and_moments_are_local() -> None:
    assert formatting.day(date(2026, 11, 22)) == "2026-11-22"
    assert formatting.moment(NOW) == "2026-11-22 14:05"
    assert formatting.day(datetime(2026, 11, 22, 18, 0, tzinfo=UTC)) == "2026-11-23"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=8), "2026-11-14"),
    ],
)
def test_ago(passed: timedelta, text: str) -> None:
    with translation.override("en"):
        assert formatting.ago(NOW - passed, NOW) == text
