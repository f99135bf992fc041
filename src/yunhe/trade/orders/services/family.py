"""Promotions of a split order: counted anew on its family, all its parts that are not cancelled.

What the parts have left of a row is one line of the basket, as if the order had never been split; what
it earns is handed to the parts so that their amounts sum to it to the cent. Parts that somebody else
serves are out of the actor's sight, so the family is read and written under the owner's rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.queries import SUPPLY, supply_key
from yunhe.money.ledger.services.matching import CREDIT, credit_key
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.trade.orders.choices import HOLDING, OrderKind, OrderStatus
from yunhe.trade.orders.compute import compute_part, share_amount
from yunhe.trade.orders.events import OrderAmended
from yunhe.trade.orders.gates import Asking
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import is_free
from yunhe.trade.orders.services.approving import reconsider_approval
from yunhe.trade.orders.services.asking import asking_of, open_lines
from yunhe.trade.orders.services.family_goods import FamilyGoods
from yunhe.trade.orders.services.gifting import gifts_json, of_paid_lines, stock_for_free
from yunhe.trade.orders.services.holding import Wanted, explain, wanted_by
from yunhe.trade.orders.services.offering import open_uses
from yunhe.trade.orders.services.recounting import (
    Holds,
    Stand,
    correct_invoices,
    offer_for_remaining,
    remaining_line,
    remaining_lines,
    whole_amount,
    worth_of,
)
from yunhe.trade.orders.services.repricing import without_promotions
from yunhe.trade.orders.services.rewriting import Rewritten, add_lines, delete_lines, rewrite_lines
from yunhe.trade.orders.services.steps import amended_note, facts_of, record_moves
from yunhe.trade.pricing.compute import compute_amount
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.services import use_promotions

ZERO = Decimal(0)
There = Callable[[set[int]], Mapping[int, Decimal]]
_REASON = "promotions count on the whole of a split order, whoever serves its parts"


@dataclass
class Family:
    """The part that is changed, the split order, its other parts, and how those stood before."""

    part: Order
    parent: Order
    others: list[Order]
    stood: dict[int, Stand]
    skus: dict[int, set[int]]
    holds: Holds = field(default_factory=dict)

    @property
    def parts(self) -> list[Order]:
        return sorted([self.part, *self.others], key=lambda one: one.pk)

    @property
    def shipped(self) -> bool:
        return any(one.shipments for one in self.parts)


def lock_family(order: Order) -> None:
    """Lock a part together with all others of its split order; nothing for an order that is whole."""
    parent_id = Order.objects.filter(pk=order.pk).values_list("parent_id", flat=True).first()
    if parent_id is None:
        return
    with owner_access(_REASON):
        known: set[int] = set()
        while new := set(_parts_of(parent_id)) - known:
            lock_orders(new)  # a part that was split meanwhile left parts with higher ids
            known |= new


def _parts_of(parent_id: int) -> Iterable[int]:
    return Order.objects.filter(parent_id=parent_id).values_list("pk", flat=True)


def family_of(part: Order) -> Family | None:
    """The family of a locked part as it stands now; None for a whole order and for samples."""
    if part.parent_id is None or part.kind == OrderKind.SAMPLE:
        return None
    with owner_access(_REASON):
        parent = Order.objects.get(pk=part.parent_id)
        others = Order.objects.filter(parent_id=parent.pk).exclude(pk=part.pk)
        found = list(others.exclude(status=OrderStatus.CANCELLED).order_by("pk"))
        lines = _lines(found)
    mine = {one.pk: [line for line in lines if line.order_id == one.pk] for one in found}
    return Family(
        part=part,
        parent=parent,
        others=found,
        stood={one.pk: Stand.of(one, mine[one.pk]) for one in found},
        skus={pk: {line.sku_id for line in held} for pk, held in mine.items()},
    )


def recount_family(family: Family, *, closing: bool = False) -> None:
    """Count promotions on what is left of all parts, and write what each line of them gets.

    Amounts that are still right to the cent stay; what rounding leaves goes to the changed part. Free
    goods that are no longer earned go from the changed part first, then from what others have open; what
    was shipped of them is charged. Further ones come with the changed part; when it is `closing`, with
    the first that is still open.
    """
    part, parent = family.part, family.parent
    receiver = next(filter(_holds, family.others), None) if closing else part
    with owner_access(_REASON):
        alive = [one for one in family.parts if one.status != OrderStatus.CANCELLED]
        lines = _lines(alive)
        rows = _merged(remaining_lines(lines), parent)
        offer = offer_for_remaining(
            parent,
            [row.priced for row in rows],
            there=_there_for(receiver, lines),
        )
        changed = [
            written
            for row, found in zip(rows, offer.lines, strict=False)
            for written in _shared(row, found, part)
        ]
        goods = FamilyGoods(offer, lines, giver=part, receiver=receiver)
        changed += goods.written
        rewrite_lines([row for row in changed if row != Rewritten.of(row.line)])
        delete_lines(goods.gone)
        if goods.more and receiver is not None:
            add_lines(receiver, goods.more, after=last_row(receiver, lines))
        if receiver is not None:
            parent.gifts = gifts_json(parent.choices, offer.remarks)
            parent.save(update_fields=["gifts"])
        open_uses([offer])
        family.holds = goods.without_undelivered()


def last_row(order: Order, lines: Iterable[OrderLine]) -> int:
    """The highest row of an order with these lines, for a part of its whole family: rows name lines
    across parts."""
    rows = [line.row for line in lines]
    if order.parent_id is not None:
        with owner_access(_REASON):
            others = OrderLine.objects.filter(order__parent_id=order.parent_id)
            rows += others.values_list("row", flat=True)
    return max(rows, default=0)


def hold_family(family: Family, asking: Asking | None) -> None:
    """Let the changed part (none when it holds nothing any more), its siblings and the whole order's
    promotions hold exactly what they need: one statement. Raises as `hold_exactly`."""
    part, parent = family.part, family.parent
    with owner_access(_REASON):
        if family.shipped:
            capacity.lock_accounts(CREDIT, [credit_key(parent.node_id)])
            capacity.refund(BUDGET, parent.ref)
            capacity.refund(USES, parent.ref)
        wanted: dict[str, Wanted] = {part.ref: wanted_by(asking)} if asking else {}
        wanted |= {one.ref: _still_wanted(family, one) for one in family.others if _holds(one)}
        wanted[parent.ref] = _promotions_wanted(family)
        try:
            capacity.hand_over(part.ref, {ref: kinds for ref, kinds in wanted.items() if kinds})
        except CapacityExceeded as error:
            if asking is None:
                raise
            raise of_paid_lines(explain(error, asking), asking) from error
        if family.shipped:
            use_promotions(parent.ref)


def settle_siblings(family: Family, *, actor: Principal, now: datetime) -> None:
    """Totals, books, approvals, steps and events of the other parts whose amounts changed. Emits
    OrderAmended. Raises NoApprover."""
    with owner_access(_REASON):
        events = []
        for one in family.others:
            lines = list(one.lines.all())
            before, one.total = one.total, worth_of(one, lines)
            if one.total == before and len(lines) == one.line_count:
                continue
            one.line_count, one.revision = len(lines), one.revision + 1
            one.save(update_fields=["total", "line_count", "revision"])
            correct_invoices(one, family.stood[one.pk], lines, actor=actor, now=now)
            what = format_lazy(_("promotions, with part {number}"), number=family.part.number)
            note = amended_note(what, before, one.total)
            record_moves([one], "amend", one.status, actor=actor, now=now, note=note)
            reconsider_approval(one, before=before, changed=family.part, actor=actor, now=now)
            event = OrderAmended(**facts_of(one), before=before, what=str(what))
            events.append(Emission(event, one.node_id, one.number))
        emit_all(events)


def _lines(orders: Sequence[Order]) -> list[OrderLine]:
    found = OrderLine.objects.filter(order__in=orders).select_related("order")
    return list(found.order_by("order_id", "row"))


def _holds(order: Order) -> bool:
    return order.status in HOLDING


@dataclass(frozen=True)
class _Row:
    """What the parts have left of one row at one price: a line of the basket."""

    priced: PricedLine
    lines: list[OrderLine]


def _merged(lines: Sequence[OrderLine], parent: Order) -> list[_Row]:
    ordered = {(line.row, line.sku_id, line.unit): line for line in parent.lines.all()}
    found: dict[tuple[int, int, str, Decimal], list[OrderLine]] = {}
    for line in sorted(lines, key=lambda line: (line.row, line.order_id)):
        key = (line.row, line.sku_id, line.unit, line.unit_price)
        found.setdefault(key, []).append(line)
    return [
        _Row(_together(mine, ordered.get(key[:3]), parent.currency), mine)
        for key, mine in found.items()
    ]


def _together(lines: Sequence[OrderLine], ordered: OrderLine | None, currency: str) -> PricedLine:
    """What is left of all parts as one line; the line as it was ordered knows the unit exactly."""
    exact = ordered or max(lines, key=lambda line: line.base_quantity)
    kept = sum((line.base_quantity - line.dropped for line in lines), ZERO)
    quantity = kept * exact.quantity / exact.base_quantity
    return replace(
        remaining_line(lines[0], currency),
        quantity=quantity,
        base_quantity=kept,
        amount=compute_amount(lines[0].unit_price, quantity, currency),
    )


def _shared(row: _Row, found: PricedLine, part: Order) -> list[Rewritten]:
    """The parts' lines with their shares of what the basket's line costs now."""
    promotions: Mapping[str, Any] = getattr(found, "promotions", {})
    kept = [line.base_quantity - line.dropped for line in row.lines]
    now = [
        compute_part(line.amount, own, line.base_quantity, ZERO, part.currency)
        for line, own in zip(row.lines, kept, strict=True)
    ]
    taker = next((at for at, line in enumerate(row.lines) if line.order_id == part.pk), None)
    amounts = share_amount(found.amount or ZERO, kept, now, currency=part.currency, taker=taker)
    off = (row.priced.amount or ZERO) - (found.amount or ZERO)
    discounts = share_amount(off, kept, [ZERO] * len(kept), currency=part.currency)
    written = []
    for line, own, amount, discount in zip(row.lines, kept, amounts, discounts, strict=True):
        rule = without_promotions(line.rule)
        if promotions:
            told = {"amount": str(amount + discount), "discount": str(discount)}
            rule |= {"promotions": dict(promotions) | told}
        whole = whole_amount(amount, own, line.base_quantity, part.currency)
        written.append(Rewritten.of(line).having(amount=whole, rule=rule))
    return written


def _there_for(receiver: Order | None, lines: Sequence[OrderLine]) -> There | None:
    """How to know what free goods the receiver can have; None when that does not matter."""
    if receiver is None or receiver.awaiting:
        return None
    return lambda skus: _there(receiver, skus, lines)


def _there(receiver: Order, skus: set[int], lines: Sequence[OrderLine]) -> dict[int, Decimal]:
    """The stock where the receiver is served from, once its paid lines took theirs, and what all parts
    have free already."""
    place = None if receiver.between_partners or receiver.from_shelf else receiver.supplier_id
    suppliers = {receiver.node_id: place}
    stock = stock_for_free({receiver.node_id: skus}, ref=receiver.ref, suppliers=suppliers)
    there = dict(stock.there(receiver.node_id, skus, ()))
    for line in (one for one in lines if one.sku_id in there):
        mine = line.order_id == receiver.pk
        if is_free(line):
            there[line.sku_id] += line.shipped if mine else line.base_quantity - line.dropped
        elif mine:
            there[line.sku_id] = max(there[line.sku_id] - line.open_quantity, ZERO)
    return there


def _still_wanted(family: Family, order: Order) -> Wanted:
    """What a sibling holds from now on; what it no longer needs is named with nothing."""
    lines = list(order.lines.all())
    asking = asking_of(
        order,
        open_lines(lines, order.currency),
        actor=system_principal(_REASON),
        now=order.created_at,
    )
    nothing: Wanted = {}
    if not order.between_partners:
        nothing[CREDIT] = {credit_key(order.node_id): ZERO}
        if not (order.awaiting or order.from_shelf):
            place = order.supplier_id or 0
            nothing[SUPPLY] = {supply_key(place, sku): ZERO for sku in family.skus[order.pk]}
    wanted = wanted_by(asking)
    kinds = (*nothing, *(kind for kind in wanted if kind not in nothing))
    return {kind: {**nothing.get(kind, {}), **wanted.get(kind, {})} for kind in kinds}


def _promotions_wanted(family: Family) -> Wanted:
    """Exactly what the family's basket takes of budgets and uses."""
    ref = family.parent.ref
    return {
        kind: {**dict.fromkeys(capacity.held(kind, ref), ZERO), **family.holds.get(kind, {})}
        for kind in (BUDGET, USES)
    }
