"""Reads of stock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When

from yunhe.goods.stock.choices import Outside, StockStatus
from yunhe.goods.stock.compute import LotStock, compute_lots_left
from yunhe.goods.stock.models import (
    CheckRun,
    LotBalance,
    Movement,
    ShelfLifeRule,
    StockBalance,
    StockPlace,
)
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.capacity import services as capacity
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.models import Sku

SUPPLY = "stock"


@dataclass(frozen=True)
class Difference:
    """A key where the balance is not the sum of its movements: must never exist."""

    node_id: int
    sku_id: int
    status: str
    balance: Decimal
    moved: Decimal


def supply_key(node_id: int, sku_id: int) -> str:
    """Key of the capacity account (kind `stock`) of a SKU at a supply place."""
    return f"{node_id}:{sku_id}"


def supplies(node_id: int) -> bool:
    """Whether orders are supplied from this node."""
    return bool(_one("SELECT stock_supplies(%s)", node_id))


def supplier_of(node_id: int) -> int | None:
    """Whom this one orders from: the nearest place above it that supplies, or dealer that resells. A unit
    of the house that supplies is its own; a partner never is."""
    return _one("SELECT stock_supplier_of(%s)", node_id)


def resells(node_id: int) -> bool:
    """Whether partners below order from this partner."""
    return bool(_one("SELECT stock_resells(%s)", node_id))


def available(node_id: int, sku_ids: Iterable[int]) -> dict[int, Decimal]:
    """SKU id -> base units that may still be promised or sold at the node; 0 when unknown.

    At a supply place what orders reserve is taken off (capacity `stock`); elsewhere it is the
    balance in status available. Two statements.
    """
    wanted = list(sku_ids)
    if supplies(node_id):
        keys = {sku_id: supply_key(node_id, sku_id) for sku_id in wanted}
        left = capacity.available(SUPPLY, list(keys.values()))
        return {sku_id: left[key] or Decimal(0) for sku_id, key in keys.items()}
    held = dict(
        StockBalance.objects.filter(
            node_id=node_id, sku_id__in=wanted, status=StockStatus.AVAILABLE
        ).values_list("sku_id", "quantity")
    )
    return {sku_id: held.get(sku_id, Decimal(0)) for sku_id in wanted}


_BOOKS = """
SELECT b.sku_id,
       b.quantity
       - coalesce((SELECT sum(m.quantity) FROM stock_movement m
                    WHERE m.target_id = b.node_id AND m.target_status = b.status
                      AND m.sku_id = b.sku_id AND m."on" > %(on)s), 0)
       + coalesce((SELECT sum(m.quantity) FROM stock_movement m
                    WHERE m.source_id = b.node_id AND m.source_status = b.status
                      AND m.sku_id = b.sku_id AND m."on" > %(on)s), 0)
  FROM stock_stockbalance b
 WHERE b.node_id = %(node)s AND b.status = 'available'
   AND (%(skus)s::bigint[] IS NULL OR b.sku_id = ANY (%(skus)s))
"""


def books_on(node_id: int, on: date, sku_ids: Iterable[int] | None = None) -> dict[int, Decimal]:
    """SKU id -> what the movements up to and with a day say lies available. One statement.

    A count of last week is compared with last week's books, not with today's.
    """
    skus = None if sku_ids is None else list(sku_ids)
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS, {"node": node_id, "on": on, "skus": skus})
        return dict(cursor.fetchall())


def list_balances() -> QuerySet[StockBalance]:
    """Balances in scope that are not zero, with node and SKU."""
    return (
        StockBalance.objects.exclude(quantity=0)
        .select_related("node", "sku")
        .order_by("node_id", "sku_id", "status")  # as its key: no sorting of all
    )


def list_movements() -> QuerySet[Movement]:
    """Movements in scope, the latest recorded first."""
    return Movement.objects.select_related("source", "target", "sku", "lot").order_by("-pk")


def differences() -> list[Difference]:
    """Where balances and movements disagree (in scope); empty is the only good answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM stock_differences()")
        return [Difference(*row) for row in cursor.fetchall()]


