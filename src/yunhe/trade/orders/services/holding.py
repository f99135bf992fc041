"""Hold credit, stock and what gates want for an order, and say in its own terms what is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.goods.schedule.services import drop_promises
from yunhe.goods.stock.queries import SUPPLY, supply_key
from yunhe.money.ledger.services.matching import CREDIT, credit_key
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.errors import Conflict, DomainError
from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.errors import CreditShort, StockShort
from yunhe.trade.orders.gates import Asking, holds_of
from yunhe.trade.orders.models import Order

Wanted = dict[str, dict[str, Decimal]]


def hold(ref: str, asking: Asking) -> None:
    """Reserve credit, stock and the gates' capacity: one statement, all or nothing.

    Raises CreditShort, StockShort naming every line that asks for too much, or a gate's refusal.
    """
    try:
        capacity.reserve_all(wanted_by(asking), ref=ref)
    except CapacityExceeded as error:
        raise explain(error, asking) from error


def hold_exactly(ref: str, asking: Asking) -> None:
    """As `hold`, for an order that holds something already: it then holds this and nothing else."""
    try:
        capacity.hold_exactly(wanted_by(asking), ref=ref)
    except CapacityExceeded as error:
        raise explain(error, asking) from error


def let_go(order: Order) -> None:
    """Give back everything the order still reserves, of every kind, and what it was promised."""
    capacity.release_every(order.ref)
    if order.awaiting:
        drop_promises(order.ref)


def use_up(ref: str, part: Asking) -> None:
    """Commit what the gates hold for the shipped part. No statement when they hold nothing."""
    if wanted := holds_of(part)[0]:
        capacity.commit_held(wanted, ref=ref)


def wanted_by(asking: Asking) -> Wanted:
    """Capacity kind → key → quantity: what the order holds while it waits. Nothing costs no credit, and
    what a partner sells is neither our credit nor our stock."""
    wanted = holds_of(asking)[0]
    if asking.between_partners:
        return wanted
    if asking.total:
        wanted[CREDIT] = {credit_key(asking.node_id): asking.total}
    if asking.awaiting:
        return wanted
    wanted[SUPPLY] = {
        supply_key(asking.supplier_id or 0, sku_id): quantity
        for sku_id, quantity in asking.base_quantities().items()
    }
    return wanted


def explain(error: CapacityExceeded, asking: Asking) -> DomainError:
    """A shortage in the order's own terms: credit, stock line by line, or the gate whose it is."""
    if error.kind == CREDIT:
        return _credit_short(error)
    if error.kind == SUPPLY:
        return _stock_short(error, asking)
    gate = holds_of(asking)[1].get(error.kind)
    if gate is None:  # its rule ended while the order was placed
        message = _("What the order needs has changed meanwhile: send it again.")
        return Conflict(message, code="orders.changed")
    return gate.explain(error, asking)


def _credit_short(error: CapacityExceeded) -> CreditShort:
    short = error.shortages[0]
    message = _("The order is worth %(asked)s, but only %(available)s of the credit is left.")
    figures = {"asked": to_text(short.asked), "available": to_text(short.available)}
    return CreditShort(message % figures, rows=[figures | {"message": message % figures}])


def _stock_short(error: CapacityExceeded, asking: Asking) -> StockShort:
    """One row for each line of a short product; `available` is shared by the lines of one product."""
    short = {shortage.key: shortage for shortage in error.shortages}
    keys = {line.row: supply_key(asking.supplier_id or 0, line.sku_id) for line in asking.lines}
    affected = [line for line in asking.lines if keys[line.row] in short]
    skus = Sku.objects.in_bulk({line.sku_id for line in affected})
    rows: list[dict[str, Any]] = []
    for line in affected:
        available = short[keys[line.row]].available
        sku = skus[line.sku_id]
        message = _(
            "%(product)s: %(asked)s %(unit)s ordered, %(available)s available. Reduce the line."
        )
        words = {
            "product": sku.label,
            "asked": to_text(line.base_quantity),
            "available": to_text(available),
            "unit": counted(sku.get_base_unit_display(), line.base_quantity),
        }
        rows.append(
            {
                "row": line.row,
                "sku_id": line.sku_id,
                "sku": sku.code,
                "asked": to_text(line.base_quantity),
                "available": to_text(available),
                "message": message % words,
            }
        )
    return StockShort(_("There is not enough stock for some lines."), rows=rows)
