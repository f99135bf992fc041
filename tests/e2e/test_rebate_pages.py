"""The pages of rebates in a real browser: phone and desk, both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from tests.e2e.conftest import DESK, PHONE, Visit
from tests.integration.money.rebates.conftest import (  # noqa: F401 - fixtures
    NOW,
    RULE,
    TODAY,
    catalog,
    draft,
    partners,
    people,
    programs,
    sell,
    settled,
)

from yunhe.money.rebates.models import Accrual, Settlement, Statement
from yunhe.money.rebates.services import compute_accruals, open_settlement
from yunhe.platform.access.session import scoped

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-42"
WINDOWS = [(width, language) for width in (DESK, PHONE) for language in ("zh-hans", "en")]


@pytest.fixture
def world(
    programs: Any,  # noqa: F811
    sell: Any,  # noqa: F811
    settled: Any,  # noqa: F811
    draft: Any,  # noqa: F811
    people: Any,  # noqa: F811
) -> dict[str, str]:
    """A settled program, one under way in a draft settlement, and a policy draft with an overlap."""
    with transaction.atomic():
        (first,) = programs(RULE | {"conditions": ["policy_read"]}, code="P1")
        (second,) = programs(RULE | {"mode": "marginal", "flow": "sell_through"}, code="P2")
        for node, amount in (("D1", "780"), ("D2", "1500")):
            sell(node, "COLA", amount)
            sell(node, "TEA", amount, flow="sell_through")
        settled([second])
        sell("D1", "WATER", "90", flow="sell_through")
        compute_accruals(now=NOW)
        with scoped(people["finance"].pk) as finance:
            open_settlement([first], cutoff=TODAY, actor=finance, now=NOW)
        tiers = [
            {"from": "1000", "rate": "0.015"},
            {"from": "50000", "rate": "0.01"},
            {"from": "20000", "rate": "0.03"},
        ]
        version = draft(RULE | {"tiers": tiers}, code="P3")
    accrual = Accrual.objects.get(node__code="D1", program=second).pk
    statement = Statement.objects.get(node__code="D1").pk
    return {
        "programs": reverse("rebates:list"),
        "program": reverse("rebates:program", args=[second.pk]),
        "accrual": reverse("rebates:accrual", args=[accrual]),
        "settlements": reverse("rebates:settlements"),
        "settlement": reverse("rebates:settlement", args=[Settlement.objects.latest("pk").pk]),
        "open": reverse("rebates:open"),
        "statement": reverse("rebates:statement", args=[statement]),
        "keys": reverse("rebates:keys"),
        "rule": reverse("policies:rule_change", args=[version.pk, 0]),
        "policy": reverse("policies:detail", args=[version.policy_id]),
        "portal": reverse("rebates_portal:home"),
        "portal-accrual": reverse("rebates_portal:accrual", args=[accrual]),
        "portal-statement": reverse("rebates_portal:statement", args=[statement]),
    }


@pytest.mark.parametrize(("width", "language"), WINDOWS)
def test_pages(
    visit: Callable[..., Visit], world: dict[str, str], width: int, language: str
) -> None:
    readers = {
        "finance-HQ": [
            name for name in world if name not in {"rule", "policy"} and "portal" not in name
        ],
        "policy_manager-HQ": ["rule", "policy"],
        "dealer_owner-D1": [name for name in world if "portal" in name],
    }
    for username, names in readers.items():
        window = visit(width=width, language=language)
        window.sign_in(username, PASSWORD)
        for name in names:
            window.open(world[name])
            window.check(f"rebates-{name}")
