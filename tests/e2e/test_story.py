"""The loop in a real browser: a policy goes down, orders and sales come back, a rebate is settled.

Headquarters works at 1440 px, the dealers at 390 px, in Chinese and in English. The worker's part is
done between the steps by `drain`.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Error as PageError
from playwright.sync_api import Page
from tests.e2e.conftest import DESK, PHONE, Visit
from tests.e2e.pressing import press_and_go
from tests.e2e.story_world import SCARCE, StoryWorld, build_world

from yunhe.channel.policies.models import Policy, PolicyRecipient
from yunhe.money.rebates.models import Settlement, Statement
from yunhe.platform.jobs.worker import drain
from yunhe.platform.metrics.mart.refresh import refresh_mart
from yunhe.trade.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-42"
TITLE = "冬季动销激励"


class Story:
    """One window a person, and what the steps hand to each other."""

    def __init__(self, visit: Callable[..., Visit], world: StoryWorld, language: str) -> None:
        self.visit, self.world, self.language = visit, world, language
        self.windows: dict[str, Visit] = {}

    def as_(self, person: str) -> Visit:
        """The person's window, signed in: dealers on the phone, headquarters at the desk."""
        if person not in self.windows:
            width = PHONE if person in {"dealer", "rival"} else DESK
            window = self.visit(width=width, language=self.language)
            window.sign_in(person, PASSWORD)
            self.windows[person] = window
        return self.windows[person]

    def checked(self, person: str, name: str) -> None:
        """The person's page is free of faults (contrast, overflow, language, console)."""
        self.as_(person).check(f"story-{name}")


def press(page: Page, selector: str) -> None:
    """Click the button that submits, and wait for the answer."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def renew(page: Page) -> None:
    """Reload; a page that shows progress may be renewing itself at the same moment."""
    try:
        page.reload()
    except PageError:
        page.wait_for_load_state()
        page.reload()


def write_policy(story: Story) -> Policy:
    """The policy manager writes text and period, then a tiered rule with an overlap."""
    page = story.as_("manager").open("/policies/new/")
    page.select_option("select[name=node]", str(story.world.tree["HQ"].pk))
    page.fill("input[name=code]", "WINTER")
    page.fill("input[name=title]", TITLE)
    page.fill("input[name=title_en]", "Winter sell-out incentive")
    press(page, "main form button.y-btn-primary")
    policy = Policy.objects.get(code="WINTER")
    version = policy.versions.get()
    page = story.as_("manager").open(f"/policies/versions/{version.pk}/edit/")
    today = timezone.localdate()
    page.fill("textarea[name=body]", "# 冬季动销\n\n卖得越多，返得越多。请上传动销数据。")
    page.fill("textarea[name=body_en]", "# Winter\n\nSell more, earn more. Send your sell-out.")
    page.fill("input[name=starts_on]", str(today))
    page.fill("input[name=last_day]", str(today + timedelta(days=90)))
    page.select_option("select[name=subtrees]", str(story.world.tree["HQ"].pk))
    page.check("input[name=levels][value=dealer]")
    page.fill("input[name=min_dwell_s]", "1")
    press(page, "main form button.y-btn-primary")
    return policy


def fill_rebate(page: Page, tiers: list[tuple[str, str]]) -> None:
    """The rule form: sell-out, all at the tier reached; tiers as (from, percent)."""
    page.select_option("select[name=flow]", "sell_out")
    page.select_option("select[name=mode]", "retrospective")
    for at, (start, rate) in enumerate(tiers):
        page.fill(f"input[name=tiers-{at}-from]", start)
        page.fill(f"input[name=tiers-{at}-rate]", rate)


def fix_overlap_and_publish(story: Story, policy: Policy) -> None:
    """The compiler names the overlapping tier; she corrects it and publishes."""
    version = policy.versions.get()
    page = story.as_("manager").open(f"/policies/versions/{version.pk}/rules/add/rebate/")
    fill_rebate(page, [("100", "1"), ("300", "2"), ("200", "3")])
    press(page, "main form button.y-btn-primary")
    page = story.as_("manager").open(f"/policies/{policy.pk}/")
    assert page.locator("code", has_text="rules.0.tiers.2").count() == 1
    story.checked("manager", "compiler")

    page = story.as_("manager").open(f"/policies/versions/{version.pk}/rules/0/")
    fill_rebate(page, [("100", "1"), ("200", "2"), ("300", "3")])
    press(page, "main form button.y-btn-primary")
    page = story.as_("manager").open(f"/policies/{policy.pk}/")
    assert page.locator("code", has_text="rules.0.tiers.2").count() == 0
    while (accept := page.locator("form[action$='/accept/'] button")).count():
        with page.expect_navigation():
            accept.first.click()
    press_and_go(page, f"form[action='/policies/versions/{version.pk}/publish/'] button")
    drain()
    policy.refresh_from_db()
    assert policy.current is not None, page.locator("main").inner_text()
    assert policy.current.recipient_count == 2


def read_board(story: Story, version: int) -> dict[str, bool]:
    """Who has confirmed, as headquarters sees it, by the dealer's code."""
    board = story.as_("manager").open(f"/policies/versions/{version}/readers/")
    word = "已确认" if story.language == "zh-hans" else "confirmed"
    rows = board.locator("tbody tr").all_inner_texts()
    found = {}
    for code in ("D1", "D2"):
        node = story.world.tree[code]
        label = node.name if story.language == "zh-hans" else node.name_en
        (row,) = (text for text in rows if label in text or code in text.split())
        found[code] = word in row.split()
    assert len(rows) == len(found)
    return found


