"""Loading step of promotions. Rules and budgets are derived; the products they mean are real."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils import timezone

from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import Role
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.workflow.services import ChainDraft, save_chain
from yunhe.trade.catalog.models import Category
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.promotions.choices import PromotionStatus
from yunhe.trade.promotions.services import (
    PromotionDraft,
    ensure_promotion,
    pause_promotion,
    publish_promotion,
    set_price_floors,
    submit_promotion,
)
from yunhe.trade.promotions.services.moving import APPROVAL

WEEKS_AHEAD = 6
FLOORED, FLOOR = "dairy", Decimal("0.6")
"""The division whose first products have a lowest price, and which part of a dealer's price that is."""
GIFTS, SET_UNITS = 3, 6
BUNDLE_SHARE = Decimal("0.95")
LARGE_BUDGET = Decimal(50_000)
DIRECTOR_STEP: dict[str, Any] = {
    "key": "director",
    "name": "渠道总监批准",
    "name_en": "Channel director",
    "roles": [str(Role.DIRECTOR)],
    "remind_hours": 24,
}
SEASON: dict[str, Any] = {
    "name": "年末旺季满额返利",
    "name_en": "Year-end season: money off from an amount on",
    "kind": "threshold",
    "definition": {"measure": "spend", "steps": [{"floor": "2000", "amount": "40"}]},
    "levels": ["dealer"],
    "stacking": "sequential",
    "budget": Decimal(120_000),
}


def load_promotions(context: Context) -> None:
    """One of every kind, in every state but waiting for approval (`load_waiting_promotion`), and lowest prices
    of some products."""
    root = Node.objects.get(parent=None)
    divisions = {one.code: one.pk for one in Category.objects.filter(parent=None)}
    for code, upto, terms in [*_promotions(divisions), *_of_products(context, divisions)]:
        one = ensure_promotion(root, code=code, draft=_draft(context, terms), actor=context.actor)
        if one.status == PromotionStatus.DRAFT:
            _bring(one, upto, context.actor)
    prices = _dealer_prices(context, FLOORED)
    ids = ids_by_code(prices)
    lowest = {
        ids[code]: (price * FLOOR).quantize(Decimal("0.01")) for code, price in prices.items()
    }
    set_price_floors(root, lowest, actor=context.actor)


def load_waiting_promotion(context: Context) -> None:
    """The director approves large budgets; the policy manager asks for one, and it waits."""
    root = Node.objects.get(parent=None)
    chain = ChainDraft(
        kind=APPROVAL,
        name="大额促销审批",
        name_en="Promotions with a large budget",
        amount_from=LARGE_BUDGET,
        steps=(DIRECTOR_STEP,),
    )
    save_chain(root, draft=chain, actor=context.actor)
    one = ensure_promotion(
        root, code="PRO-SEASON", draft=_draft(context, SEASON), actor=context.actor
    )
    if one.status == PromotionStatus.DRAFT:
        with scoped(User.objects.get(username="policy").pk) as policy:
            submit_promotion(one, actor=policy, now=context.at(context.today))


def _draft(context: Context, terms: dict[str, Any]) -> PromotionDraft:
    return PromotionDraft(
        valid_from=context.today,
        valid_to=context.today + timedelta(weeks=WEEKS_AHEAD),
        note=DERIVED_NOTE,
        **terms,
    )


def _of_products(
    context: Context, divisions: dict[str, int]
) -> list[tuple[str, str, dict[str, Any]]]:
    """A set of two dairy products at 5 % off what dealers pay, and a gift of three to choose."""
    prices = _dealer_prices(context, "dairy")
    if len(prices) < GIFTS:
        return []
    first, second, third = list(prices)[:GIFTS]
    whole = SET_UNITS * (prices[first] + prices[second])
    shared = {"levels": ["dealer"], "stacking": "additive"}
    bundle = {
        "name": "乳品组合装",
        "name_en": "Dairy in a set",
        "kind": "bundle",
        "definition": {
            "parts": [
                {"sku": context.skus[sku], "quantity": str(SET_UNITS)} for sku in (first, second)
            ],
            "price": str(round(whole * BUNDLE_SHARE, 2)),
            "limit": 5,
        },
        "budget": Decimal(2_000),
    }
    gift = {
        "name": "乳品满额任选赠品",
        "name_en": "Dairy: a gift to choose from an amount on",
        "kind": "gift",
        "definition": {
            "measure": "spend",
            "floor": "300",
            "pick": 1,
            "gifts": [
                {
                    "sku": context.skus[sku],
                    "quantity": "1",
                    "value": str(round(prices[sku], 2)),
                }
                for sku in (first, second, third)
            ],
        },
        "selector": {"categories": [divisions["DAIRY"]]} if "DAIRY" in divisions else {},
        "budget": Decimal(3_000),
        "partner_uses": 12,
    }
    return [
        ("PRO-SET", PromotionStatus.PUBLISHED, bundle | shared),
        ("PRO-GIFT", PromotionStatus.PUBLISHED, gift | shared),
    ]


