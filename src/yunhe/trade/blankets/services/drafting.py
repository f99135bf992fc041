"""Draw up a frame: parties, lines, terms, planned call-offs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from yunhe.goods.stock.queries import supplier_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.trade.blankets.choices import FrameStatus, Measure, Plan, Pricing
from yunhe.trade.blankets.compute import equal_parts, period_starts
from yunhe.trade.blankets.errors import FrameRefused
from yunhe.trade.blankets.locks import lock_frame
from yunhe.trade.blankets.models import Frame, FrameLine, PlannedCall
from yunhe.trade.blankets.permissions import PLAN
from yunhe.trade.blankets.services.steps import record_step
from yunhe.trade.blankets.transitions import MOVES
from yunhe.trade.catalog.models import Category, Sku
from yunhe.trade.catalog.queries import unit_factors


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """A product (in `unit`) or a product group, with its total and limits (`models.FrameLine`)."""

    total: Decimal
    sku: Sku | None = None
    category: Category | None = None
    measure: str = Measure.QUANTITY
    unit: str = ""
    price: Decimal | None = None
    discount: Decimal = Decimal(0)
    call_minimum: Decimal | None = None
    call_maximum: Decimal | None = None
    period_minimum: Decimal | None = None
    period_maximum: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class FrameDraft:
    """What is agreed; in force from `starts` until the day before `until`."""

    node: Node
    title: str
    starts: date
    until: date
    lines: Sequence[LineDraft] = field(default_factory=list)
    pricing: str = Pricing.FIXED
    promotions: bool = False
    period_unit: str = ""
    plan: str = Plan.NONE
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """A planned call-off of a line, in the line's unit."""

    line_id: int
    on: date
    quantity: Decimal


def create_frame(draft: FrameDraft, *, actor: Principal, now: datetime) -> Frame:
    """Write a frame as a draft that only the supplier's side sees. Raises NotAllowed, FrameRefused."""
    actor.check(PLAN)
    supplier_id = supplier_of(draft.node.pk)
    if supplier_id is None:
        raise FrameRefused(_("Nobody supplies this partner yet."), field="node")
    frame = Frame(
        number=_next_number(), supplier_id=supplier_id, created_at=now, created_by_id=actor.user_id
    )
    _write(frame, draft)
    return record_step(frame, "create", FrameStatus.DRAFT, actor=actor, now=now)


def change_frame(frame: Frame, draft: FrameDraft, *, actor: Principal, now: datetime) -> Frame:
    """Write a draft anew, with its lines and plan. Raises NotAllowed, IllegalMove, FrameRefused."""
    actor.check(PLAN)
    frame = lock_frame(frame.pk)
    MOVES.check(frame.status, "submit", number=frame.number)
    _write(frame, draft)
    return frame


def plan_calls(
    frame: Frame, plan: Sequence[PlanDraft], *, actor: Principal, now: datetime
) -> Frame:
    """Write the planned call-offs anew; also of a frame in force. Raises NotAllowed, FrameRefused."""
    actor.check(PLAN)
    frame = lock_frame(frame.pk)
    if frame.status not in (FrameStatus.DRAFT, FrameStatus.ACTIVE):
        MOVES.check(frame.status, "close", number=frame.number)
    lines = {line.pk: line for line in frame.lines.select_related("sku", "category")}
    faults: list[dict[str, Any]] = []
    seen: set[tuple[int, date]] = set()
    for at, each in enumerate(plan, start=1):
        if each.line_id not in lines:
            faults.append({"row": at, "message": _("This is no line of the blanket order.")})
        elif not frame.period.lower <= each.on < frame.period.upper:
            faults.append({"row": at, "message": _("The day is outside the validity.")})
        elif (each.line_id, each.on) in seen:
            faults.append({"row": at, "message": _("This day is planned twice for the line.")})
        seen.add((each.line_id, each.on))
    for line in lines.values():
        planned = sum((each.quantity for each in plan if each.line_id == line.pk), Decimal(0))
        if planned > line.total:
            message = _("%(subject)s: more is planned than the blanket order holds.")
            faults.append({"row": line.row, "message": message % {"subject": line.subject}})
    if faults:
        raise FrameRefused(_("The plan does not fit the blanket order."), rows=faults)
    frame.plan.all().delete()
    _plan(frame, [(each.line_id, each.on, each.quantity) for each in plan])
    return record_step(frame, "plan", frame.status, actor=actor, now=now)


