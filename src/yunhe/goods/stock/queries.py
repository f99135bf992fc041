"""Reads of stock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from yunhe.goods.stock.choices import StockStatus
from yunhe.goods.stock.models import Movement, StockBalance
from yunhe.platform.access.models import Node
from yunhe.platform.capacity import services as capacity
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
    """The node that supplies this one: the nearest supply place at or above it."""
    return _one("SELECT stock_supplier_of(%s)", node_id)


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


def list_balances() -> QuerySet[StockBalance]:
    """Balances in scope that are not zero, with node and SKU."""
    return (
        StockBalance.objects.exclude(quantity=0)
        .select_related("node", "sku")
        .order_by("node_id", "sku__code", "status")
    )


def list_movements() -> QuerySet[Movement]:
    """Movements in scope, the latest recorded first."""
    return Movement.objects.select_related("source", "target", "sku").order_by(
        "-recorded_at", "-pk"
    )


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
