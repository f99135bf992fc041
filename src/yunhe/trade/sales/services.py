"""Use cases of sales: record facts from anywhere, report a scan, close a period."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.platform.intake.options import currency_fault
from yunhe.platform.intake.staging import copy_in
from yunhe.platform.ui import formatting
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.sales.bounds import (
    MOST_MONEY,
    line_faults,
    opposite_signs,
    out_of_units,
)
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.compute import source_name
from yunhe.trade.sales.errors import LinesRefused
from yunhe.trade.sales.events import PeriodClosed, PeriodReopened
from yunhe.trade.sales.models import ClosedPeriod, SalesFact
from yunhe.trade.sales.ownership import check_correction, check_flow
from yunhe.trade.sales.permissions import CLOSE, REOPEN, REPORT
from yunhe.trade.sales.queries import Resolved, frontier_of, resolve_lines
from yunhe.trade.sales.recording import LineTable, Origin, Recorded, record_lines


@dataclass(frozen=True, kw_only=True)
class FactLine:
    """A line to record. `quantity` in base units, negative for a return; `line_key` names it within
    its source, so that sending it again changes nothing."""

    line_key: str
    node_id: int
    sku_id: int
    on: date
    quantity: Decimal
    amount: Decimal = Decimal(0)
    counterparty_id: int | None = None
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportedLine:
    """A line as another system or a person names it: codes instead of ids, any unit."""

    line_key: str
    item: str
    on: date
    quantity: Decimal
    node: str = ""
    unit: str = ""
    amount: Decimal = Decimal(0)
    counterparty: str = ""
    document: str = ""


class OrderedLine(Protocol):
    """What a received order line tells: base units and money."""

    @property
    def row(self) -> int: ...
    @property
    def sku_id(self) -> int: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def amount(self) -> Decimal: ...


_COLUMNS = {name: name for name in ("line_key", "node_id", "counterparty_id", "sku_id", "document")}
_NAMES = (
    "row",
    "line_key",
    "node_id",
    "counterparty_id",
    "sku_id",
    "on",
    "quantity",
    "amount",
    "document",
)


def record_facts(  # what a batch has in common, by keyword
    lines: Sequence[FactLine],
    *,
    flow: str,
    source: str,
    now: datetime,
    currency: str = "",
    reason: str = "",
    by_house: bool = True,
) -> Recorded:
    """Write lines as facts in this transaction; repeats change nothing, other values are deltas.

    For other domains and jobs: no permission is checked, row-level security is. A handful of
    statements for any number of lines. Not `by_house`: a partner states them. Raises LinesRefused
    when a line key occurs twice, Unstorable.
    """
    if not lines:
        return Recorded(0, 0, 0)
    _check_keys([line.line_key for line in lines])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sales_incoming")
        cursor.execute(
            "CREATE TEMP TABLE sales_incoming (row integer, line_key text, node_id bigint,"
            ' counterparty_id bigint, sku_id bigint, "on" date, quantity numeric(18,4),'
            " amount numeric(18,4), document text, outcome text) ON COMMIT DROP"
        )
    _copy_lines(lines)
    columns = {**_COLUMNS, '"on"': '"on"', "quantity": "quantity", "amount": "amount"}
    columns["document"] = "coalesce(document, '')"
    table = LineTable(table="sales_incoming", span="true", rows=len(lines), columns=columns)
    origin = Origin(
        source=source,
        flow=flow,
        currency=currency or settings.CURRENCY,
        now=now,
        reason=reason[:300],
        by_house=by_house,
    )
    return record_lines(table, origin)


def _check_keys(keys: Sequence[str]) -> None:
    counts = Counter(keys)
    twice = _("Line key “%(key)s” occurs more than once.")
    rows = [
        {"row": at, "message": twice % {"key": key}}
        for at, key in enumerate(keys, start=1)
        if counts[key] > 1
    ]
    if rows:
        raise LinesRefused(_("Some lines cannot be recorded."), rows=rows)


def _copy_lines(lines: Sequence[FactLine]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.csv"
        with file.open("w", encoding="utf-8", newline="") as handle:
            rows = ((row, *_values(line)) for row, line in enumerate(lines, start=1))
            csv.writer(handle).writerows(rows)
        copy_in("sales_incoming", _NAMES, file)


def _values(line: FactLine) -> tuple[Any, ...]:
    """In the order of `_NAMES`."""
    return tuple(getattr(line, name) for name in _NAMES[1:])


def report_sales(
    lines: Sequence[ReportedLine],
    *,
    flow: str = Flow.SELL_OUT,
    currency: str = "",
    kind: str = "",
    actor: Principal,
    now: datetime,
) -> Recorded:
    """Record what a partner or its system reports, by codes, for the actor's own nodes.

    `kind` separates line keys of different senders at one node (`scan`); without it they are the
    file imports' keys. Raises NotAllowed, NotYours when a partner reports a flow of the house, and
    LinesRefused naming every line with an unknown node, item or unit, or one that says what cannot
    be, or differs from what headquarters stated; then nothing is written.
    """
    actor.check(REPORT)
    if actor.home_id is None:
        raise NotAllowed()
    check_flow(flow, actor=actor)
    if currency and (message := currency_fault(currency)):
        raise LinesRefused(message, field="currency")
    _check_keys([line.line_key for line in lines])
    resolved, faults = resolve_lines(lines, home_id=actor.home_id)
    faults += line_faults(lines, today=timezone.localdate(now))
    faults += _unit_faults(lines, resolved)
    faults += count_faults(
        (
            Counted(row, found.sku_id, line.quantity * found.factor)
            for row, (line, found) in enumerate(zip(lines, resolved, strict=True), start=1)
            if found is not None
        ),
        most=None,
    )
    if faults:
        rows = sorted(faults, key=lambda fault: fault["row"])
        raise LinesRefused(_("Some lines cannot be recorded."), rows=rows)
    facts = [
        FactLine(
            line_key=line.line_key,
            node_id=found.node_id,
            sku_id=found.sku_id,
            on=line.on,
            quantity=line.quantity * found.factor,
            amount=line.amount,
            counterparty_id=found.counterparty_id,
            document=line.document,
        )
        for line, found in zip(lines, resolved, strict=True)
        if found is not None
    ]
    source = source_name(flow, actor.home_id, kind)
    return record_facts(
        facts,
        flow=flow,
        source=source,
        now=now,
        currency=currency,
        by_house=not actor.is_partner,
    )


def _unit_faults(
    lines: Sequence[ReportedLine], resolved: Sequence[Resolved | None]
) -> list[dict[str, Any]]:
    """Quantities that are out of range only in base units."""
    return [
        {"row": row, "message": _("The quantity is out of range.")}
        for row, (line, found) in enumerate(zip(lines, resolved, strict=True), start=1)
        if found and not out_of_units(line.quantity) and out_of_units(line.quantity * found.factor)
    ]


def record_order(
    *,
    number: str,
    buyer_id: int,
    supplier_id: int,
    lines: Sequence[OrderedLine],
    on: date,
    currency: str,
    now: datetime,
) -> Recorded:
    """What a partner received on an order: sell-in when the manufacturer supplied it, sell-through
    of the supplier when a dealer did. Recording the same order again changes nothing."""
    supplier = Node.objects.only("kind").get(pk=supplier_id)
    through = supplier.kind == NodeKind.PARTNER
    flow = Flow.SELL_THROUGH if through else Flow.SELL_IN
    facts = [
        FactLine(
            line_key=f"{number}|{line.row}",
            node_id=supplier_id if through else buyer_id,
            counterparty_id=buyer_id if through else None,
            sku_id=line.sku_id,
            on=on,
            quantity=line.quantity,
            amount=line.amount,
            document=number,
        )
        for line in lines
    ]
    return record_facts(facts, flow=flow, source=f"{flow}:orders", now=now, currency=currency)


def correct_fact(
    fact: SalesFact,
    *,
    quantity: Decimal,
    amount: Decimal,
    reason: str,
    actor: Principal,
    now: datetime,
) -> Recorded:
    """Let a line say something else from now on: the difference is a new fact with the reason.

    `quantity` in base units and `amount` are what the line should have said in all; a closed period
    stays as it is, the difference counts in the open one. A fact that corrects another corrects the
    first. Raises NotAllowed, NotYours (a partner corrects only what it sent itself), LinesRefused (no
    reason, signs that differ, out of range, a line of an order or return: that is corrected by such).
    """
    actor.check(REPORT, path=fact.node.path)
    if not reason.strip():
        raise LinesRefused(_("Say why the line is corrected."), field="reason")
    check_correction(fact, actor=actor)
    if opposite_signs(quantity, amount):
        raise LinesRefused(_("Quantity and amount have opposite signs."), field="amount")
    if out_of_units(quantity):
        raise LinesRefused(_("The quantity is out of range."), field="quantity")
    if abs(amount) > MOST_MONEY:
        raise LinesRefused(_("The amount is out of range."), field="amount")
    if rows := count_faults([Counted(1, fact.sku_id, quantity)]):
        raise LinesRefused(rows[0]["message"], field="quantity", rows=rows)
    first = SalesFact.objects.get(pk=fact.corrects_id) if fact.corrects_id else fact
    line = FactLine(
        line_key=first.line_key,
        node_id=first.node_id,
        counterparty_id=first.counterparty_id,
        sku_id=first.sku_id,
        on=first.on,
        quantity=quantity,
        amount=amount,
        document=first.document,
    )
    return record_facts(
        [line],
        flow=first.flow,
        source=first.source,
        now=now,
        currency=first.currency,
        reason=reason.strip(),
        by_house=not actor.is_partner,
    )


def close_period(*, flow: str, before: date, actor: Principal, now: datetime) -> ClosedPeriod:
    """Make a flow's facts before a day final: later ones are booked from that day on.

    Emits PeriodClosed. Raises NotAllowed, LinesRefused when the day is not after the last closing or
    lies in the future.
    """
    actor.check(CLOSE)
    if before > timezone.localdate(now):
        raise LinesRefused(
            _("Only days that have passed can be closed."),
            code="sales.closing_in_future",
            field="before",
        )
    frontier = frontier_of(flow)
    if frontier is not None and before <= frontier:
        raise LinesRefused(
            _("This flow is already closed through %(day)s.")
            % {"day": formatting.last_day(frontier)},
            code="sales.already_closed",
            field="before",
        )
    closed = ClosedPeriod.objects.create(
        flow=flow, before=before, closed_at=now, closed_by_id=actor.user_id
    )
    emit(PeriodClosed(flow=flow, before=before))
    return closed


def reopen_period(
    *, flow: str, before: date, reason: str, actor: Principal, now: datetime
) -> ClosedPeriod:
    """Let lines from a day on count on their own days again; what was booked later stays there.

    Emits PeriodReopened. Raises NotAllowed, LinesRefused (no reason; the day is not closed).
    """
    actor.check(REOPEN)
    if not reason.strip():
        raise LinesRefused(_("Say why the period is reopened."), field="reason")
    frontier = frontier_of(flow)
    if frontier is None or before >= frontier:
        raise LinesRefused(
            _("This flow is not closed on that day."), code="sales.not_closed", field="before"
        )
    opened = ClosedPeriod.objects.create(
        flow=flow,
        before=before,
        reopens=True,
        reason=reason.strip()[:300],
        closed_at=now,
        closed_by_id=actor.user_id,
    )
    emit(PeriodReopened(flow=flow, before=before))
    return opened
