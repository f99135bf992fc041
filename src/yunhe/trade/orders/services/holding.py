"""Hold credit and stock for an order, and say in its own terms what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.goods.stock.queries import SUPPLY, supply_key
from yunhe.money.ledger.services.matching import CREDIT, credit_key
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.values import to_text
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.errors import CreditShort, StockShort


@dataclass(frozen=True, slots=True)
class HeldLine:
    """`quantity` base units of a SKU, wanted by the order's line `row`."""

    row: int
    sku_id: int
    quantity: Decimal


def hold(
    ref: str, *, node_id: int, supplier_id: int, amount: Decimal, lines: Sequence[HeldLine]
) -> None:
    """Reserve credit, then stock (always in this order): one statement, all or nothing.

    Raises CreditShort, StockShort naming every line that asks for too much.
    """
    goods: dict[str, Decimal] = {}
    for line in lines:
        key = supply_key(supplier_id, line.sku_id)
        goods[key] = goods.get(key, Decimal(0)) + line.quantity
    try:
        capacity.reserve_all({CREDIT: {credit_key(node_id): amount}, SUPPLY: goods}, ref=ref)
    except CapacityExceeded as error:
        if error.kind == CREDIT:
            raise _credit_short(error) from error
        raise _stock_short(error, supplier_id, lines) from error


def let_go(ref: str) -> None:
    """Give back everything the order still reserves."""
    capacity.release(CREDIT, ref)
    capacity.release(SUPPLY, ref)


def _credit_short(error: CapacityExceeded) -> CreditShort:
    short = error.shortages[0]
    message = _("The order is worth %(asked)s, but only %(available)s of the credit is left.")
    figures = {"asked": to_text(short.asked), "available": to_text(short.available)}
    return CreditShort(message % figures, rows=[figures | {"message": message % figures}])


def _stock_short(
    error: CapacityExceeded, supplier_id: int, lines: Sequence[HeldLine]
) -> StockShort:
    """One row for each line of a short product; `available` is shared by the lines of one product."""
    short = {shortage.key: shortage for shortage in error.shortages}
    affected = [line for line in lines if supply_key(supplier_id, line.sku_id) in short]
    skus = Sku.objects.in_bulk({line.sku_id for line in affected})
    rows: list[dict[str, Any]] = []
    for line in affected:
        available = short[supply_key(supplier_id, line.sku_id)].available
        sku = skus[line.sku_id]
        message = _(
            "%(product)s: %(asked)s %(unit)s ordered, %(available)s available. Reduce the line."
        )
        words = {
            "product": sku.label,
            "asked": to_text(line.quantity),
            "available": to_text(available),
            "unit": sku.get_base_unit_display(),
        }
        rows.append(
            {
                "row": line.row,
                "sku_id": line.sku_id,
                "sku": sku.code,
                "asked": to_text(line.quantity),
                "available": to_text(available),
                "message": message % words,
            }
        )
    return StockShort(_("There is not enough stock for some lines."), rows=rows)
