"""Loading step of approvals and the market: chains, minimum prices, a price change that waits.

Everything is derived: chains and requests are made up by the rules written here, minimum retail
prices come from the story's own list, competitors' prices are our retail prices times a factor.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

import polars as pl

from yunhe.demo.context import Context
from yunhe.demo.network import HQ_CODE
from yunhe.demo.promotions import DIRECTOR_STEP, load_waiting_promotion
from yunhe.platform.access.models import Node
from yunhe.platform.access.roles import Role
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.workflow.models import Definition
from yunhe.platform.workflow.services import ChainDraft, save_chain
from yunhe.trade.pricing.models import CompetitorPrice, PriceChange, PriceList, RetailFloor
from yunhe.trade.pricing.queries import prices_on
from yunhe.trade.pricing.services import (
    ChangeDraft,
    CompetitorEntry,
    FloorDraft,
    PriceEntry,
    create_price_change,
    record_competitor_prices,
    set_floors,
    submit_price_change,
    watch_retail,
)

LARGE_EFFECT = Decimal(50_000)
RISE = Decimal("1.02")
CHANGED_SKUS, SEEN_SKUS = 6, 12
DERIVED = "演示数据推导"
# competitor, its price as a share of our minimum retail price
RIVALS = (("竞品甲", Decimal("1.04")), ("竞品乙", Decimal("0.97")))

FINANCE_STEP: dict[str, Any] = {
    "key": "finance",
    "name": "渠道财务审核",
    "name_en": "Channel finance",
    "roles": [str(Role.FINANCE)],
    "remind_hours": 24,
    "escalate_hours": 72,
    "escalate_role": str(Role.DIRECTOR),
}


def load_approvals(context: Context) -> None:
    """Once: each part looks whether it is there already."""
    headquarters = Node.objects.get(code=HQ_CODE)
    if not Definition.objects.filter(kind="pricing.change").exists():
        _chains(context, headquarters)
    if not Definition.objects.filter(kind="promotions.publish").exists():
        load_waiting_promotion(context)
    if not RetailFloor.objects.exists():
        _floors(context, headquarters)
    if not CompetitorPrice.objects.exists():
        _competitors(context)
    if not PriceChange.objects.exists():
        _price_change(context)
    watch_retail(now=context.at(context.today))


def _chains(context: Context, headquarters: Node) -> None:
    """Price changes: finance decides the small ones; the large ones also the director."""
    small = ChainDraft(
        kind="pricing.change",
        name="一般调价审批",
        name_en="Small price changes",
        amount_to=LARGE_EFFECT,
        steps=(FINANCE_STEP,),
    )
    large = ChainDraft(
        kind="pricing.change",
        name="重大调价审批",
        name_en="Large price changes",
        amount_from=LARGE_EFFECT,
        steps=(FINANCE_STEP, DIRECTOR_STEP),
    )
    for draft in (small, large):
        save_chain(headquarters, draft=draft, actor=context.actor)


def _minimums(context: Context) -> pl.DataFrame:
    """The story's minimum retail prices of one base unit."""
    lines = context.story.prices.lines
    return lines.filter((pl.col("price_list") == "PL-MINIMUM") & (pl.col("unit") == "ea"))


def _floors(context: Context, headquarters: Node) -> None:
    lines = _minimums(context)
    floors = [
        FloorDraft(sku_id=context.skus[row["sku"]], price=row["price"])
        for row in lines.iter_rows(named=True)
        if row["price"] > 0
    ]
    set_floors(headquarters, floors, starts=min(lines["valid_from"].to_list()), actor=context.actor)


def _competitors(context: Context) -> None:
    """Two competitors beside some of our products, seen in the last quarter in a store each time."""
    rows = list(_minimums(context).head(SEEN_SKUS).iter_rows(named=True))
    stores = Node.objects.filter(partner__level="store", active=True).order_by("code")
    spread = stores[:: max(len(stores) // 4, 1)]
    for store, week in zip(cycle(spread), (12, 8, 4, 1), strict=False):
        entries = [
            CompetitorEntry(
                competitor=rival,
                product=f"{rival} {row['sku']}",
                sku_id=context.skus[row["sku"]],
                price=round(row["price"] * share * (100 + week % 3) / 100, 2),
                seen_on=context.today - timedelta(weeks=week),
                note=DERIVED,
                source_key=f"demo:{rival}:{row['sku']}:{week}",
            )
            for row in rows
            for rival, share in RIVALS
        ]
        record_competitor_prices(store, entries, actor=context.actor, now=context.at(context.today))


def _price_change(context: Context) -> None:
    """Sales asks for two per cent more on some products of the core dealers; it waits for finance."""
    price_list = (
        PriceList.objects.select_related("node")
        .filter(status="published", node__code=HQ_CODE, level="dealer")
        .order_by("code")
        .first()
    )
    if price_list is None:
        return
    now = context.at(context.today)
    rows = list(prices_on(price_list, context.today).filter(min_quantity=1)[:CHANGED_SKUS])
    entries = [
        PriceEntry(sku_id=row.sku_id, unit=row.unit, price=round(row.price * RISE, 2))
        for row in rows
    ]
    draft = ChangeDraft(
        title="2027 年一季度调价",
        effective=now.date() + timedelta(days=30),
        reason=f"原料成本上涨 2%（{DERIVED}）",
        entries=entries,
    )
    with scoped(User.objects.get(username="sales").pk) as sales:
        change = create_price_change(price_list, draft=draft, actor=sales, now=now)
        submit_price_change(change, actor=sales, now=now)
