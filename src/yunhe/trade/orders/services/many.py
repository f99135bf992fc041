"""Many orders at once: a file of ten thousand lines is a handful of statements, not ten thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity.errors import CapacityExceeded, Shortage
from yunhe.platform.errors import DomainError
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.trade.orders.choices import OrderStatus, Source
from yunhe.trade.orders.errors import GiftsGone
from yunhe.trade.orders.events import OrderSubmitted
from yunhe.trade.orders.gates import Asking, Refusal, gates
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services.approving import ask_approval
from yunhe.trade.orders.services.asking import asking_of, gate_lines
from yunhe.trade.orders.services.drafts import submit_order
from yunhe.trade.orders.services.gifting import gifts_json, of_paid_lines
from yunhe.trade.orders.services.holding import explain, wanted_by_each
from yunhe.trade.orders.services.offering import Given, Offer, open_uses
from yunhe.trade.orders.services.offering_many import NewOrder, offer_many
from yunhe.trade.orders.services.placing import lines_json
from yunhe.trade.orders.services.steps import facts_of, record_moves
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.errors import UsedUp
from yunhe.trade.promotions.queries import Choices

_INSERT = """
WITH asked AS (
    SELECT o.*, stock_supplier_of(o.node) AS supplier, nextval('orders_number') AS serial
      FROM jsonb_to_recordset(%(orders)s) AS o (at int, node bigint, total numeric, count int,
               note text, digest text, key text, wanted date, agreement text, ship_to jsonb,
               gifts jsonb, lines jsonb)
), placed AS (
    INSERT INTO orders_order (number, node_id, supplier_id, between_partners, status, kind, source,
                              currency, total, line_count, note, key, digest, placed_on, wanted_on,
                              agreement, ship_to, gifts, shipments, created_at, created_by_id)
    SELECT 'SO' || to_char(serial, 'FM0000000'), node, supplier, stock_resells(supplier), 'draft',
           'standard', %(source)s, %(currency)s, total, count, note, key, digest, %(on)s, wanted, agreement,
           COALESCE(ship_to, network_ship_to(node)), gifts, 0, %(now)s, %(user)s
      FROM asked WHERE supplier IS NOT NULL ORDER BY at
    ON CONFLICT (node_id, key) WHERE key <> '' DO NOTHING
    RETURNING id, number, node_id, supplier_id
), mine AS (
    SELECT placed.*, asked.at, asked.lines FROM placed
      JOIN asked ON placed.number = 'SO' || to_char(asked.serial, 'FM0000000')
), line AS (
    INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
                                  base_quantity, unit_price, amount, rule, shipped)
    SELECT mine.id, mine.node_id, mine.supplier_id, l.row, l.sku_id, l.unit, l.quantity, l.base,
           l.price, l.amount, l.rule, 0
      FROM mine, jsonb_to_recordset(mine.lines) AS l (row int, sku_id bigint, unit text,
               quantity numeric, base numeric, price numeric, amount numeric, rule jsonb)
), step AS (
    INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, user_id, note)
    SELECT id, node_id, supplier_id, 'create', 'draft', %(now)s, %(user)s, '' FROM mine
)
SELECT at, id FROM mine
"""
_WATCHED = """
SELECT o.id FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS o (id, node, total)
 WHERE EXISTS (SELECT 1 FROM workflow_candidates('orders.order', o.node) c
                WHERE c.amount_from <= o.total AND (c.amount_to IS NULL OR o.total < c.amount_to))
