"""Reads of sourcing: candidates of an order, and the parts it was split into."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.models import StockBalance, StockPlace
from yunhe.goods.stock.queries import SUPPLY, supply_key
from yunhe.goods.transfers.compute import compute_km
from yunhe.goods.transfers.places import POINTS
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.trade.catalog.models import Sku
from yunhe.trade.compliance.queries import refusals_each
from yunhe.trade.orders.choices import HOLDING
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import NodeLabel
from yunhe.trade.sourcing.compute import Need, Place
from yunhe.trade.sourcing.models import Part, PartCredit, SourcingRule, SupplyPoint

TERRITORY, BRAND, LICENCE = "territory", "brand", "licence"
"""Why a place may not serve a product: outside its provinces, another brand, no right to sell it."""


@dataclass(frozen=True)
class Candidate:
    """A supply place as the rule sees it for one order; `kilometres` None when its seat is unknown."""

    node: Node
    place: Place
    kilometres: int | None
    dealer: bool


@dataclass(frozen=True)
class Demand:
    """What an order needs: lines in whole units, and where they go."""

    order: Order
    lines: Sequence[OrderLine]
    needs: Sequence[Need] = field(default_factory=tuple)


def list_rules() -> QuerySet[SourcingRule]:
    """Named rules."""
    return SourcingRule.objects.order_by("code")


def list_points() -> QuerySet[SupplyPoint]:
    """Supply places in scope that may serve orders of others."""
    return SupplyPoint.objects.select_related("node").order_by("node__code")


def list_parts() -> QuerySet[Part]:
    """Parts of orders in scope with order, the names of partner and place, newest first.

    `credited` is what the serving dealer was credited so far; None for whoever may not see its account.
    """
    booked = PartCredit.objects.filter(part=OuterRef("pk")).order_by().values("part")
    return (
        Part.objects.select_related("order", "rule")
        .annotate(
            partner_label=NodeLabel("node_id"),
            place_label=NodeLabel("supplier_id"),
            credited=Subquery(booked.values(sum=Sum(F("goods") + F("fee")))),
        )
        .order_by("-order_id")
    )


def parts_of(order: Order) -> QuerySet[Part]:
    """The parts of the whole order that this order is or belongs to."""
    return list_parts().filter(order__parent_id=order.parent_id or order.pk).order_by("order_id")


def credits_of(order_id: int) -> QuerySet[PartCredit]:
    """What a dealer was credited for serving this part, in scope, oldest first."""
    found = PartCredit.objects.filter(part=order_id).select_related("part__order")
    return found.annotate(partner_label=NodeLabel("part__node_id")).order_by("pk")


def dealer_serves(order_id: int) -> bool:
    """Whether the order is a part that a dealer serves from its own stock."""
    return Part.objects.filter(pk=order_id, supplier__kind=NodeKind.PARTNER).exists()


def demand_of(order: Order) -> Demand:
    """The open lines in whole units of their own; a line of broken units moves as one. One statement."""
    lines = [
        line for line in order.lines.select_related("sku__product__brand") if line.open_quantity
    ]
    return Demand(order, lines, [_need(line) for line in lines])


def _need(line: OrderLine) -> Need:
    step = line.base_quantity / line.quantity
    units = line.open_quantity / step
    if units == int(units):
        return Need(line.row, line.sku_id, int(units), step)
    return Need(line.row, line.sku_id, 1, line.open_quantity)


def candidates_for(
    demand: Demand,
    rule: SourcingRule,
    *,
    on: date,
    wide: bool = False,
    without: Iterable[int] = (),
) -> list[Candidate]:
    """The places that might serve the order, with what each has left and may not serve.

    Stock that the order itself holds already counts as left. The partner itself and `without` are no
    candidates, nor, unless a `wide` reader asks, places that do not serve the partner's province.
    Five statements for any number of lines and places, two more when dealers serve from their shelves.
    """
    with owner_access("a partner learns from where it is served, not what others hold"):
        found = SupplyPoint.objects.filter(active=True, node__active=True)
        points = list(found.select_related("node").order_by("node_id"))
        serving = dict(serving_places().values_list("node_id", "resells"))
        target = Partner.objects.filter(node_id=demand.order.node_id).first()
    province = target.province if target else ""
    barred = {demand.order.node_id, *without}
    points = [
        point
        for point in points
        if point.node_id in serving
        and (wide or _serves(point, province))
        and point.node_id not in barred
        and (rule.dealers or not point.is_dealer)
    ]
    skus = {line.sku_id: line.sku for line in demand.lines}
    shelves = {point.node_id for point in points if serving[point.node_id]}
    places = [point.node_id for point in points if point.node_id not in shelves]
    stock = _reservable(demand, places, skus) | _on_shelves(demand, shelves, skus)
    dealers = [point.node_id for point in points if point.is_dealer]
    licences = refusals_each(dealers, list(skus), on)
    return [
        _candidate(
            point,
            rule,
            province,
            {sku_id: stock[point.node_id, sku_id] for sku_id in skus},
            _refused(point, province, skus, licences.get(point.node_id, {})),
        )
        for point in points
    ]


def serving_places() -> QuerySet[StockPlace]:
    """Places that may serve orders of others: those that supply, and dealers with stores of their own."""
    return StockPlace.objects.filter(Q(supplies=True) | Q(resells=True))


Stock = dict[tuple[int, int], Decimal]


def _reservable(demand: Demand, places: Sequence[int], skus: Iterable[int]) -> Stock:
    """(place, SKU) -> what may still be reserved there, what the order itself holds included."""
    keys = {(place, sku): supply_key(place, sku) for place in places for sku in skus}
    left = capacity.available(SUPPLY, list(keys.values())) if keys else {}
    own = capacity.held(SUPPLY, demand.order.ref)
    return {
        pair: (left[key] or Decimal(0)) + own.get(key, Decimal(0)) for pair, key in keys.items()
    }


def _on_shelves(demand: Demand, dealers: Collection[int], skus: Collection[int]) -> Stock:
    """(dealer, SKU) -> what it has that is not in somebody's open order, the order itself left out."""
    if not dealers:
        return {}
    held = StockBalance.objects.filter(node__in=dealers, sku__in=skus, status="available")
    lines = OrderLine.objects.filter(
        supplier__in=dealers, sku__in=skus, order__status__in=HOLDING
    ).exclude(order=demand.order)
    wanted = lines.values_list("supplier", "sku").annotate(
        open=Sum(F("base_quantity") - F("shipped") - F("dropped"))
    )
    with owner_access("a partner learns from where it is served, not what others hold"):
        there = {
            (node, sku): count for node, sku, count in held.values_list("node", "sku", "quantity")
        }
        promised = {(node, sku): count for node, sku, count in wanted.order_by()}
    return {
        (node, sku): max(
            there.get((node, sku), Decimal(0)) - promised.get((node, sku), Decimal(0)), Decimal(0)
        )
        for node in dealers
        for sku in skus
    }


