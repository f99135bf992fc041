"""Reads of rights of return and returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet

from yunhe.goods.returns.choices import GIVEN_UP
from yunhe.goods.returns.compute import compute_limit, compute_period
from yunhe.goods.returns.models import Return, ReturnLine, RotationRight
from yunhe.goods.stock.queries import books_on, lots_on_hand, supplier_of
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.models import Sku
from yunhe.trade.sales.queries import prices_paid

RETURNS = "returns"
PLACES = Decimal("0.01")


def hold_key(right: RotationRight, on: date) -> str:
    """Key of the capacity account of a right in the period of a day."""
    return f"{right.pk}:{compute_period(right.period, on)[0]}"


def list_rights() -> QuerySet[RotationRight]:
    """Rights in scope with partner, brand and category."""
    return RotationRight.objects.select_related("node", "brand", "category").order_by(
        "node__code", "pk"
    )


def rights_on(node_id: int, on: date) -> QuerySet[RotationRight]:
    """The partner's rights that are valid on a day."""
    return list_rights().filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on), node_id=node_id, valid_from__lte=on
    )


def right_for(right_id: int) -> RotationRight:
    """A right in scope. Raises NotFound."""
    found = list_rights().filter(pk=right_id).first()
    if found is None:
        raise NotFound()
    return found


def covered_skus(right: RotationRight, sku_ids: Iterable[int]) -> set[int]:
    """Which of the SKUs the right covers."""
    skus = Sku.objects.filter(pk__in=list(sku_ids))
    if right.brand_id:
        skus = skus.filter(product__brand_id=right.brand_id)
    if right.category_id:
        skus = skus.filter(product__category_id=right.category_id)
    return set(skus.values_list("pk", flat=True))


def purchases_of(right: RotationRight, on: date) -> Decimal:
    """What the partner bought, gross of returns, in the right's period up to its end. One statement."""
    start, end = compute_period(right.period, on)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(f.amount), 0) FROM sales_salesfact f"
            " JOIN catalog_sku s ON s.id = f.sku_id JOIN catalog_product p ON p.id = s.product_id"
            " WHERE f.node_id = %s AND f.flow = 'sell_in' AND f.amount > 0"
            ' AND f."on" >= %s AND f."on" < %s'
            " AND (%s::bigint IS NULL OR p.brand_id = %s)"
            " AND (%s::bigint IS NULL OR p.category_id = %s)",
            [
                right.node_id,
                start,
                end,
                right.brand_id,
                right.brand_id,
                right.category_id,
                right.category_id,
            ],
        )
        return Decimal(cursor.fetchone()[0])


@dataclass(frozen=True)
class Room:
    """What a right allows in the running period, and what is left of it."""

    purchases: Decimal
    limit: Decimal
    left: Decimal


def room_of(right: RotationRight, on: date) -> Room:
    """The right's limit by the purchases known now, less what returns hold and have used."""
    purchases = purchases_of(right, on)
    limit = compute_limit(purchases, right.percent, PLACES)
    key = hold_key(right, on)
    used = sum(
        (
            row.asked if row.credited is None else row.credited
            for row in Return.objects.filter(right=right, hold_key=key).exclude(status__in=GIVEN_UP)
        ),
        Decimal(0),
    )
    return Room(purchases, limit, max(limit - used, Decimal(0)))


def left_of(right: RotationRight, on: date) -> Decimal:
    """What the capacity account has left: what a request made now is held against."""
    key = hold_key(right, on)
    return capacity.available(RETURNS, [key])[key] or Decimal(0)


def supplied_by_partner(node_id: int) -> bool:
    """Whether a dealer supplies the partner: goods go back to it, without a right of return."""
    supplier = supplier_of(node_id)
    kinds = Node.objects.filter(pk=supplier or 0).values_list("kind", flat=True)
    return kinds.first() == NodeKind.PARTNER


def prices_of(node_id: int, sku_ids: Iterable[int], *, on: date) -> dict[int, Decimal]:
    """SKU id -> mean price of a base unit in the last year's purchases, from whoever supplies it."""
    if not supplied_by_partner(node_id):
        paid = prices_paid([node_id], sku_ids, on=on)
    else:
        with owner_access(
            "what a dealer sold to this partner, which does not see the dealer's sales"
        ):
            paid = prices_paid([node_id], sku_ids, on=on, through=supplier_of(node_id))
    return {sku_id: price for (_node, sku_id), price in paid.items()}


@dataclass(frozen=True)
class Returnable:
    """A product that lies at a partner and was bought in the last year; `days` to the first expiry."""

    sku: Sku
    available: Decimal
    price: Decimal
    days: int | None


def returnable_of(node_id: int, on: date) -> list[Returnable]:
    """What a partner could send back, what expires first before the rest. Five statements."""
    held = {sku: quantity for sku, quantity in books_on(node_id, on).items() if quantity > 0}
    prices = prices_of(node_id, held, on=on)
    days: dict[int, int] = {}
    for lot in lots_on_hand(on=on, node_ids=[node_id]):
        if lot.days is not None:
            days.setdefault(lot.sku.pk, lot.days)
    found = [
        Returnable(sku, held[sku.pk], prices[sku.pk], days.get(sku.pk))
        for sku in Sku.objects.filter(pk__in=held).order_by("code")
        if sku.pk in prices
    ]
    return sorted(found, key=lambda each: (each.days is None, each.days or 0, each.sku.code))


def list_returns() -> QuerySet[Return]:
    """Returns in scope with partner and right, the latest first."""
    return Return.objects.select_related("node", "right").order_by("-pk")


def return_for(return_id: int) -> Return:
    """A return in scope. Raises NotFound."""
    found = list_returns().filter(pk=return_id).first()
    if found is None:
        raise NotFound()
    return found


def lines_of(document: Return) -> QuerySet[ReturnLine]:
    """The lines of a return with their products."""
    return document.lines.select_related("sku")
