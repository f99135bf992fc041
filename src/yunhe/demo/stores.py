"""Loading step of what stores order from their dealer. Derived; stores, dealers and products are the demo's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Partner
from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.goods.returns.models import Return
from yunhe.goods.returns.services import AskedLine as ReturnedLine
from yunhe.goods.returns.services import ask_supplier
from yunhe.goods.stock.queries import available
from yunhe.goods.stock.services import open_place
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.roles import Role
from yunhe.platform.access.session import scoped
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import orderable_skus
from yunhe.trade.compliance.queries import order_concerns
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import (
    NewLine,
    confirm_order,
    create_order,
    receive_order,
    ship_order,
)
from yunhe.trade.pricing.choices import Stage
from yunhe.trade.pricing.models import PriceList
from yunhe.trade.pricing.queries import AskedLine, PricedLine, price_lines
from yunhe.trade.pricing.services import (
    FloorDraft,
    ListDraft,
    PriceEntry,
    create_own_list,
    publish_price_list,
    set_floors,
    set_prices,
)
from yunhe.trade.sales.models import SalesFact

LINES, STORES, SOLD_DAYS, PIECES = 4, 4, 365, 2
GOODS, SHARE, LOWEST = 24, Decimal("0.98"), Decimal("0.95")
DERIVED = "推算：按厂商指导价的一定比例"
STEPS = (
    (confirm_order, ship_order, receive_order),
    (confirm_order, ship_order),
    (confirm_order,),
    (),
)
"""How far the orders have come: received, under way, confirmed, to be answered."""
SHIPPED = sum(ship_order in steps for steps in STEPS)


def load_own_prices(context: Context) -> None:
    """Every dealer with stores takes their orders; the demo's dealer keeps its own prices for some goods.

    They are SHARE of the manufacturer's guide prices; the manufacturer's lowest is LOWEST of them.
    """
    if PriceList.objects.filter(by_partner=True).exists():
        return
    for dealer in _dealers_with_stores():
        open_place(dealer, resells=True, actor=context.actor)
    mine = _store()
    if mine is None:
        return
    guide = [
        line
        for line in price_lines(
            node_id=mine.node_id,
            lines=[
                AskedLine(sku.pk, sku.base_unit, Decimal(1)) for sku in orderable_skus()[:GOODS]
            ],
            on=context.today,
            require=False,
        )
        if line.unit_price
    ]
    lowest = [_share(line, LOWEST) for line in guide]
    headquarters = Node.objects.get(parent=None)
    set_floors(
        headquarters,
        [
            FloorDraft(sku_id=line.sku_id, price=price)
            for line, price in zip(guide, lowest, strict=True)
        ],
        starts=context.today,
        stage=Stage.RESALE,
        actor=context.actor,
    )
    draft = ListDraft(
        name="门店供货价（推算）",
        name_en="Supply prices for stores (derived)",
        valid_from=context.today,
        note=DERIVED,
    )
    dealer = Node.objects.get(children=mine.node_id)
    kept = create_own_list(dealer, draft=draft, actor=context.actor)
    entries = [
        PriceEntry(sku_id=line.sku_id, unit=line.unit, price=_share(line, SHARE)) for line in guide
    ]
    now = timezone.now()
    set_prices(kept, entries, effective=context.today, actor=context.actor, now=now)
    publish_price_list(kept, actor=context.actor)


def _share(line: PricedLine, share: Decimal) -> Decimal:
    return round((line.unit_price or Decimal(0)) * share, 2)


def _store() -> Grant | None:
    """The demo's store, when it stands below a dealer."""
    mine = Grant.objects.filter(role=Role.STORE).select_related("node").order_by("pk").first()
    return mine if mine is not None and mine.node.parent_id is not None else None