def _serves(point: SupplyPoint, province: str) -> bool:
    return not point.provinces or province in point.provinces


def _refused(
    point: SupplyPoint, province: str, skus: Mapping[int, Sku], licences: Iterable[int]
) -> dict[int, str]:
    """SKU id -> why the place may not serve it."""
    if not _serves(point, province):
        return dict.fromkeys(skus, TERRITORY)
    forbidden = set(licences)
    refused: dict[int, str] = {}
    for sku_id, sku in skus.items():
        if point.brands and sku.product.brand.code not in point.brands:
            refused[sku_id] = BRAND
        elif sku_id in forbidden:
            refused[sku_id] = LICENCE
    return refused


def _candidate(
    point: SupplyPoint,
    rule: SourcingRule,
    province: str,
    stock: Mapping[int, Decimal],
    refused: Mapping[int, str],
) -> Candidate:
    kilometres = _kilometres(point.province, province)
    named = list(rule.places)
    place = Place(
        place_id=point.node_id,
        rank=named.index(point.node_id) if point.node_id in named else len(named),
        distance=FAR if kilometres is None else kilometres,
        stock=stock,
        refused=refused,
    )
    return Candidate(point.node, place, kilometres, point.is_dealer)


FAR = 6000
"""Kilometres that a place of unknown seat is taken to be away: farther than any in the country."""


def _kilometres(one: str, other: str) -> int | None:
    if one not in POINTS or other not in POINTS:
        return None
    return round(compute_km(POINTS[one], POINTS[other]))
