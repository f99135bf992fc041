"""Credit a dealer for what it served of somebody else's order from its own stock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from yunhe.money.ledger.choices import AccountKind, EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.platform.access.principal import Principal
from yunhe.platform.ui.formatting import day as day_text
from yunhe.platform.values import to_text
from yunhe.trade.orders.events import MovedLine
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.sourcing.choices import CreditCause
from yunhe.trade.sourcing.compute import Credit, ServedLine, compute_credit
from yunhe.trade.sourcing.errors import NoPurchasePrice
from yunhe.trade.sourcing.locks import lock_part
from yunhe.trade.sourcing.models import Part, PartCredit
from yunhe.trade.sourcing.queries import dealer_serves
from yunhe.trade.sourcing.wording import served_text

ZERO = Decimal(0)


def credit_shipment(
    order_id: int,
    *,
    shipment: int,
    moved: Sequence[MovedLine],
    on: date,
    actor: Principal,
    now: datetime,
) -> PartCredit | None:
    """Credit the serving dealer for a shipment; None when no dealer serves the order.

    Goods count at the dealer's own purchase price on the day the order was placed, what the buyer
    was given free like the rest; the fee of the part comes on top. Posts one credit note. Heard twice
    it credits once. Runs under the owner role (a listener). Raises NoPurchasePrice.
    """
    if not dealer_serves(order_id):
        return None
    part = lock_part(order_id)
    quantities = {line.row: line.quantity for line in moved}
    return _credit(part, CreditCause.SHIPPED, shipment, quantities, on=on, actor=actor, now=now)


def take_back_missing(
    order_id: int, *, missing: Sequence[MovedLine], on: date, actor: Principal, now: datetime
) -> PartCredit | None:
    """Charge the serving dealer again for what did not arrive, goods and fee; as `credit_shipment`."""
    if not missing or not dealer_serves(order_id):
        return None
    part = lock_part(order_id)
    quantities = {line.row: -line.quantity for line in missing}
    return _credit(part, CreditCause.MISSING, 0, quantities, on=on, actor=actor, now=now)


def _credit(
    part: Part,
    cause: CreditCause,
    shipment: int,
    quantities: dict[int, Decimal],
    *,
    on: date,
    actor: Principal,
    now: datetime,
) -> PartCredit:
    """The part is locked: two shipments of it are credited one after the other."""
    earlier = list(part.credits.all())
    for known in earlier:
        if (known.cause, known.shipment) == (cause, shipment):
            return known
    found = compute_credit(
        _served(part, quantities, earlier),
        percent=part.fee_percent,
        goods_before=sum((credit.goods for credit in earlier), ZERO),
        fee_before=sum((credit.fee for credit in earlier), ZERO),
        currency=part.order.currency,
    )
    number = part.order.number
    suffix = f"-{shipment}-S" if cause == CreditCause.SHIPPED else "-SM"
    credit = PartCredit.objects.create(
        part=part,
        node_id=part.supplier_id,
        cause=cause,
        shipment=shipment,
        number=f"{number}{suffix}",
        on=on,
        currency=part.order.currency,
        goods=found.goods,
        fee=found.fee,
        lines=_kept(found),
        created_at=now,
    )
    if credit.amount:
        post([_entry(credit, part)], actor=actor, now=now)
    return credit


def _served(
    part: Part, quantities: dict[int, Decimal], earlier: Sequence[PartCredit]
) -> list[ServedLine]:
    """What moved now with the dealer's price of the whole line and what was credited of it before."""
    lines = list(part.order.lines.filter(row__in=quantities).select_related("sku"))
    before = dict.fromkeys(quantities, ZERO)
    for credit in earlier:
        for line in credit.lines:
            if line["row"] in before:
                before[line["row"]] += Decimal(line["quantity"])
    return [
        ServedLine(
            line.row, line.sku_id, quantities[line.row], line.base_quantity, price, before[line.row]
        )
        for line, price in zip(lines, _prices(part, lines), strict=True)
    ]


def _prices(part: Part, lines: Sequence[OrderLine]) -> list[Decimal]:
    """What the dealer itself pays for each whole line on the order's day. Raises NoPurchasePrice."""
    priced = price_lines(
        node_id=part.supplier_id,
        lines=[AskedLine(line.sku_id, line.unit, line.quantity) for line in lines],
        on=part.order.placed_on,
        currency=part.order.currency,
        require=False,
    )
    rows = [
        {"row": line.row, "sku_id": line.sku_id, "message": line.sku.label}
        for line, found in zip(lines, priced, strict=True)
        if found.amount is None
    ]
    if rows:
        words = {
            "dealer": part.supplier.label,
            "day": day_text(part.order.placed_on),
            "products": ", ".join(str(row["message"]) for row in rows),
        }
        message = _("%(dealer)s served goods for which it had no price on %(day)s: %(products)s.")
        raise NoPurchasePrice(message % words, rows=rows)
    return [found.amount for found in priced if found.amount is not None]


def _kept(found: Credit) -> list[dict[str, int | str]]:
    return [
        {
            "row": line.row,
            "sku_id": line.sku_id,
            "quantity": to_text(line.quantity),
            "amount": to_text(line.amount),
        }
        for line in found.lines
    ]


def _entry(credit: PartCredit, part: Part) -> NewEntry:
    """A credit note; what is taken back of it is charged to the same account of the books."""
    gained = credit.amount > 0
    return NewEntry(
        node_id=credit.node_id,
        kind=EntryKind.CREDIT_NOTE if gained else EntryKind.ADJUSTMENT,
        amount=abs(credit.amount),
        on=credit.on,
        key=f"served|{part.pk}|{credit.cause}|{credit.shipment}",
        number=credit.number,
        ref=part.order.ref,
        text=lazy(_posting_text, str)(credit, part),
        account=AccountKind.REVENUE,
        currency=credit.currency,
    )


def _posting_text(credit: PartCredit, part: Part) -> str:
    return served_text(credit, number=part.order.number, partner=part.node.label)
