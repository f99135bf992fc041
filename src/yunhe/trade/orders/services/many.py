"""Many orders at once: a file of ten thousand lines is a handful of statements, not ten thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity.errors import CapacityExceeded, Shortage
from yunhe.platform.errors import DomainError
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.choices import OrderKind, OrderStatus, Source
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.events import OrderSubmitted
from yunhe.trade.orders.gates import Asking, Refusal, gates
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services.approving import ask_approval
from yunhe.trade.orders.services.asking import gate_lines
from yunhe.trade.orders.services.holding import explain, wanted_by
from yunhe.trade.orders.services.offering import Given, Offer, offer_agreed, promote_lines
from yunhe.trade.orders.services.placing import NewLine, check_lines, lines_json
from yunhe.trade.orders.services.steps import facts_of, record_moves
from yunhe.trade.pricing.queries import PricedLine, price_lines
from yunhe.trade.promotions.queries import active_promotions

_INSERT = """
WITH asked AS (
    SELECT o.*, stock_supplier_of(o.node) AS supplier, nextval('orders_number') AS serial
      FROM jsonb_to_recordset(%(orders)s) AS o (at int, node bigint, total numeric, count int,
               note text, key text, wanted date, agreement text, ship_to jsonb, lines jsonb)
), placed AS (
    INSERT INTO orders_order (number, node_id, supplier_id, between_partners, status, kind, source,
                              currency, total, line_count, note, key, placed_on, wanted_on, agreement, ship_to,
                              shipments, created_at, created_by_id)
    SELECT 'SO' || to_char(serial, 'FM0000000'), node, supplier, stock_resells(supplier), 'draft',
           'standard', %(source)s, %(currency)s, total, count, note, key, %(on)s, wanted, agreement,
           COALESCE(ship_to, network_ship_to(node)), 0, %(now)s, %(user)s
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
ON_SALE = ("active", "phase_out")
_RESERVE = "SELECT * FROM orders_reserve_each(%s::text[], %s::text[], %s::text[], %s::numeric[])"


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """One of many orders; `rows` are the file's rows of its lines, for refusals beside them."""

    node_id: int
    lines: Sequence[NewLine]
    rows: Sequence[int] = ()
    key: str = ""
    note: str = ""
    wanted_on: date | None = None
    agreement: str = ""
    ship_to: Mapping[str, Any] | None = None

    def row_of(self, line: int) -> int:
        """The file's row of line `line` (1-based); its own number without a file."""
        return self.rows[line - 1] if 0 < line <= len(self.rows) else line


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
    """Write many orders: two statements a partner for prices, one more for promotions (and, where some
    hold, one or two an order), one to write them, one to hold.

    Nothing is written when a line cannot be priced: LinesRefused then names every row of every
    order. With `submit`, each order that credit, stock and gates let pass is submitted; the others
    stay drafts and their rows are in `faults`. An order whose `key` is known already is left alone.
    Raises NotAllowed, LinesRefused.
    """
    actor.check(CREATE)
    on = timezone.localdate(now)
    offers = _offers(orders, _priced(orders, on), on, free=submit)
    priced = {at: offer.lines for at, offer in offers.items()}
    found = _write(orders, priced, actor=actor, now=now, source=source)
    result = ManyPlaced(order_ids=sorted(found.values()), repeated=len(orders) - len(found))
    if submit and found:
        _submit(orders, offers, found, result, actor=actor, now=now)
    return result


def _priced(orders: Sequence[NewOrder], on: date) -> dict[int, list[PricedLine]]:
    """Position → priced lines; a partner's orders are priced together."""
    faults: list[dict[str, Any]] = []
    priced: dict[int, list[PricedLine]] = {}
    by_place = sorted(range(len(orders)), key=lambda at: _terms(orders[at]))
    for (node_id, agreement), group in groupby(by_place, key=lambda at: _terms(orders[at])):
        positions = list(group)
        for at in positions:
            check_lines(orders[at].lines)
        places = [(at, line) for at in positions for line in range(1, len(orders[at].lines) + 1)]
        asked = [line for at in positions for line in orders[at].lines]
        try:
            if agreement:
                offer = offer_agreed(agreement, node_id=node_id, lines=asked, on=on, free=False)
                answers = iter(offer.lines)
            else:
                answers = iter(price_lines(node_id=node_id, lines=asked, on=on))
        except DomainError as error:
            if not error.rows:
                raise
            for row in error.rows:
                at, line = places[row["row"] - 1]
                faults.append(dict(row) | {"row": orders[at].row_of(line)})
            continue
        for at in positions:
            priced[at] = [next(answers) for _line in orders[at].lines]
    faults += _off_sale(orders)
    if faults:
        faults.sort(key=lambda row: row["row"])
        raise LinesRefused(_("Some lines cannot be ordered."), rows=faults)
    return priced


def _offers(
    orders: Sequence[NewOrder], priced: Mapping[int, list[PricedLine]], on: date, *, free: bool
) -> dict[int, Offer | Given]:
    """Position → lines with what promotions give each order; call-offs have what their frame says.

    One statement a partner, and one or two an order when promotions hold for it: they look at whole
    orders.
    """
    nodes = {orders[at].node_id for at in priced if not orders[at].agreement}
    promoted = {node_id for node_id in nodes if active_promotions(node_id, on=on)[0]}
    return {
        at: promote_lines(lines, orders[at].node_id, on=on, free=free)
        if orders[at].node_id in promoted and not orders[at].agreement
        else Given(lines)
        for at, lines in priced.items()
    }


def _terms(order: NewOrder) -> tuple[int, str]:
    """What prices depend on: the partner, and the agreement if any."""
    return (order.node_id, order.agreement)


def _off_sale(orders: Sequence[NewOrder]) -> list[dict[str, Any]]:
    wanted = {line.sku_id for order in orders for line in order.lines}
    closed = set(
        Sku.objects.filter(pk__in=wanted).exclude(status__in=ON_SALE).values_list("pk", flat=True)
    )
    if not closed:
        return []
    return [
        {
            "row": order.row_of(at),
            "sku_id": line.sku_id,
            "message": _("This product is not on sale."),
        }
        for order in orders
        for at, line in enumerate(order.lines, start=1)
        if line.sku_id in closed
    ]


def _write(
    orders: Sequence[NewOrder],
    priced: Mapping[int, Sequence[PricedLine]],
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
            "total": _total(priced[at]),
            "count": len(priced[at]),
            "note": order.note[:500],
            "key": order.key[:100],
            "wanted": order.wanted_on,
            "agreement": order.agreement,
            "ship_to": order.ship_to,
            "lines": orjson.Fragment(lines_json(priced[at])),
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
    places = sorted(found)
    askings = [
        Asking(
            order_id=found[at],
            node_id=orders[at].node_id,
            supplier_id=written[found[at]].supplier_id,
            between_partners=written[found[at]].between_partners,
            on=timezone.localdate(now),
            now=now,
            actor=actor,
            lines=gate_lines(offers[at].lines),
            total=_total(offers[at].lines),
            currency=settings.CURRENCY,
            kind=OrderKind.STANDARD,
            agreement=orders[at].agreement,
            facts=offers[at].facts,
        )
        for at in places
    ]
    refused = _refusals(askings)
    passing = [
        (at, asking) for at, asking in zip(places, askings, strict=True) if not refused[id(asking)]
    ]
    for at, asking in zip(places, askings, strict=True):
        for refusal in refused[id(asking)]:
            result.faults.append(refusal.as_row() | {"row": orders[at].row_of(max(refusal.row, 1))})
    short = _reserve([asking for _at, asking in passing])
    for at, asking in passing:
        if (error := short.get(asking.order_id or 0)) is None:
            result.submitted.append(asking.order_id or 0)
            continue
        for row in error.rows or [{"message": str(error)}]:
            result.faults.append(dict(row) | {"row": orders[at].row_of(row.get("row", 1))})
    taken = [written[order_id] for order_id in result.submitted]
    if taken:
        record_moves(taken, "submit", OrderStatus.SUBMITTED, actor=actor, now=now)
        watched = _watched(taken)
        for order in taken:
            if order.pk in watched:
                ask_approval(order, actor=actor, now=now)
        emit_all(
            Emission(OrderSubmitted(**facts_of(order)), order.node_id, order.number)
            for order in taken
        )
    result.faults.sort(key=lambda row: row["row"])


def _watched(orders: Sequence[Order]) -> set[int]:
    """Ids of the orders that a chain of approvals may concern, by place and amount. One statement."""
    columns = zip(*((order.pk, order.node_id, order.total) for order in orders), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_WATCHED, [list(column) for column in columns])
        return {row[0] for row in cursor.fetchall()}


def _refusals(askings: Sequence[Asking]) -> dict[int, list[Refusal]]:
    """What the gates say against each, by the asking's identity."""
    found: dict[int, list[Refusal]] = {id(asking): [] for asking in askings}
    for gate in gates():
        for asking, refusals in zip(askings, gate.check_many(askings), strict=True):
            found[id(asking)] += refusals
    return found


def _reserve(askings: Sequence[Asking]) -> dict[int, DomainError]:
    """Hold for each order all it wants or nothing; order id → what is missing. One statement."""
    rows: list[tuple[str, str, str, Decimal]] = []
    for asking in askings:
        for kind, amounts in wanted_by(asking).items():
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
        missing[asking.order_id or 0] = explain(error, asking)
    return missing
