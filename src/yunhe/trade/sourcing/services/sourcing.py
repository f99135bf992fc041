"""Split an order by a rule or by hand, and pass on what a dealer refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from yunhe.goods.schedule.queries import promise_dates
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import Conflict
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.orders.choices import Approval, OrderStatus
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewPart, cancel_order, price_draft, split_order
from yunhe.trade.sourcing.choices import PartState
from yunhe.trade.sourcing.errors import NowhereToServe
from yunhe.trade.sourcing.events import PartOffered
from yunhe.trade.sourcing.models import Part, SourcingRule
from yunhe.trade.sourcing.services.planning import Plan, PlannedShare, plan_order

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class HandShare:
    """By hand: so many of a line's own units from a place, from stock or from production."""

    row: int
    node_id: int
    units: Decimal
    production: bool = False


@dataclass
class _Drawn:
    """What one place serves while the shares are gathered."""

    supplier_id: int
    dealer: bool
    quantities: dict[int, Decimal] = field(default_factory=dict)
    promised: dict[int, date] = field(default_factory=dict)
    reasons: dict[str, Any] = field(default_factory=dict)


def source_order(
    order: Order,
    *,
    rule: SourcingRule | None = None,
    shares: Sequence[HandShare] | None = None,
    without: Iterable[int] = (),
    agreed: bool = False,
    actor: Principal,
    now: datetime,
) -> list[Part]:
    """Split an order as the rule says, or as somebody says by hand, and offer dealers their parts.

    Parts at warehouses are as far as the order was (`agreed`: as the whole order was); a dealer's
    waits for its answer. Emits what
    `split_order` emits, and PartOffered. Raises NowhereToServe naming every line that nobody can
    serve, Conflict when nothing would change, and what `split_order` raises.
    """
    asking = None
    if order.status == OrderStatus.DRAFT:
        order, asking = price_draft(order, there={}, actor=actor, now=now)
    sure = agreed or order.status == OrderStatus.CONFIRMED
    plan = plan_order(order, rule=rule, now=now, without=without)
    if asking is not None and (there := _free_there(plan)):
        order, asking = price_draft(order, there=there, actor=actor, now=now)
        plan = plan_order(order, rule=rule, now=now, without=without)
    chosen = plan.shares if shares is None else _by_hand(plan, shares, now=now)
    if shares is None and plan.missing:
        raise _nowhere(plan)
    drawn = _drawn(chosen)
    if len(drawn) == 1 and drawn[0].supplier_id == order.supplier_id and not drawn[0].promised:
        raise Conflict(
            _("Its present place serves the whole order: there is nothing to split."),
            code="sourcing.nothing",
        )
    parts = [
        NewPart(
            supplier_id=one.supplier_id,
            quantities=one.quantities,
            promised=one.promised,
            sure=not one.dealer,
        )
        for one in drawn
    ]
    made = split_order(
        order,
        parts,
        asking=asking,
        agreed=sure,
        note=lazy(lambda: plan.rule.label, str)(),
        actor=actor,
        now=now,
    )
    return _write(plan.rule, made, drawn, sure=sure, now=now)


def _free_there(plan: Plan) -> dict[int, Decimal]:
    """Free goods that no place has enough of, with what there is: nobody ordered them, none stops an order."""
    free = [line for line in plan.demand.lines if "free" in line.rule.get("promotions", {})]
    short = {line.sku_id for line in free if plan.missing.get(line.row)}
    there = dict.fromkeys(short, ZERO)
    for line in free:
        if line.sku_id in short:
            there[line.sku_id] += line.base_quantity - plan.missing.get(line.row, ZERO)
    return there


def _nowhere(plan: Plan) -> NowhereToServe:
    lines = {line.row: line for line in plan.demand.lines}
    message = _("%(product)s: no place has %(quantity)s %(unit)s of it.")
    rows = []
    for row, quantity in plan.missing.items():
        sku = lines[row].sku
        words = {
            "product": sku.label,
            "quantity": to_text(quantity),
            "unit": counted(sku.get_base_unit_display(), quantity),
        }
        rows.append({"row": row, "sku_id": sku.pk, "message": message % words})
    return NowhereToServe(_("Some lines cannot be served from anywhere."), rows=rows)