def confirm_on_the_phone(story: Story, policy: Policy) -> None:
    """The dealer owner's phone shows it first; opened, read to the end, confirmed."""
    version = policy.current
    assert version is not None
    assert read_board(story, version.pk) == {"D1": False, "D2": False}
    home = story.as_("dealer").open("/portal/cockpit/")
    first = home.locator("main .card").first
    assert (TITLE if story.language == "zh-hans" else "Winter") in first.inner_text()
    story.checked("dealer", "home")
    page = story.as_("dealer").open(f"/portal/policies/{version.pk}/")
    story.as_("dealer").settle()
    confirm = page.locator("#reading form button.y-btn-primary:not([disabled])")
    confirm.wait_for(timeout=15_000)
    confirm.click()
    page.wait_for_url("**/portal/policies/")
    recipient = PolicyRecipient.objects.get(version=version, node=story.world.tree["D1"])
    assert recipient.confirmed_at is not None

    assert read_board(story, version.pk) == {"D1": True, "D2": False}
    story.checked("manager", "board")
    drain()


def order_ten_lines(story: Story) -> Order:
    """Eleven wished, one refused for stock with what there is; reduced, submitted: price explained."""
    page = story.as_("dealer").open("/portal/orders/new/")
    for code, pk in story.world.skus.items():
        page.fill(f"input[name=quantity-{pk}]", "8" if code == "K10" else "12")
        page.select_option(f"select[name=unit-{pk}]", "piece")
    press(page, "button[name=then][value=cart]")
    press(page, "button[name=then][value=submit]")
    alert = page.locator("[role=alert]")
    assert alert.count() >= 1
    assert str(SCARCE) in " ".join(alert.all_inner_texts())
    assert not Order.objects.exclude(status="draft").exists()
    story.as_("dealer").console.clear()  # the browser notes the 409 that the refusal is
    story.checked("dealer", "refused")
    why = page.locator("details small").first
    assert not why.is_visible()
    page.locator("details summary").first.click()
    assert "基准价目" in why.inner_text()
    assert "3.5" in why.inner_text()
    page.fill(f"input[name=quantity-{story.world.skus['K10']}]", "0")
    press(page, "button[name=then][value=submit]")
    order = Order.objects.get(node=story.world.tree["D1"])
    assert (order.status, order.lines.count()) == ("submitted", 10)
    assert order.total == Decimal("420.00")  # 10 × 12 × 3.50
    return order


def confirm_ship_receive(story: Story, order: Order) -> None:
    """Headquarters confirms and ships, the dealer receives on the phone."""
    for action in ("confirm", "ship"):
        page = story.as_("ops").open(f"/orders/{order.pk}/")
        press_and_go(page, f"form[action='/orders/{order.pk}/{action}/'] button")
    story.checked("ops", "shipped")
    page = story.as_("dealer").open(f"/portal/orders/{order.pk}/")
    press_and_go(page, "form[action$='/receive/'] button.y-btn-primary")
    order.refresh_from_db()
    assert order.status == "received"
    drain()


