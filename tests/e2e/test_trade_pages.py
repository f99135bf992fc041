"""Pages of network, policies, catalogue, prices and stock in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from tests.e2e.conftest import DESK, PHONE, Visit
from tests.integration.channel.world import file_partners, fill

from yunhe.channel.policies.models import PolicyRecipient, PolicyVersion
from yunhe.channel.policies.services import create_policy
from yunhe.platform.access.principal import system_principal
from yunhe.trade.pricing.models import PriceList

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-42"
WINDOWS = [(width, language) for width in (DESK, PHONE) for language in ("zh-hans", "en")]


@pytest.fixture
def world(tree: dict[str, Any], make_user: Callable[..., Any]) -> dict[str, Any]:
    """Data, a director, a policy manager, an operator and a dealer owner."""
    with transaction.atomic():
        file_partners(tree)
        skus = fill(tree, range(3))
    for role, place in (
        ("director", "HQ"),
        ("policy_manager", "HQ"),
        ("sales_ops", "HQ"),
        ("dealer_owner", "D1"),
    ):
        make_user(role, tree[place], role)
    return {"tree": tree, "sku": skus["K0"], "version": PolicyVersion.objects.order_by("pk")[0]}


@pytest.mark.parametrize(("width", "language"), WINDOWS)
def test_console(
    visit: Callable[..., Visit], world: dict[str, Any], width: int, language: str
) -> None:
    window = visit(width=width, language=language)
    window.sign_in("director", PASSWORD)
    d1, version = world["tree"]["D1"].pk, world["version"]
    pages = {
        "network": "/network/",
        "network-tree": "/network/tree/",
        "network-partner": f"/network/{d1}/",
        "network-licences": "/network/licences/",
        "catalog": "/catalog/",
        "catalog-sku": f"/catalog/{world['sku']}/",
        "pricing": "/pricing/",
        "pricing-why": "/pricing/why/?partner=D1&sku=K0&unit=case&quantity=2&day=2026-11-22",
        "stock": "/stock/",
        "stock-movements": "/stock/movements/",
        "stock-check": "/stock/check/",
        "policies": "/policies/",
        "policy": f"/policies/{version.policy_id}/",
        "policy-readers": f"/policies/versions/{version.pk}/readers/",
    }
    for name, path in pages.items():
        window.open(path)
        window.check(f"trade-{name}")


@pytest.mark.parametrize(("width", "language"), WINDOWS)
def test_forms(
    visit: Callable[..., Visit], world: dict[str, Any], width: int, language: str
) -> None:
    window = visit(width=width, language=language)
    window.sign_in("sales_ops", PASSWORD)
    d1 = world["tree"]["D1"].pk
    for name, path in {
        "partner-new": "/network/new/",
        "move": f"/network/nodes/{d1}/move/",
        "sku-new": "/catalog/new/",
        "prices-new": "/pricing/new/",
        "prices-set": f"/pricing/{PriceList.objects.order_by('pk')[0].pk}/prices/set/",
        "stock-receive": "/stock/receive/",
    }.items():
        window.open(path)
        window.check(f"trade-{name}")


@pytest.mark.parametrize(("width", "language"), WINDOWS)
def test_policy_drafts(
    visit: Callable[..., Visit], world: dict[str, Any], width: int, language: str
) -> None:
    with transaction.atomic():
        version = create_policy(
            world["tree"]["HQ"],
            code="NEW",
            title="新政策",
            title_en="New policy",
            actor=system_principal("test"),
            now=world["version"].created_at,
        )
    window = visit(width=width, language=language)
    window.sign_in("policy_manager", PASSWORD)
    window.open(f"/policies/versions/{version.pk}/edit/")
    window.check("trade-policy-edit")
    window.open(f"/policies/versions/{version.pk}/rules/add/obligation/")
    window.check("trade-policy-rule")
    window.open(f"/policies/{version.policy_id}/")
    window.check("trade-policy-draft")


@pytest.mark.parametrize(("width", "language"), WINDOWS)
def test_portal(
    visit: Callable[..., Visit], world: dict[str, Any], width: int, language: str
) -> None:
    window = visit(width=width, language=language)
    window.sign_in("dealer_owner", PASSWORD)
    for name, path in {
        "company": "/portal/network/",
        "offer": "/portal/catalog/",
        "offer-sku": f"/portal/catalog/{world['sku']}/",
        "prices": "/portal/pricing/",
        "stock": "/portal/stock/",
        "stock-count": "/portal/stock/count/",
        "policies": "/portal/policies/",
    }.items():
        window.open(path)
        window.check(f"trade-portal-{name}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_policy_is_read_to_the_end_and_confirmed(
    visit: Callable[..., Visit], world: dict[str, Any], language: str
) -> None:
    version = world["version"]
    PolicyVersion.objects.update(min_dwell_s=2)
    window = visit(width=PHONE, language=language)
    window.sign_in("dealer_owner", PASSWORD)
    page = window.open(f"/portal/policies/{version.pk}/")
    window.check("trade-portal-read")
    confirm = page.locator("#reading form button.y-btn-primary:not([disabled])")
    confirm.wait_for(timeout=10_000)
    window.check("trade-portal-confirm")
    confirm.click()
    page.wait_for_url("**/portal/policies/")
    recipient = PolicyRecipient.objects.get(version=version, node=world["tree"]["D1"])
    assert recipient.confirmed_at is not None
    assert (recipient.confirmed_at - recipient.opened_at).total_seconds() >= 2


def test_without_script_a_policy_can_be_confirmed(
    visit: Callable[..., Visit], world: dict[str, Any]
) -> None:
    version = world["version"]
    PolicyVersion.objects.update(min_dwell_s=0)
    window = visit(width=PHONE, java_script_enabled=False)
    window.sign_in("dealer_owner", PASSWORD)
    page = window.open(f"/portal/policies/{version.pk}/")
    for _step in ("open", "end", "confirm"):
        page.locator("#reading form button").click()
    page.wait_for_url("**/portal/policies/")
    assert PolicyRecipient.objects.get(version=version, node=world["tree"]["D1"]).confirmed_at