def _by_hand(plan: Plan, shares: Sequence[HandShare], *, now: datetime) -> list[PlannedShare]:
    """The shares named, checked against what places may serve; that they sum is checked by the split."""
    lines = {line.row: line for line in plan.demand.lines}
    planned = {(s.line.row, s.candidate.node.pk, s.made_on is not None): s for s in plan.shares}
    days = _days(plan, shares, now)
    found: list[PlannedShare] = []
    faults: list[dict[str, Any]] = []
    for share in shares:
        line, candidate = lines.get(share.row), plan.candidate(share.node_id)
        if not share.units:
            continue
        if line is None or candidate is None or line.sku_id in candidate.place.refused:
            faults.append({"row": share.row, "message": _("This place may not serve the line.")})
            continue
        quantity = share.units * line.base_quantity / line.quantity
        day = days.get((share.node_id, line.sku_id)) if share.production else None
        if share.production and day is None:
            faults.append({"row": share.row, "message": _("Production does not cover it.")})
            continue
        same = planned.get((share.row, share.node_id, share.production))
        reason: Mapping[str, Any] = {"by_hand": True}
        if same is not None and same.quantity == quantity:
            reason = same.reason
        found.append(PlannedShare(line, candidate, quantity, reason, day))
    if faults:
        raise NowhereToServe(_("The order cannot be split like this."), rows=faults)
    return found


def _days(
    plan: Plan, shares: Sequence[HandShare], now: datetime
) -> dict[tuple[int, int], date | None]:
    """(place, SKU) -> the day for which production covers all that is asked of it."""
    lines = {line.row: line for line in plan.demand.lines}
    making = {(share.node_id, share.row) for share in shares if share.production}
    wanted: dict[int, dict[int, Decimal]] = {}
    for share in shares:
        line = lines.get(share.row)
        if line is None or share.node_id not in {node_id for node_id, _row in making}:
            continue
        asked = wanted.setdefault(share.node_id, {})
        quantity = share.units * line.base_quantity / line.quantity
        asked[line.sku_id] = asked.get(line.sku_id, ZERO) + quantity
    found: dict[tuple[int, int], date | None] = {}
    for node_id, asked in wanted.items():
        with owner_access("a promise is made on the schedule of a place outside the own region"):
            days = promise_dates(node_id, asked, timezone.localdate(now))
        found |= {(node_id, sku_id): day for sku_id, day in days.items()}
    return found


def _drawn(shares: Sequence[PlannedShare]) -> list[_Drawn]:
    """One part a place, and another for what waits for production there."""
    found: dict[tuple[int, bool], _Drawn] = {}
    for share in shares:
        node_id = share.candidate.node.pk
        part = found.setdefault(
            (node_id, share.made_on is not None), _Drawn(node_id, share.candidate.dealer)
        )
        row = share.line.row
        part.quantities[row] = part.quantities.get(row, ZERO) + share.quantity
        part.reasons[str(row)] = dict(share.reason)
        if share.made_on is not None:
            part.promised[share.line.sku_id] = share.made_on
    return list(found.values())


def _write(
    rule: SourcingRule, made: Sequence[Order], drawn: Sequence[_Drawn], *, sure: bool, now: datetime
) -> list[Part]:
    until = now + timedelta(hours=rule.answer_hours)
    parts = Part.objects.bulk_create(
        Part(
            order=child,
            node_id=child.node_id,
            supplier_id=child.supplier_id,
            rule=rule,
            state=PartState.OFFERED if one.dealer else PartState.ASSIGNED,
            answer_by=until if one.dealer else None,
            reasons=one.reasons,
            sure=sure,
            fee_percent=rule.fee_percent if one.dealer else 0,
            created_at=now,
        )
        for child, one in zip(made, drawn, strict=True)
    )
    emit_all(
        Emission(
            PartOffered(
                order_id=part.order_id,
                number=part.order.number,
                node_id=part.node_id,
                supplier_id=part.supplier_id,
                answer_by=until,
            ),
            part.supplier_id,
            part.order.number,
        )
        for part in parts
        if part.state == PartState.OFFERED
    )
    return parts


def pass_on(order: Order, *, actor: Principal, now: datetime) -> list[Part]:
    """Serve a part that a dealer refused, or did not answer, from other places; the new parts.

    Places that refused any part of the whole order are not asked again. When nobody else can serve
    it, the part is cancelled: its credit and stock go back. One that waits for approval is passed on
    when it has it (`go_on`). Repeating it changes nothing.
    """
    part = Part.objects.select_related("rule").get(pk=order.pk)
    if order.status != OrderStatus.SUBMITTED or order.approval == Approval.PENDING:
        return []
    if part.state not in (PartState.REFUSED, PartState.EXPIRED):
        return []
    said_no = Part.objects.filter(
        order__parent_id=order.parent_id, state__in=(PartState.REFUSED, PartState.EXPIRED)
    )
    try:
        parts = source_order(
            order,
            rule=part.rule,
            without=set(said_no.values_list("supplier_id", flat=True)),
            agreed=part.sure,
            actor=actor,
            now=now,
        )
    except NowhereToServe:
        reason = _("Refused, and no other place has the goods.")
        cancel_order(order, reason=reason, actor=actor, now=now)
        return []
    return parts