def import_sell_out(story: Story, folder: Path) -> None:
    """The store's file has two bad rows; the receipt says which and why."""
    today = timezone.localdate()
    rows = ["门店编码,商品编码,销售日期,数量,单位,金额,小票号"]
    rows += [f"S1,K{at},{today},20,piece,60.00,T{at}" for at in range(5)]
    rows += [f"S1,NOPE,{today},1,piece,3.00,T98", "S1,K1,2026-02-30,1,piece,3.00,T99"]
    file = folder / "动销.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    page = story.as_("dealer").open("/intake/new/")
    page.select_option("select[name=type]", "sales")
    page.set_input_files("input[type=file]", str(file))
    press(page, "main form button.y-btn-primary")
    page.uncheck("input[name=hold]")
    press(page, "main form button.y-btn-primary")
    drain()
    renew(page)
    text = page.locator("main").inner_text()
    assert re.search(r"\b5\b", text)
    assert re.search(r"\b2\b", text)
    story.checked("dealer", "import")
    with page.expect_download() as waiting:
        page.locator("a[href*='/receipt/']").first.click()
    receipt = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    told = {row["row"]: row for row in receipt_lines(receipt)}
    assert {row for row, line in told.items() if line["reason"]} == {7, 8}
    assert (told[7]["reason"], told[7]["value"]) == ("unknown_item", "NOPE")
    assert (told[8]["reason"], told[8]["value"]) == ("not_a_date", "2026-02-30")


def receipt_lines(text: str) -> list[dict[str, Any]]:
    """The receipt's rows under names that no language changes."""
    _header, *rows = csv.reader(text.splitlines())
    return [{"row": int(row[0]), "reason": row[2], "value": row[5]} for row in rows]


def see_the_accrual(story: Story) -> None:
    """5 × 60.00 = 300.00 sold reaches the third tier: 3 % = 9.00, explained step by step."""
    drain(now=timezone.now() + timedelta(minutes=10))  # accruals wait for the last of a series
    page = story.as_("dealer").open("/portal/rebates/")
    assert "9.00" in page.locator("main").inner_text()
    story.checked("dealer", "rebate")
    page.locator("main a[href*='/portal/rebates/accruals/']").first.click()
    page.wait_for_load_state()
    steps = page.locator("main").inner_text()
    assert "300" in steps
    assert "9.00" in steps
    story.checked("dealer", "steps")


def settle(story: Story) -> None:
    """Finance opens an interim settlement, the director approves, finance posts."""
    page = story.as_("finance").open("/rebates/settlements/new/")
    page.locator("input[name=programs]").first.check()
    page.select_option("select[name=kind]", "interim")
    page.fill("input[name=cutoff]", str(timezone.localdate()))
    press(page, "main form button.y-btn-primary")
    drain()
    settlement = Settlement.objects.get()
    url = f"/rebates/settlements/{settlement.pk}/"
    for person, action in (("director", "approve"), ("finance", "post")):
        page = story.as_(person).open(url)
        press_and_go(page, f"form[action='{url}{action}/'] button")
        drain()
    settlement.refresh_from_db()
    assert settlement.state == "posted"
    page = story.as_("finance").open(url)
    story.checked("finance", "settlement")


def verify_the_statement(story: Story, folder: Path) -> None:
    """The dealer downloads the bundle; `yunhe verify` recomputes it, and finds a changed byte."""
    statement = Statement.objects.get(node=story.world.tree["D1"])
    assert statement.lines.get().due == Decimal("9.00")
    page = story.as_("dealer").open(f"/portal/rebates/statements/{statement.pk}/")
    story.checked("dealer", "statement")
    with page.expect_download() as waiting:
        page.locator("a[href$='/bundle/']").first.click()
    bundle = folder / "statement.zip"
    bundle.write_bytes(Path(waiting.value.path()).read_bytes())
    done = verified(bundle, story.language)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(bundle) as archive:
        facts = archive.getinfo("facts.jsonl")
    content = bytearray(bundle.read_bytes())
    content[facts.header_offset + 30 + len("facts.jsonl") + 40] ^= 1
    bundle.write_bytes(content)
    done = verified(bundle, story.language)
    assert done.returncode == 1
    place = "facts.jsonl 第 1 行" if story.language == "zh-hans" else "facts.jsonl, line 1:"
    assert place in done.stdout.splitlines()[0]


