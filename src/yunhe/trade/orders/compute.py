"""Arithmetic of orders on values. No Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from yunhe.platform.values import currency_exponent, half_width, read_number, round_money


def compute_part(
    amount: Decimal, part: Decimal, whole: Decimal, before: Decimal, currency: str
) -> Decimal:
    """The share of a line's amount that belongs to `part` of its `whole` quantity.

    `before` is the quantity already accounted for: shares of successive parts sum to the amount
    exactly, because each is the difference of two rounded cumulative shares.
    """
    upto = round_money(amount * (before + part) / whole, currency)
    return upto - round_money(amount * before / whole, currency)


def share_amount(
    total: Decimal,
    kept: Sequence[Decimal],
    now: Sequence[Decimal],
    *,
    currency: str,
    taker: int | None = None,
) -> list[Decimal]:
    """Shares of `total` in proportion to `kept`, in sum exactly `total`.

    A share of `now` that is right but for rounding stays as it is, and the one at `taker` takes what
    that leaves; without a taker, or when so little is there that it would be below nothing, the shares
    are differences of rounded cumulative ones.
    """
    whole = sum(kept, Decimal(0))
    cent = Decimal(1).scaleb(-currency_exponent(currency))
    shares = []
    for own, was in zip(kept, now, strict=True):
        fair = total * own / whole
        shares.append(was if abs(was - fair) < cent else round_money(fair, currency))
    rest = total - sum(shares)
    if taker is not None and shares[taker] + rest >= 0:
        shares[taker] += rest
        return shares
    if not rest:
        return shares
    before = [sum(kept[:at], Decimal(0)) for at in range(len(kept))]
    return [
        compute_part(total, own, whole, gone, currency)
        for own, gone in zip(kept, before, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class FreePart:
    """What one line gives free: base units that are left of it, and how many of them were shipped."""

    kept: Decimal
    shipped: Decimal


def shrink_goods(earned: Decimal, parts: Sequence[FreePart]) -> tuple[list[Decimal], list[Decimal]]:
    """What each line keeps when only `earned` is earned in all, and how much of it is not earned.

    Earlier lines give up what is open of them first; then what they shipped is not earned, likewise.
    """
    excess = max(sum((part.kept for part in parts), Decimal(0)) - earned, Decimal(0))
    kept, unearned = [], []
    for part in parts:
        given_up = min(excess, part.kept - part.shipped)
        excess -= given_up
        kept.append(part.kept - given_up)
    for part in parts:
        charged = min(excess, part.shipped)
        excess -= charged
        unearned.append(charged)
    return kept, unearned


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as somebody wrote it; `unit` is empty when none was given, `quantity` None if unreadable."""

    row: int
    code: str
    quantity: Decimal | None
    unit: str


def read_lines(text: str) -> Sequence[WrittenLine]:
    """Lines pasted from a spreadsheet or typed: code, quantity and unit, apart by tab, comma or space.

    Full width is read as half width. Empty lines are skipped, a line that begins with its separator has no
    code; rows count from 1 over all lines, as an editor numbers them.
    """
    found = []
    for row, line in enumerate(map(half_width, text.splitlines()), start=1):
        words = re.split(r"[\s,;]+", line.rstrip(" ").rstrip(",;\t"))
        words = words if line[:1] in "\t,;" else [word for word in words if word]
        if any(words):
            quantity = read_quantity(words[1]) if len(words) > 1 else None
            found.append(WrittenLine(row, words[0], quantity, words[2] if len(words) > 2 else ""))
    return found


def read_quantity(word: str) -> Decimal | None:
    """A quantity above zero, or None; thousands may be grouped by commas."""
    value = read_number(word)
    return value if value is not None and value > 0 else None


COLUMNS: dict[str, tuple[str, ...]] = {
    "order": ("order", "order no", "order number", "订单", "订单号", "单号"),
    "partner": ("partner", "dealer", "customer", "经销商", "客户", "经销商编码", "客户编码"),
    "product": ("product", "sku", "code", "gtin", "barcode", "产品", "商品", "商品编码", "条码"),
    "quantity": ("quantity", "qty", "数量", "订购数量"),
    "unit": ("unit", "单位"),
    "wanted": ("wanted", "wanted on", "期望日期", "要货日期", "交货日期"),
    "note": ("note", "remark", "备注"),
    "agreement": ("agreement", "blanket order", "frame", "框架订单", "框架订单号"),
    "gift": ("gift", "gifts", "chosen gift", "赠品", "所选赠品", "赠品编码"),
    "address": ("address", "ship to", "delivery address", "收货地址", "地址"),
}
"""Names under which the columns of an order file are known."""


def next_order_day(day: date, weekdays: Sequence[int]) -> date:
    """The first day from `day` on that is one of `weekdays` (1 Monday … 7); any when none is named."""
    for ahead in range(7):
        if not weekdays or (day + timedelta(days=ahead)).isoweekday() in weekdays:
            return day + timedelta(days=ahead)
    return day
