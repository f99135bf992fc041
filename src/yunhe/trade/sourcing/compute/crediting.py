"""What a dealer is credited for goods that it served from its own stock; pure: values in, values out.

Every amount is the difference of two rounded cumulative amounts, so that the credits of successive
shipments of a part, and what is taken back of them, sum to the rounded price of what was served and to
the rounded percent of it, in whatever order they are booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yunhe.platform.values import round_money
from yunhe.trade.orders.compute import compute_part

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ServedLine:
    """`quantity` base units of a line that moved now, below zero when they are taken back.

    The whole line is `whole` base units and costs the dealer `amount`; `before` base units of it are
    credited already.
    """

    row: int
    sku_id: int
    quantity: Decimal
    whole: Decimal
    amount: Decimal
    before: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """Base units of a line and what they are credited with."""

    row: int
    sku_id: int
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Credit:
    """Goods at the dealer's own purchase price, and the service fee on them."""

    lines: Sequence[CreditedLine]
    goods: Decimal
    fee: Decimal

    @property
    def amount(self) -> Decimal:
        return self.goods + self.fee


def compute_credit(
    served: Sequence[ServedLine],
    *,
    percent: Decimal,
    goods_before: Decimal = ZERO,
    fee_before: Decimal = ZERO,
    currency: str,
) -> Credit:
    """Credit what was served: each line its part of the line's price, and `percent` of the goods on top.

    `goods_before` and `fee_before` are what the part's earlier credits sum to.
    """
    lines = [
        CreditedLine(
            one.row,
            one.sku_id,
            one.quantity,
            compute_part(one.amount, one.quantity, one.whole, one.before, currency),
        )
        for one in served
    ]
    goods = sum((line.amount for line in lines), ZERO)
    fee = round_money((goods_before + goods) * percent / 100, currency) - fee_before
    return Credit(lines, goods, fee)