def _dealer_prices(context: Context, division: str) -> dict[str, Decimal]:
    """SKU code → what growing dealers pay for a base unit now, of the first products of a division."""
    products = context.story.catalogue.products.filter(pl.col("division") == division)
    lines = context.story.prices.lines.filter(
        (pl.col("price_list") == "PL-GROWTH")
        & (pl.col("unit") == "ea")
        & pl.col("valid_to").is_null()
        & pl.col("sku").is_in(products["sku"].to_list())
    )
    rows = lines.sort("sku").head(GIFTS).iter_rows(named=True)
    return {row["sku"]: row["price"] for row in rows}


def _bring(one: Any, upto: str, actor: Principal) -> None:
    now = timezone.now()
    if upto != PromotionStatus.DRAFT:
        one = submit_promotion(one, actor=actor, now=now)
    if upto in (PromotionStatus.PUBLISHED, PromotionStatus.PAUSED):
        one = publish_promotion(one, actor=actor, now=now)
    if upto == PromotionStatus.PAUSED:
        pause_promotion(one, actor=actor, now=now)


def _promotions(divisions: dict[str, int]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (
            code,
            upto,
            terms
            | {
                "levels": ["dealer"],
                "selector": {"categories": [divisions[division]] if division in divisions else []},
            },
        )
        for code, upto, division, terms in PROMOTIONS
    ]


PROMOTIONS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "PRO-10-1",
        PromotionStatus.PUBLISHED,
        "DRINKS",
        {
            "name": "饮料整箱买十送一",
            "name_en": "Drinks by the case: buy ten, get one",
            "kind": "buy_get",
            "definition": {"buy": 10, "get": 1, "unit": "case", "limit": 20},
            "budget": Decimal(80000),
        },
    ),
    (
        "PRO-FULL",
        PromotionStatus.PUBLISHED,
        "HOUSEHOLD",
        {
            "name": "日化满额立减",
            "name_en": "Household: money off from an amount on",
            "kind": "threshold",
            "definition": {
                "measure": "spend",
                "steps": [
                    {"floor": "5000", "amount": "100"},
                    {"floor": "12000", "amount": "300"},
                ],
            },
            "stacking": "additive",
            "uses": 500,
            "partner_uses": 4,
        },
    ),
    (
        "PRO-MIX",
        PromotionStatus.PAUSED,
        "PANTRY",
        {
            "name": "粮油任选三箱九五折",
            "name_en": "Pantry: any three cases at 5% off",
            "kind": "mix",
            "definition": {"size": 3, "reward": "percent", "value": "5", "unit": "case"},
            "stacking": "additive",
        },
    ),
    (
        "PRO-CASE",
        PromotionStatus.PUBLISHED,
        "PANTRY",
        {
            "name": "粮油整箱立减",
            "name_en": "Pantry: money off each case",
            "kind": "amount",
            "definition": {"amount": "0.50", "per_unit": True, "unit": "case"},
            "stacking": "additive",
            "budget": Decimal(15000),
        },
    ),
    (
        "PRO-CORE",
        PromotionStatus.APPROVED,
        "PANTRY",
        {
            "name": "核心经销商周末加码",
            "name_en": "Core dealers: more on weekends",
            "kind": "percent",
            "definition": {"percent": "1"},
            "stacking": "sequential",
            "tiers": ["core"],
            "weekdays": [6, 7],
        },
    ),
    (
        "PRO-DRAFT",
        PromotionStatus.DRAFT,
        "DRINKS",
        {
            "name": "饮料满减（待定）",
            "name_en": "Drinks: percentage from an amount on (to be decided)",
            "kind": "threshold",
            "definition": {"measure": "spend", "steps": [{"floor": "8000", "percent": "2"}]},
        },
    ),
)