"""
_RESERVE = "SELECT * FROM orders_reserve_each(%s::text[], %s::text[], %s::text[], %s::numeric[])"


@dataclass(kw_only=True)
class ManyPlaced:
    """Ids of the orders written, of those submitted, and what is wrong: rows of the file."""

    order_ids: list[int] = field(default_factory=list)
    submitted: list[int] = field(default_factory=list)
    repeated: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)


def place_orders(
    orders: Sequence[NewOrder],
    *,
    actor: Principal,
    now: datetime,
    submit: bool = False,
    source: str = Source.API,
) -> ManyPlaced:
    """Write many orders: their prices and promotions as `offer_many`, one statement to write them, one
    to hold.

    Nothing is written when a line cannot be priced: LinesRefused then names every row of every
    order. With `submit`, each order that credit, stock and gates let pass is submitted; the others
    stay drafts and their rows are in `faults`. Where a promotion does not reach for all of them the first
    have it, and each other is priced anew with what is left. An order whose `key` is known already is left
    alone.
    Raises NotAllowed, LinesRefused.
    """
    actor.check(CREATE)
    on = timezone.localdate(now)
    offers = offer_many(orders, on=on, free=submit)
    found = _write(orders, offers, actor=actor, now=now, source=source)
    result = ManyPlaced(order_ids=sorted(found.values()), repeated=len(orders) - len(found))
    if result.repeated:
        result.faults += _other_contents(orders, found)
    if submit and found:
        _submit(orders, offers, found, result, actor=actor, now=now)
    return result


def _other_contents(orders: Sequence[NewOrder], found: Mapping[int, int]) -> list[dict[str, Any]]:
    """Orders whose key is known already with other contents. One statement."""
    again = {
        (order.node_id, order.key[:100]): order
        for at, order in enumerate(orders)
        if at not in found and order.key
    }
    known = Order.objects.filter(
        node__in={node_id for node_id, _key in again}, key__in={key for _node, key in again}
    )
    faults = []
    for order in known:
        asked = again.get((order.node_id, order.key))
        if asked and order.digest and order.digest != asked.digest:
            message = _("Already known as order %(number)s, with other contents.")
            words = {"number": order.number}
            faults.append({"row": asked.row_of(1), "message": message % words})
    return faults


def _write(
    orders: Sequence[NewOrder],
    offers: Mapping[int, Offer | Given],
    *,
    actor: Principal,
    now: datetime,
    source: str,
) -> dict[int, int]:
    """Position → id of the orders that are new. One statement."""
    rows = [
        {
            "at": at,
            "node": order.node_id,
            "total": _total(offers[at].lines),
            "count": len(offers[at].lines),
            "note": order.note[:500],
            "key": order.key[:100],
            "digest": order.digest if order.key else "",
            "wanted": order.wanted_on,
            "agreement": order.agreement,
            "ship_to": order.ship_to,
            "gifts": gifts_json(_choices(order, offers[at]), offers[at].remarks),
            "lines": orjson.Fragment(lines_json(offers[at].lines)),
        }
        for at, order in enumerate(orders)
    ]
    values: dict[str, Any] = {
        "orders": orjson.dumps(rows, default=str).decode(),
        "source": source,
        "currency": settings.CURRENCY,
        "on": timezone.localdate(now),
        "now": now,
        "user": actor.user_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return dict(cursor.fetchall())


def _choices(order: NewOrder, offer: Offer | Given) -> Choices | None:
    return offer.choices if isinstance(offer, Offer) else order.choices


def _total(priced: Iterable[PricedLine]) -> Decimal:
    return sum((line.amount or Decimal(0) for line in priced), Decimal(0))


def _submit(
    orders: Sequence[NewOrder],
    offers: Mapping[int, Offer | Given],
    found: Mapping[int, int],
    result: ManyPlaced,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    written = Order.objects.in_bulk(found.values())
    open_uses(offers[at] for at in found)
    askings = {
        at: _asking(written[found[at]], offers[at], actor=actor, now=now) for at in sorted(found)
    }
    for at, refusals in _refusals(askings).items():
        for refusal in refusals:
            result.faults.append(refusal.as_row() | {"row": orders[at].row_of(max(refusal.row, 1))})
        if refusals:
            del askings[at]
    short = _reserve(list(askings.values()))
    taken: list[Order] = []
    for at in askings:
        order, error = written[found[at]], short.get(found[at])
        if error is None:
            taken.append(order)
        elif isinstance(error, UsedUp | GiftsGone):
            error = _submit_alone(order, actor=actor, now=now)
        if error is None:
            result.submitted.append(order.pk)
            continue
        for row in error.rows or [{"message": str(error)}]:
            result.faults.append(dict(row) | {"row": orders[at].row_of(row.get("row", 1))})
    _record(taken, actor=actor, now=now)
    result.faults.sort(key=lambda row: row["row"])


def _asking(order: Order, offer: Offer | Given, *, actor: Principal, now: datetime) -> Asking:
    """A written order as gates see it."""
    lines = gate_lines(offer.lines)
    return asking_of(order, lines, actor=actor, now=now, facts=offer.facts)


def _record(taken: Sequence[Order], *, actor: Principal, now: datetime) -> None:
    """Submitted orders take their step, ask for approval where a chain applies, and are announced."""
    if not taken:
        return
    record_moves(taken, "submit", OrderStatus.SUBMITTED, actor=actor, now=now)
    watched = _watched(taken)
    for order in taken:
        if order.pk in watched:
            ask_approval(order, actor=actor, now=now)
    emit_all(
        Emission(OrderSubmitted(**facts_of(order)), order.node_id, order.number) for order in taken
    )


def _submit_alone(order: Order, *, actor: Principal, now: datetime) -> DomainError | None:
    """Submit an order whose promotion or gift the others of the file used up, with what is left of it.

    What is wrong, or None.
    """
    try:
        with transaction.atomic():
            submit_order(order, actor=actor, now=now)
    except DomainError as error:
        return error
    return None


def _watched(orders: Sequence[Order]) -> set[int]:
    """Ids of the orders that a chain of approvals may concern, by place and amount. One statement."""
    columns = zip(*((order.pk, order.node_id, order.total) for order in orders), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_WATCHED, [list(column) for column in columns])
        return {row[0] for row in cursor.fetchall()}


def _refusals(askings: Mapping[int, Asking]) -> dict[int, list[Refusal]]:
    """What the gates say against each, by its position."""
    found: dict[int, list[Refusal]] = {at: [] for at in askings}
    for gate in gates():
        answers = gate.check_many(list(askings.values()))
        for at, refusals in zip(askings, answers, strict=True):
            found[at] += refusals
    return found


def _reserve(askings: Sequence[Asking]) -> dict[int, DomainError]:
    """Hold for each order all it wants or nothing; order id → what is missing. One statement."""
    if not askings:
        return {}
    rows: list[tuple[str, str, str, Decimal]] = []
    for asking, wanted in zip(askings, wanted_by_each(askings), strict=True):
        for kind, amounts in wanted.items():
            rows += [(f"order:{asking.order_id}", kind, key, q) for key, q in amounts.items()]
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [list(column) for column in zip(*rows, strict=True)])
        found = cursor.fetchall()
    by_ref = {f"order:{asking.order_id}": asking for asking in askings}
    missing: dict[int, DomainError] = {}
    for (ref, kind), group in groupby(found, key=lambda row: (row[0], row[1])):
        shortages = [Shortage(key, asked, left) for _r, _k, key, asked, left in group]
        asking = by_ref[ref]
        error = CapacityExceeded(kind, shortages)
        missing[asking.order_id or 0] = of_paid_lines(explain(error, asking), asking)
    return missing
