"""Agreements under which orders are placed: a call-off of a frame has prices of its own.

Orders keep the agreement's number and ask the one domain that holds agreements four things: what
the lines cost, why (in words, from what a line keeps), where the agreement is shown, and where a
partner calls the goods of an earlier order off once more. What may
be called off, and how much, that domain says with a gate (`gates.py`); it reads `Asking.agreement`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.errors import NotFound
from yunhe.trade.orders.errors import AgreementUnknown
from yunhe.trade.pricing.errors import PriceMissing
from yunhe.trade.pricing.queries import PricedLine


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    """The price of one asked unit, and what the line keeps to say why."""

    unit_price: Decimal
    kept: Mapping[str, Any]


@dataclass(frozen=True)
class Agreed:
    """Prices by position for the lines the agreement prices; whether promotions count on top."""

    prices: Mapping[int, AgreedPrice]
    promotions: bool


class Agreements:
    """What orders ask the domain that holds agreements. This one knows none."""

    def price(
        self, number: str, *, node_id: int, lines: Sequence[PricedLine], on: date
    ) -> Agreed | None:
        """What the agreement says about lines at list prices; None when there is no such one."""
        return None

    def read(self, asked: Mapping[tuple[str, int], set[int]]) -> Agreements:
        """The same, with what `price` needs of many agreements read at once: (number, partner) → products."""
        return self

    def explain(self, kept: Mapping[str, Any]) -> str:
        """Why the line has its price, in the reader's language."""
        return ""

    def url(self, number: str, *, portal: bool) -> str:
        """The agreement's page."""
        raise NotFound()

    def again_url(self, number: str, order_id: int, *, on: date) -> str:
        """The partner's page that calls the goods of an earlier order off once more.

        Raises a Conflict that says why when nothing can be called off on the day.
        """
        raise NotFound()


_known: list[Agreements] = [Agreements()]


def register_agreements(agreements: Agreements) -> None:
    """Let a domain answer for agreements; again replaces it."""
    _known[:] = [agreements]


def agreements() -> Agreements:
    """The domain that holds agreements."""
    return _known[0]


def agreed_prices(
    number: str,
    *,
    node_id: int,
    lines: Sequence[PricedLine],
    on: date,
    known: Agreements | None = None,
) -> Agreed:
    """As `Agreements.price`, of those `known` when they were read before. Raises AgreementUnknown."""
    found = (known or agreements()).price(number, node_id=node_id, lines=lines, on=on)
    if found is None:
        raise AgreementUnknown(_("There is no such agreement with this partner."))
    return found


def check_every_line_priced(lines: Sequence[PricedLine]) -> None:
    """Raise PriceMissing naming the lines that neither a list nor the agreement prices."""
    rows = [
        {
            "row": at,
            "sku_id": line.sku_id,
            "message": _("Neither the agreement nor a price list has a price for this line."),
        }
        for at, line in enumerate(lines, start=1)
        if line.unit_price is None
    ]
    if rows:
        raise PriceMissing(_("Some lines have no price."), rows=rows)
