"""Goods in a real browser: allocation day for 48 dealers, a count in a cellar without network, a
delivery received by scan with a package missing."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PHONE
from tests.e2e.pressing import press_and_go
from tests.e2e.story_world import StoryWorld, build_world
from tests.e2e.test_story import Story, press
from tests.integration.channel.world import SYSTEM

from yunhe.channel.network.models import Partner
from yunhe.goods.allocation.models import Allocation, Quota, QuotaRule
from yunhe.goods.reports.models import ReportLine, StockReport
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.services import create_shipment, pack_shipment, ship_shipment
from yunhe.goods.stock.services import MovementLine, record_movements
from yunhe.platform.access.models import Node, NodeKind
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, create_order

pytestmark = pytest.mark.django_db(transaction=True)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIVEN, TAKEN = "首发城市", "让给首发城市"
WORDS = {
    "zh-hans": {"hand": "经人工调整", "scarce": "紧缺", "ended": "已结束"},
    "en": {"hand": "set by hand", "scarce": "scarce", "ended": "Ended"},
}


@pytest.fixture
def world(tree: dict[str, Any], make_user: Callable[..., Any]) -> StoryWorld:
    return build_world(tree, make_user)


@transaction.atomic
def forty_six_more() -> None:
    """With the two of the tree 48 dealers: 17 core (3), 16 growth (2), 15 observation (1)."""
    region = Node.objects.get(code="R1")
    for at in range(46):
        node = Node.objects.create(
            code=f"X{at:02}",
            parent=region,
            name=f"经销商{at}",
            name_en=f"Dealer {at}",
            kind=NodeKind.PARTNER,
        )
        tier = ("core", "growth", "observation")[at % 3]
        Partner.objects.create(node=node, level="dealer", tier=tier)
    QuotaRule.objects.create(
        code="TIER",
        name="按层级，保底一箱",
        name_en="By tier, one case for everybody",
        tier_part=100,
        history_part=0,
        tiers={"core": "3", "growth": "2", "observation": "1"},
        floor_lots=1,
    )


def compute(story: Story) -> Allocation:
    """Operations divide 196 cases of 12: the weights sum to 17·3 + 16·2 + 15 = 98, so a core dealer
    gets exactly 6, a growth dealer 4 and one under observation 2."""
    page = story.as_("ops").open("/allocation/new/")
    today = timezone.localdate()
    page.fill("input[name=sku]", "K1")
    for name in ("node", "among"):
        page.select_option(f"select[name={name}]", str(story.world.tree["HQ"].pk))
    page.fill("input[name=supply]", str(196 * 12))
    page.select_option("select[name=unit]", "case")
    page.fill("input[name=starts]", str(today))
    page.fill("input[name=until]", str(today + timedelta(days=30)))
    page.select_option("select[name=rule]", str(QuotaRule.objects.get().pk))
    press(page, "main form button.y-btn-primary")
    made = Allocation.objects.get()
    lots = sorted(made.lines.values_list("lots", flat=True))
    assert lots == [2] * 15 + [4] * 16 + [6] * 17
    story.checked("ops", "allocation-computed")
    return made


def change(story: Story, made: Allocation, code: str, lots: int, reason: str) -> None:
    """A share by hand; without a reason, or beyond the supply, it is refused."""
    line = made.lines.get(node__code=code)
    page = story.as_("ops").open(f"/allocation/lines/{line.pk}/")
    page.fill("input[name=lots]", str(lots))
    page.fill("input[name=reason]", reason)
    page.locator("main form button.y-btn-primary").click()
    page.wait_for_load_state()


def approve_and_publish(story: Story, made: Allocation) -> None:
    """Operations have no button for it; the director has."""
    page = story.as_("ops").open(f"/allocation/{made.pk}/")
    assert page.locator("form[action$='/approve/']").count() == 0
    for action in ("approve", "publish"):
        page = story.as_("director").open(f"/allocation/{made.pk}/")
        act(page, action)
    made.refresh_from_db()
    assert (made.status, Quota.objects.count()) == ("published", 48)


def act(page: Page, action: str) -> None:
    press_and_go(page, f"form[action$='/{action}/'] button")


def send_order(story: Story, person: str, quantity: int, unit: str) -> Page:
    """Scanned on the phone."""
    page = story.as_(person).open("/portal/orders/scan/")
    page.fill("input[name=item]", "K1")
    page.fill("input[name=quantity]", str(quantity))
    page.press("input[name=item]", "Enter")
    page.locator("[data-draft-lines] select").select_option(unit)
    page.click("form[data-order-draft] button.y-btn-primary")
    return page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_allocation_day(visit: Callable[..., Any], world: StoryWorld, language: str) -> None:
    forty_six_more()
    story, words = Story(visit, world, language), WORDS[language]
    made = compute(story)
    change(story, made, "D1", 8, GIVEN)  # nothing is left of the supply
    assert made.lines.get(node__code="D1").lots == 6
    change(story, made, "X00", 4, TAKEN)
    change(story, made, "D1", 8, GIVEN)
    assert made.lines.get(node__code="D1").lots == 8
    approve_and_publish(story, made)

    page = story.as_("dealer").open("/portal/allocation/")
    expect(page.locator("main")).to_contain_text(words["hand"])
    expect(page.locator("main")).to_contain_text(GIVEN)
    story.checked("dealer", "own-quota")
    page = send_order(story, "dealer", 8, "case")
    order = wait_for_order(page, 1)
    assert (order.status, order.total) == ("submitted", Decimal("336.00"))  # 96 × 3.50
    page = send_order(story, "dealer", 1, "piece")
    expect(page.locator("#toasts")).to_contain_text(words["scarce"])
    assert Order.objects.exclude(status="draft").count() == 1

    page = story.as_("director").open(f"/allocation/{made.pk}/")
    act(page, "expire")
    left = dict(Quota.objects.values_list("node__code", "returned"))
    assert (left["D1"], left["D2"], left["X00"]) == (0, 48, 48)
    page = story.as_("rival").open("/portal/allocation/")
    expect(page.locator("main")).to_contain_text(words["ended"])
    story.checked("rival", "ended-quota")


def wait_for_order(page: Page, count: int) -> Order:
    for _tenth in range(100):
        if Order.objects.count() >= count:
            break
        page.wait_for_timeout(100)
    return Order.objects.latest("pk")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_count_without_network(
    visit: Callable[..., Any], world: StoryWorld, language: str
) -> None:
    with transaction.atomic():
        goods = [
            MovementLine(
                sku_id=world.skus[code],
                quantity=Decimal(20),
                reason="receipt",
                key=f"r{code}",
                target=world.tree["D1"].pk,
            )
            for code in ("K1", "K2", "K3")
        ]
        record_movements(goods, on=timezone.localdate(), actor=SYSTEM, now=timezone.now())
    window = visit(width=PHONE, language=language)
    window.sign_in("dealer", "correct-horse-42")
    page = window.open("/portal/reports/start/")
    press(page, "main form button.y-btn-primary")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_load_state("networkidle")
    window.check("count-empty")
    window.context.set_offline(True)
    page.fill("#count-item", "K2")
    page.press("#count-item", "Enter")  # what a scanner types
    page.keyboard.type("19")
    page.fill("#count-item", "K9")
    page.press("#count-item", "Enter")  # not on the books
    page.keyboard.type("4")
    page.reload()  # the phone was put away
    expect(page.locator("[data-count-done]")).to_have_text("2")
    window.console.clear()
    page.locator("button[name=submit]").click()
    expect(page.locator("[data-offline-count=stock-count]")).to_be_visible()
    assert not ReportLine.objects.exists()
    window.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_url("**/portal/reports/*/")
    report = StockReport.objects.get()
    assert (report.status, report.line_count) == ("submitted", 2)
    counted = dict(report.lines.values_list("sku__code", "counted"))
    assert counted == {"K2": 19, "K9": 4}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_delivery_is_received_by_scan(
    visit: Callable[..., Any], world: StoryWorld, language: str
) -> None:
    now = timezone.now()
    with transaction.atomic():
        placed = create_order(
            node_id=world.tree["D1"].pk,
            lines=[NewLine(world.skus["K1"], "piece", Decimal(30))],
            submit=True,
            confirm=True,
            actor=SYSTEM,
            now=now,
        )
        shipment = create_shipment(Order.objects.get(pk=placed.order_id), actor=SYSTEM, now=now)
        shipment = pack_shipment(shipment, packages=3, actor=SYSTEM, now=now)
        ship_shipment(shipment, carrier="own", actor=SYSTEM, now=now)
    codes = [package.sscc for package in shipment.packages.all()]
    story = Story(visit, world, language)
    page = story.as_("dealer").open(f"/portal/shipping/{shipment.pk}/receive/")
    page.fill("#package-item", f"]C100{codes[0]}")  # as a GS1-128 scanner writes it
    page.press("#package-item", "Enter")
    page.fill("#package-item", "00 0 0690 1234 99")
    page.press("#package-item", "Enter")
    expect(page.locator("[data-package-told]")).to_have_class("mb-0 y-field-error")
    page.fill("#package-item", codes[1])
    page.press("#package-item", "Enter")
    expect(page.locator("[data-package-count]")).to_have_text("2")
    page.fill("input[name=receiver]", "D1-1")
    photo = {"name": "p.png", "mimeType": "image/png", "buffer": PIXEL}
    page.set_input_files("input[name=photos]", [photo, photo | {"name": "q.png"}])
    story.checked("dealer", "receive-by-scan")
    press(page, "main form button.y-btn-primary")
    story.checked("dealer", "received")
    shipment = Shipment.objects.get()
    claim = Claim.objects.get()
    assert (shipment.status, claim.kind, claim.amount) == ("received", "short", Decimal("35.00"))
    story.as_("ops").open(f"/shipping/claims/{claim.pk}/")
    story.checked("ops", "decide-claim")