def verified(bundle: Path, language: str) -> subprocess.CompletedProcess[str]:
    """The command in a terminal of the story's language."""
    command = [sys.executable, "-m", "yunhe", "verify", str(bundle)]
    terminal = os.environ | {"YUNHE_LANGUAGE": language}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=terminal)


def drill_in_the_cockpit(story: Story) -> None:
    """The director sees the change and drills from the nation to the line."""
    refresh_mart(now=timezone.now())
    page = story.as_("director").open("/cockpit/")
    assert "300" in page.locator("main").inner_text()
    story.checked("director", "cockpit")
    for code in ("R1", "D1"):
        node = story.world.tree[code]
        label = node.name if story.language == "zh-hans" else node.name_en
        page.locator("main table a", has_text=label).first.click()
        page.wait_for_load_state()
        assert label in page.locator("main h1, main .y-crumbs").first.inner_text() + page.title()
    page.locator("main a[href*='/rows/']").first.click()
    page.wait_for_load_state()
    assert re.search(r"K0 .*\b60\b", page.locator("main").inner_text())


def query_metric(window: Visit) -> str:
    """The answer to the day's sell-out by partner, asked with the window's session."""
    today = timezone.localdate()
    cookies = window.context.cookies()
    csrf = next(cookie["value"] for cookie in cookies if cookie["name"] == "csrftoken")
    answer = window.page.request.post(
        f"{window.base}/api/v1/metrics/query",
        data={
            "metrics": ["sell_out_amount"],
            "dimensions": ["partner"],
            "period": {"from": str(today), "to": str(today + timedelta(days=1))},
        },
        headers={"X-CSRFToken": csrf, "Referer": window.base},
    )
    assert answer.status == 200, answer.text()
    return answer.text()


def nobody_else_sees_it(story: Story, order: Order) -> None:
    """By page, API, export and metric query the dealer sees it all, and the other dealer nothing."""
    owner, rival = story.as_("dealer"), story.as_("rival")
    statement = Statement.objects.get(node=story.world.tree["D1"])
    for path in (
        f"/portal/orders/{order.pk}/",
        f"/portal/rebates/statements/{statement.pk}/",
        f"/portal/rebates/statements/{statement.pk}/bundle/",
        f"/api/v1/orders/{order.pk}",
    ):
        assert owner.page.request.get(f"{owner.base}{path}").status == 200, path
        assert rival.page.request.get(f"{rival.base}{path}").status == 404, path
    for path, shown in (
        ("/portal/orders/?export=csv", order.number),
        ("/api/v1/orders/", order.number),
        ("/api/v1/sales/facts", "60.00"),
    ):
        mine, theirs = (
            window.page.request.get(f"{window.base}{path}") for window in (owner, rival)
        )
        assert (mine.status, theirs.status) == (200, 200), path
        assert shown in mine.text(), path
        assert shown not in theirs.text(), path
    node = story.world.tree["S1"]
    assert node.name in query_metric(owner) or node.name_en in query_metric(owner)
    for word in ("S1", node.name, "300"):
        assert word not in query_metric(rival)
    for path in ("/portal/rebates/", "/portal/cockpit/"):
        assert "9.00" not in rival.open(path).locator("main").inner_text(), path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_loop(
    visit: Callable[..., Visit],
    tree: dict[str, Any],
    make_user: Callable[..., Any],
    tmp_path: Path,
    language: str,
) -> None:
    story = Story(visit, build_world(tree, make_user), language)
    policy = write_policy(story)
    fix_overlap_and_publish(story, policy)
    confirm_on_the_phone(story, policy)
    order = order_ten_lines(story)
    confirm_ship_receive(story, order)
    import_sell_out(story, tmp_path)
    see_the_accrual(story)
    settle(story)
    verify_the_statement(story, tmp_path)
    drill_in_the_cockpit(story)
    nobody_else_sees_it(story, order)
