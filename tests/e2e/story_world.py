"""Who and what the story needs: two dealers with stores, eleven products, prices, stock, credit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from tests.integration.channel.world import SYSTEM, file_partners

from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.money.ledger.models import LegalEntity
from yunhe.money.ledger.services import set_credit_limit
from yunhe.trade.catalog.services import PackRow, SkuRow, ensure_catalog
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    create_price_list,
    publish_price_list,
    set_prices,
)

PEOPLE = {
    "director": ("director", "HQ"),
    "manager": ("policy_manager", "HQ"),
    "ops": ("sales_ops", "HQ"),
    "finance": ("finance", "HQ"),
    "steward": ("data_steward", "HQ"),
    "dealer": ("dealer_owner", "D1"),
    "rival": ("dealer_owner", "D2"),
}
SCARCE, IN_STOCK = 5, 1000
PRICE = Decimal("3.5")


@dataclass(frozen=True)
class StoryWorld:
    """Nodes by code, SKU ids by code (K0 … K10); K10 is scarce: five pieces."""

    tree: Mapping[str, Any]
    skus: Mapping[str, int]


@transaction.atomic
def build_world(tree: Mapping[str, Any], make_user: Callable[..., Any]) -> StoryWorld:
    """Everything through the domains' own use cases."""
    now = timezone.now()
    file_partners(tree)
    if not LegalEntity.objects.exists():  # the test before emptied every table
        LegalEntity.objects.create(code="YH", name="澜禾食品", name_en="Lanhe Foods")
    skus = ensure_catalog([_sku(number) for number in range(11)], actor=SYSTEM)
    prices = create_price_list(
        tree["HQ"],
        code="BASE",
        draft=ListDraft(name="基准价目", valid_from=date(2026, 1, 1)),
        actor=SYSTEM,
    )
    entries = [PriceEntry(sku_id=pk, unit="piece", price=PRICE) for pk in skus.values()]
    set_prices(prices, entries, effective=date(2026, 1, 1), actor=SYSTEM, now=now)
    publish_price_list(prices, actor=SYSTEM)
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    goods = [
        GoodsLine(sku_id=pk, quantity=Decimal(SCARCE if code == "K10" else IN_STOCK))
        for code, pk in skus.items()
    ]
    receive_goods(tree["HQ"].pk, goods, ref="start", on=date(2026, 1, 1), actor=SYSTEM, now=now)
    for code in ("D1", "D2"):
        limit = Decimal(100_000)
        set_credit_limit(node_id=tree[code].pk, amount=limit, reason="", actor=SYSTEM, now=now)
    for username, (role, place) in PEOPLE.items():
        user = make_user(role, tree[place], username)
        user.name = f"{place}-1"  # a name that belongs to no language
        user.save()
    return StoryWorld(tree, skus)


def _sku(number: int) -> SkuRow:
    return SkuRow(
        code=f"K{number}",
        name=f"运河可乐{number}号",
        name_en=f"Canal Cola {number}",
        brand=("B", "运河", "Yunhe"),
        category=(("F", "食品", "Food"), ("F1", "饮料", "Drinks")),
        product=("P", "可乐", "Cola"),
        size="330ml",
        packs=(PackRow(unit="case", factor=12),),
    )
