"""Loading step of promotions. Rules and budgets are derived; the products they mean are real."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.trade.catalog.models import Category
from yunhe.trade.promotions.choices import PromotionStatus
from yunhe.trade.promotions.services import (
    PromotionDraft,
    ensure_promotion,
    pause_promotion,
    publish_promotion,
    submit_promotion,
)

WEEKS_AHEAD = 6


def load_promotions(context: Context) -> None:
    """Five promotions in every state: two run, one rests, one waits to be published, one is a draft."""
    root = Node.objects.get(parent=None)
    divisions = {one.code: one.pk for one in Category.objects.filter(parent=None)}
    for code, upto, terms in _promotions(divisions):
        draft = PromotionDraft(
            valid_from=context.today,
            valid_to=context.today + timedelta(weeks=WEEKS_AHEAD),
            note=DERIVED_NOTE,
            **terms,
        )
        one = ensure_promotion(root, code=code, draft=draft, actor=context.actor)
        if one.status == PromotionStatus.DRAFT:
            _bring(one, upto, context.actor)


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
            "kind": "mix",
            "definition": {"size": 3, "reward": "percent", "value": "5", "unit": "case"},
            "stacking": "additive",
        },
    ),
    (
        "PRO-CORE",
        PromotionStatus.APPROVED,
        "PANTRY",
        {
            "name": "核心经销商周末加码",
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
            "kind": "threshold",
            "definition": {"measure": "spend", "steps": [{"floor": "8000", "percent": "2"}]},
        },
    ),
)
