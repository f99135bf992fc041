"""Hold credit, stock and what gates want for an order, and say in its own terms what is missing."""

from __future__ import annotations

from collections.abc import Sequence
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
from yunhe.trade.orders.gates import Asking, GateLine, holds_of, holds_of_many
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
    return _with_goods(holds_of(asking)[0], asking)


def wanted_by_each(askings: Sequence[Asking]) -> list[Wanted]:
    """As `wanted_by` for many orders, each gate asked once."""
    found = holds_of_many(askings)[0]
    return [_with_goods(wanted, asking) for wanted, asking in zip(found, askings, strict=True)]


def _with_goods(wanted: Wanted, asking: Asking) -> Wanted:
    if asking.between_partners:
        return wanted
    if asking.total:
        wanted[CREDIT] = {credit_key(asking.node_id): asking.total}
    if asking.awaiting or asking.from_shelf:
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
    """One row for each short product, beside its first line, of free goods when they alone are short."""
    short = {shortage.key: shortage for shortage in error.shortages}
    lines: dict[int, list[GateLine]] = {}
    for line in asking.lines:
        if supply_key(asking.supplier_id or 0, line.sku_id) in short:
            lines.setdefault(line.sku_id, []).append(line)
    skus = Sku.objects.in_bulk(lines)
    rows = [
        _short_row(skus[sku_id], mine, short[supply_key(asking.supplier_id or 0, sku_id)].available)
        for sku_id, mine in lines.items()
    ]
    return StockShort(_("There is not enough stock for some lines."), rows=rows)


def _short_row(sku: Sku, lines: Sequence[GateLine], available: Decimal) -> dict[str, Any]:
    asked = sum((line.base_quantity for line in lines), Decimal(0))
    free = sum((line.base_quantity for line in lines if line.free), Decimal(0))
    words = {
        "product": sku.label,
        "asked": to_text(asked),
        "paid": to_text(asked - free),
        "free": to_text(free),
        "available": to_text(available),
        "unit": counted(sku.get_base_unit_display(), asked),
    }
    paid_short = asked - free > available
    first = min(lines, key=lambda line: (line.free == paid_short, line.row))
    return {
        "row": first.row,
        "sku_id": sku.pk,
        "sku": sku.code,
        "asked": words["asked"],
        "free": words["free"],
        "available": words["available"],
        "message": _short_message(asked, free, available) % words,
    }


def _short_message(asked: Decimal, free: Decimal, available: Decimal) -> str:
    if not free:
        return _(
            "%(product)s: %(asked)s %(unit)s ordered, %(available)s available. Reduce the line."
        )
    if asked == free:
        return _("%(product)s: %(free)s %(unit)s of free goods, %(available)s available.")
    if asked - free <= available:
        return _(
            "%(product)s: only the free goods are short. With %(free)s free it is %(asked)s %(unit)s, "
            "%(available)s available. Order so much less that both are there."
        )
    return _(
        "%(product)s: together %(asked)s %(unit)s, %(free)s of them free; %(available)s available. "
        "Reduce the line."
    )