def _write(frame: Frame, draft: FrameDraft) -> None:
    _check(draft)
    names = ("node", "title", "pricing", "promotions", "period_unit", "note")
    for name in names:
        setattr(frame, name, getattr(draft, name))
    frame.period = (draft.starts, draft.until)
    frame.save()
    frame.refresh_from_db(fields=["period"])
    frame.lines.all().delete()
    factors = unit_factors([line.sku.pk for line in draft.lines if line.sku])
    lines = FrameLine.objects.bulk_create(
        _line(frame, row, line, factors.get(line.sku.pk, {}) if line.sku else {})
        for row, line in enumerate(draft.lines, start=1)
    )
    days = period_starts(draft.starts, draft.until, draft.plan)
    plan = [
        (line.pk, on, part)
        for line in lines
        for on, part in zip(days, equal_parts(line.total, len(days)), strict=False)
    ]
    _plan(frame, plan)


def _plan(frame: Frame, rows: Sequence[tuple[int, date, Decimal]]) -> None:
    PlannedCall.objects.bulk_create(
        PlannedCall(frame=frame, line_id=line_id, on=on, quantity=quantity)
        for line_id, on, quantity in rows
    )


def _line(frame: Frame, row: int, draft: LineDraft, factors: dict[str, Decimal]) -> FrameLine:
    names = LineDraft.__dataclass_fields__
    values = {name: getattr(draft, name) for name in names}
    by_value = draft.measure == Measure.VALUE
    unit = "" if by_value or draft.category else draft.unit
    if unit and unit not in factors:
        message = _("This product is not sold in the unit “%(unit)s”.") % {"unit": unit}
        raise FrameRefused(message, rows=[{"row": row, "message": message}])
    return FrameLine(
        frame=frame, row=row, factor=factors.get(unit, Decimal(1)), **values | {"unit": unit}
    )


def _check(draft: FrameDraft) -> None:
    """Raise FrameRefused naming every line that cannot be agreed like this."""
    if draft.until <= draft.starts:
        raise FrameRefused(_("The validity ends before it begins."), field="until")
    if not draft.lines:
        raise FrameRefused(_("A blanket order has at least one line."))
    rows: list[dict[str, Any]] = []
    seen: set[tuple[str, int]] = set()
    for at, line in enumerate(draft.lines, start=1):
        subject = (
            ("sku", line.sku.pk)
            if line.sku
            else ("group", line.category.pk if line.category else 0)
        )
        if message := _fault(draft, line) or (
            _("This product or group is named twice.") if subject in seen else ""
        ):
            rows.append({"row": at, "message": message})
        seen.add(subject)
    if rows:
        raise FrameRefused(_("Some lines cannot be agreed like this."), rows=rows)


def _fault(draft: FrameDraft, line: LineDraft) -> str:
    """The first thing that is wrong with a line; empty when nothing is."""
    fixed, by_value = draft.pricing == Pricing.FIXED, line.measure == Measure.VALUE
    faults = (
        ((line.sku is None) == (line.category is None), _("Name a product or a product group.")),
        (line.total <= 0, _("The total must be above zero.")),
        (line.sku and not by_value and not line.unit, _("Name the unit that is counted.")),
        (
            line.category and fixed,
            _("A group has no fixed price: agree the price list of the day, or name products."),
        ),
        (
            by_value and fixed,
            _("A line by value has the price list of the day: choose it for the blanket order."),
        ),
        (fixed and line.discount, _("A fixed price has no discount: agree the price itself.")),
        (
            _upside_down(line.call_minimum, line.call_maximum),
            _("The least call-off is larger than the largest."),
        ),
        (
            (line.period_minimum or line.period_maximum) and not draft.period_unit,
            _("Say by which period the limits count: month or quarter."),
        ),
        (
            _upside_down(line.period_minimum, line.period_maximum),
            _("The least of a period is larger than its most."),
        ),
    )
    return next((message for wrong, message in faults if wrong), "")


def _upside_down(least: Decimal | None, most: Decimal | None) -> bool:
    return least is not None and most is not None and least > most


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'BF' || to_char(nextval('blankets_number'), 'FM0000000')")
        return str(cursor.fetchone()[0])
