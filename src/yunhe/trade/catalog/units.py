"""Pieces are counted in whole base units; what is weighed or measured may be divided."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.catalog.choices import DIVISIBLE
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import unit_factors

MOST = Decimal(99_999_999)
"""More of a unit than anybody means; amounts still fit."""


class Counted(NamedTuple):
    """A quantity as somebody entered it in row `row`, in a unit of the SKU or ("") in base units."""

    row: int
    sku_id: int
    quantity: Decimal
    unit: str = ""


def count_faults(
    entered: Iterable[Counted], *, most: Decimal | None = MOST
) -> list[dict[str, Any]]:
    """A row with `row`, `sku_id` and `message` for each quantity that cannot be counted.

    Refused are parts of a piece, more than three decimals and more than `most` (None: who calls looks at
    that). Half a case of twelve is six pieces. Two statements when some quantity is refused or has decimals,
    none else.
    """
    entered = list(entered)
    broken = [one for one in entered if _is_beyond(one, most) or _is_broken(one.quantity)]
    skus = Sku.objects.in_bulk({one.sku_id for one in broken}) if broken else {}
    factors = unit_factors(skus) if any(one.unit for one in broken) else {}
    found = []
    for one in entered:
        message = ""
        if _is_beyond(one, most):
            message = _too_large(skus.get(one.sku_id))
        elif one.sku_id in skus and _is_broken(one.quantity):
            base = one.quantity * factors.get(one.sku_id, {}).get(one.unit, Decimal(1))
            message = _fault(skus[one.sku_id], one.quantity, base)
        if message:
            found.append({"row": one.row, "sku_id": one.sku_id, "message": message})
    return found


def _too_large(sku: Sku | None) -> str:
    if sku is None:
        return _("The quantity is too large.")
    return _("%(product)s: the quantity is too large.") % {"product": sku.label}


def _is_broken(quantity: Decimal) -> bool:
    return quantity % 1 != 0


def _is_beyond(one: Counted, most: Decimal | None) -> bool:
    return most is not None and abs(one.quantity) > most


def _fault(sku: Sku, quantity: Decimal, base: Decimal) -> str:
    if sku.base_unit not in DIVISIBLE and _is_broken(base):
        words = {
            "product": sku.label,
            "count": to_text(base),
            "unit": counted(str(sku.get_base_unit_display()), 2),
        }
        return _("%(product)s is counted in whole %(unit)s, not %(count)s.") % words
    if _is_broken(quantity * 1000) or _is_broken(base * 1000):
        return _("A quantity has at most three decimals.")
    return ""