def load_store_orders(context: Context) -> None:
    """The demo's store and its neighbours have some orders at their dealer."""
    mine = _store()
    if mine is None or Order.objects.filter(between_partners=True).exists():
        return
    neighbours = Node.objects.filter(parent_id=mine.node.parent_id).exclude(pk=mine.node_id)
    now = context.at(context.today)
    for steps in STEPS:
        order_of_store(mine.node, steps, context, now=now)
    for store in neighbours.order_by("code")[: STORES - 1]:
        order_of_store(store, (), context, now=timezone.now())


def load_store_return(context: Context) -> None:
    """The demo's store asks its dealer to take back two pieces of what its last order brought."""
    mine = _store()
    if mine is None or Return.objects.filter(node_id=mine.node_id).exists():
        return
    came = Order.objects.filter(node_id=mine.node_id, between_partners=True, status="received")
    bought = list(came.order_by("pk").values_list("lines__sku_id", flat=True)[:LINES])
    there = available(mine.node_id, bought)
    sent = [sku for sku in dict.fromkeys(bought) if there[sku] >= PIECES][:1]
    if sent:
        lines = [ReturnedLine(sku_id=sku, quantity=Decimal(PIECES)) for sku in sent]
        with scoped(mine.user_id) as store:
            ask_supplier(lines, reason=DERIVED_NOTE, key="demo", actor=store, now=timezone.now())


def _dealers_with_stores() -> list[Node]:
    stores = Partner.objects.filter(level=Level.STORE).values("node__parent_id")
    return list(Node.objects.filter(pk__in=stores, partner__isnull=False).order_by("pk"))


def order_of_store(
    store: Node, steps: tuple[object, ...], context: Context, *, now: datetime
) -> None:
    """A store orders what it sells best and its dealer has; then the steps are taken."""
    lines = _wishes(store, context.today)
    if not lines:
        return
    placed = create_order(
        node_id=store.pk,
        lines=lines,
        actor=context.actor,
        now=now,
        submit=True,
        source=Source.PORTAL,
    )
    for step in steps:
        step(Order.objects.get(pk=placed.order_id), actor=context.actor, now=now)  # type: ignore[operator]


def _wishes(store: Node, today: date) -> list[NewLine]:
    """One case, else a few pieces, of what the store sells best and may buy and its dealer has."""
    sold = (
        SalesFact.objects.filter(
            node=store, flow="sell_out", on__gte=today - timedelta(days=SOLD_DAYS)
        )
        .values_list("sku_id")
        .annotate(total=Sum("quantity"))
        .order_by("-total", "sku_id")
    )
    best = [sku_id for sku_id, _total in sold]
    concerns = order_concerns(store.pk, best, today)
    on_sale = {sku.pk: sku for sku in orderable_skus().filter(pk__in=best)}
    there = _left(store.parent_id or 0, best)
    wishes = [
        _wish(on_sale[pk], there[pk])
        for pk in best
        if pk in on_sale and pk not in concerns.refused and pk not in concerns.phasing_out
    ]
    return [wish for wish in wishes if wish is not None][:LINES]


def _left(dealer_id: int, sku_ids: list[int]) -> dict[int, Decimal]:
    """SKU id → what the dealer has and no store's order is to take, in base units."""
    there = available(dealer_id, sku_ids)
    waiting = Order.objects.filter(supplier_id=dealer_id, status__in=["submitted", "confirmed"])
    taken = waiting.values_list("lines__sku_id").annotate(total=Sum("lines__base_quantity"))
    for sku_id, total in taken.order_by():
        if sku_id in there:
            there[sku_id] -= total
    return there


def _wish(sku: Sku, there: Decimal) -> NewLine | None:
    """So much that every order that is shipped finds its goods; None when that is not there."""
    packs = list(sku.packs.all())
    if packs and there >= SHIPPED * packs[0].factor:
        return NewLine(sku.pk, packs[0].unit, Decimal(1))
    if there >= SHIPPED * PIECES:
        return NewLine(sku.pk, sku.base_unit, Decimal(PIECES))
    return None
