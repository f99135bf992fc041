"""Numbers, money and dates as people read them: values in, text in the active language out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from yunhe.platform.values.currencies import currency_exponent

NOTHING = "–"
SYMBOLS = {
    "CNY": "¥",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
    "HKD": "HK$",
    "TWD": "NT$",
}
CHINESE_STEPS = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
ENGLISH_STEPS = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))

Number = Decimal | int | float | str


class HasCurrency(Protocol):
    """A money value: an amount and its ISO 4217 currency."""

    amount: Decimal
    currency: str


class HasUnit(Protocol):
    """A quantity value: a number and its unit."""

    value: Decimal
    unit: Any


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _split_money(value: HasCurrency | Number, currency: str) -> tuple[Number, str]:
    if isinstance(value, Decimal | int | float | str):
        return value, currency
    return value.amount, value.currency


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _signed(value: Decimal, text: str) -> str:
    return f"−{text}" if value < 0 else text


def money(value: HasCurrency | Number | None, currency: str = "") -> str:
    """Full precision: `¥1,234.50`; a true minus sign; `–` for nothing."""
    if value is None or value == "":
        return NOTHING
    value, currency = _split_money(value, currency)
    currency = currency or settings.CURRENCY
    amount = _rounded(_decimal(value), currency_exponent(currency))
    return _signed(amount, f"{SYMBOLS.get(currency, f'{currency} ')}{abs(amount):,}")


def money_short(value: HasCurrency | Number | None, currency: str = "") -> str:
    """Headline precision: `¥12.3万` / `¥123K`."""
    if value is None or value == "":
        return NOTHING
    value, currency = _split_money(value, currency)
    currency = currency or settings.CURRENCY
    amount = _decimal(value)
    return _signed(amount, SYMBOLS.get(currency, f"{currency} ") + short_number(abs(amount)))


def number(value: Number | None, places: int | None = None) -> str:
    """Grouped: `12,345`, decimals only where there are any (or exactly `places`)."""
    if value is None or value == "":
        return NOTHING
    amount = _decimal(value)
    if places is not None:
        amount = _rounded(amount, places)
    elif amount == amount.to_integral_value():
        amount = amount.to_integral_value()
    else:
        amount = amount.normalize()
    return _signed(amount, f"{abs(amount):,f}")


def short_number(value: Number | None) -> str:
    """Three figures and a step: 万/亿 in Chinese, K/M/B in English; small numbers stay whole."""
    if value is None or value == "":
        return NOTHING
    amount = _decimal(value)
    steps = CHINESE_STEPS if _chinese() else ENGLISH_STEPS
    for size, name in steps:
        if abs(amount) >= size:
            scaled = abs(amount) / size
            places = 2 if scaled < 10 else 1 if scaled < 100 else 0
            # 0.00 says nothing that 0 does not
            text = f"{_rounded(scaled, places):,f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return _signed(amount, f"{text}{name}")
    return number(_rounded(amount, 0 if abs(amount) >= 100 else 2).normalize())


def quantity(value: HasUnit | Number | None, unit: str = "") -> str:
    """`1,200 cases`: grouped, with the unit when there is one."""
    if value is None or value == "":
        return NOTHING
    if not isinstance(value, Decimal | int | float | str):
        return quantity(value.value, str(value.unit))
    text = number(value)
    return f"{text} {counted(unit, value)}" if unit else text


def counted(unit: str, count: Number | None) -> str:
    """The unit's word as it stands after `count`: English takes the plural, Chinese has none."""
    one = count is not None and count != "" and abs(_decimal(count)) == 1
    if one or _chinese() or not unit.isalpha() or unit.endswith("s"):
        return unit
    return f"{unit}es" if unit.endswith(("x", "ch", "sh")) else f"{unit}s"


def percent(value: Number | None, places: int = 1) -> str:
    """A fraction as a percentage: 0.1234 → `12.3%`."""
    if value is None or value == "":
        return NOTHING
    return f"{number(_decimal(value) * 100, places)}%"


def change(value: Number | None, places: int = 1) -> str:
    """A relative change with its sign: 0.05 → `+5.0%`."""
    if value is None or value == "":
        return NOTHING
    amount = _decimal(value)
    return ("+" if amount > 0 else "") + percent(amount, places)


def day(value: date | datetime | None) -> str:
    """`2026-11-22` in both languages."""
    if not value:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return value.strftime("%Y-%m-%d")


def last_day(after: date | None) -> str:
    """The last day of a period that ends before `after`; a dash for one without end."""
    return day(after - timedelta(days=1) if after else None)


def moment(value: datetime | None) -> str:
    """`2026-11-22 14:05` in the local time zone."""
    if not value:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%Y-%m-%d %H:%M")


def ago(value: datetime | None, now: datetime | None = None) -> str:
    """How long since: `5 minutes ago`; a date after a week."""
    if not value:
        return NOTHING
    passed = (now or timezone.now()) - value
    if passed < timedelta(minutes=1):
        return gettext("just now")
    if passed < timedelta(hours=1):
        count = int(passed.total_seconds() // 60)
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", count) % {"count": count}
    if passed < timedelta(days=1):
        count = int(passed.total_seconds() // 3600)
        return ngettext("%(count)d hour ago", "%(count)d hours ago", count) % {"count": count}
    if passed < timedelta(days=7):
        return ngettext("%(count)d day ago", "%(count)d days ago", passed.days) % {
            "count": passed.days
        }
    return day(value)


def _chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")