def _one(statement: str, node_id: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [node_id])
        return cursor.fetchone()[0]


def named_differences() -> list[dict[str, object]]:
    """The differences with the names of place and SKU. Three statements, whatever their number."""
    found = differences()
    nodes = Node.objects.in_bulk({row.node_id for row in found})
    skus = Sku.objects.in_bulk({row.sku_id for row in found})
    return [
        {
            "pk": at,
            "node": nodes[row.node_id].label if row.node_id in nodes else row.node_id,
            "sku": skus[row.sku_id].label if row.sku_id in skus else row.sku_id,
            "status": StockStatus(row.status).label,
            "balance": row.balance,
            "moved": row.moved,
        }
        for at, row in enumerate(found)
    ]


@dataclass(frozen=True)
class Shelf:
    """What lies available at a place before a document leaves it; `lots` by SKU id, FEFO order."""

    moved: bool
    supplies: bool
    keep_days: int
    on_hand: dict[int, Decimal]
    lots: dict[int, list[LotStock]]


def shelf_of(node_id: int, sku_ids: Iterable[int], *, receiver: int | None, ref: str) -> Shelf:
    """The lots of SKUs at a place, whose balances stay locked until the transaction ends.

    `moved` tells whether the document `ref` has left the place already; `keep_days` the shelf life
    that the receiver's rules ask for. One statement.
    """
    wanted = sorted(set(sku_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM stock_lots_of(%s, %s, %s, %s::bigint[])",
            [node_id, receiver, ref, wanted],
        )
        rows = cursor.fetchall()
    named: dict[int, list[LotStock]] = {sku_id: [] for sku_id in wanted}
    on_hand = dict.fromkeys(wanted, Decimal(0))
    for _moved, _supplies, _days, sku_id, held, lot_id, quantity, expires_on in rows:
        on_hand[sku_id] = held
        if lot_id is not None:
            named[sku_id].append(LotStock(lot_id, quantity, expires_on))
    moved, supplies_orders, keep_days = rows[0][:3] if rows else (False, False, 0)
    lots = {sku_id: compute_lots_left(on_hand[sku_id], found) for sku_id, found in named.items()}
    return Shelf(moved, supplies_orders, keep_days, on_hand, lots)


def lots_in_transit(node_id: int, ref: str) -> dict[int, list[LotStock]]:
    """SKU id -> lots shipped to the node under a document or its parts (`ref/1`), not yet arrived."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.sku_id, m.lot_id, sum(CASE WHEN m.target_status = %s AND m.target_id = %s"
            " THEN m.quantity ELSE -m.quantity END), l.expires_on"
            " FROM stock_movement m JOIN stock_lot l ON l.id = m.lot_id"
            " WHERE (m.ref = %s OR m.ref LIKE %s)"
            " AND ((m.target_id = %s AND m.target_status = %s)"
            "      OR (m.source_id = %s AND m.source_status = %s))"
            " GROUP BY m.sku_id, m.lot_id, l.expires_on",
            [
                StockStatus.IN_TRANSIT.value,
                node_id,
                ref,
                f"{ref}/%",
                node_id,
                StockStatus.IN_TRANSIT.value,
                node_id,
                StockStatus.IN_TRANSIT.value,
            ],
        )
        found: dict[int, list[LotStock]] = {}
        for sku_id, lot_id, quantity, expires_on in cursor.fetchall():
            if quantity > 0:
                found.setdefault(sku_id, []).append(LotStock(lot_id, quantity, expires_on))
    return found


@dataclass(frozen=True)
class LotRow:
    """A lot presumed to lie at a node; `days` until it expires (below 0: expired; None: unknown)."""

    pk: int
    node: Node
    sku: Sku
    lot: str
    produced_on: date | None
    expires_on: date | None
    quantity: Decimal
    days: int | None


def lots_on_hand(
    *, on: date, node_ids: Iterable[int] | None = None, sku_ids: Iterable[int] | None = None
) -> list[LotRow]:
    """Lots presumed to lie available at places in scope, first to expire first. Two statements.

    Goods whose lot nobody wrote down are left out.
    """
    wanted: dict[str, list[int]] = {}
    if node_ids is not None:
        wanted["node_id__in"] = list(node_ids)
    if sku_ids is not None:
        wanted["sku_id__in"] = list(sku_ids)
    named = LotBalance.objects.filter(status=StockStatus.AVAILABLE, quantity__gt=0, **wanted)
    groups: dict[tuple[int, int], dict[int, LotBalance]] = {}
    for row in named.select_related("node", "sku", "lot"):
        groups.setdefault((row.node_id, row.sku_id), {})[row.lot_id] = row
    held = StockBalance.objects.filter(status=StockStatus.AVAILABLE, **wanted)
    on_hand = {(b.node_id, b.sku_id): b.quantity for b in held}
    rows = []
    for key, lots in groups.items():
        stock = [LotStock(pk, b.quantity, b.lot.expires_on) for pk, b in lots.items()]
        for left in compute_lots_left(on_hand.get(key, Decimal(0)), stock):
            if left.lot_id is not None:
                rows.append(_lot_row(lots[left.lot_id], left, on))
    return sorted(rows, key=lambda row: (row.expires_on or date.max, row.pk))


def _lot_row(balance: LotBalance, left: LotStock, on: date) -> LotRow:
    return LotRow(
        pk=balance.pk,
        node=balance.node,
        sku=balance.sku,
        lot=balance.lot.code,
        produced_on=balance.lot.produced_on,
        expires_on=left.expires_on,
        quantity=left.quantity,
        days=None if left.expires_on is None else (left.expires_on - on).days,
    )


def last_check() -> CheckRun | None:
    """The latest comparison of balances and movements."""
    return CheckRun.objects.first()


def list_shelf_rules() -> QuerySet[ShelfLifeRule]:
    """Shelf-life rules in scope, with their nodes."""
    return ShelfLifeRule.objects.select_related("node").order_by("node__code")


def partner_readings() -> QuerySet[Any, Any]:
    """Per partner in scope: products, available, in transit, held, and when it was last read.

    Rows are mappings; the reading is the time of the last movement recorded for the partner.
    """

    def total(*statuses: str) -> Sum:
        return Sum("quantity", filter=Q(status__in=statuses), default=Decimal(0))

    return (
        StockBalance.objects.filter(node__kind=NodeKind.PARTNER)
        .values("node_id", "node__code", "node__name", "node__name_en", "node__partner__province")
        .annotate(
            products=Count(
                "sku", distinct=True, filter=Q(status=StockStatus.AVAILABLE, quantity__gt=0)
            ),
            available=total(StockStatus.AVAILABLE),
            transit=total(StockStatus.IN_TRANSIT),
            held=total(StockStatus.QUARANTINE, StockStatus.DAMAGED),
            read_at=Max("recorded_at"),
        )
        .order_by("node__code")
    )


def list_read_partners() -> QuerySet[Node]:
    """Partners in scope of whose stock anything is known."""
    known = StockBalance.objects.order_by().values("node_id")
    return Node.objects.filter(kind=NodeKind.PARTNER, pk__in=known)


def list_places() -> QuerySet[StockPlace]:
    """Places in scope that keep stock in a way of their own: those that supply first."""
    return StockPlace.objects.select_related("node").order_by("-supplies", "-resells", "node__code")


def partner_node(node_id: int) -> Node:
    """A partner in scope. Raises NotFound."""
    found = Node.objects.filter(pk=node_id, kind=NodeKind.PARTNER).first()
    if found is None:
        raise NotFound()
    return found


def outside_totals() -> list[tuple[str, Decimal]]:
    """What each virtual place holds by the movements in scope: the counterpart of all balances.

    (place's label, base units); what entered the network from a place is below zero there.
    """
    sign = Case(When(source=None, then=-F("quantity")), default=F("quantity"))
    rows = (
        Movement.objects.exclude(outside="")
        .order_by()
        .values("outside")
        .annotate(total=Sum(sign))
        .order_by("outside")
    )
    return [(str(Outside(row["outside"]).label), row["total"]) for row in rows]
