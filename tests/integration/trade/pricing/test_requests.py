"""Price changes by request: comparison, effect, approval, prices set, partners told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.integration.trade.pricing.conftest import NOW, SYSTEM

from yunhe.platform.access.session import scoped
from yunhe.platform.events.models import OutboxEvent
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.services import ChainDraft, decide_approval, save_chain
from yunhe.trade.pricing.errors import ApprovalNeeded, ChangeRefused, ListRefused
from yunhe.trade.pricing.models import PriceChange
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.pricing.queries.changes import preview_change
from yunhe.trade.pricing.services import (
    ChangeDraft,
    PriceEntry,
    cancel_price_change,
    create_price_change,
    set_channels,
    set_prices,
    submit_price_change,
)
from yunhe.trade.sales.services import FactLine, record_facts

pytestmark = pytest.mark.django_db
D = Decimal
TODAY, DAY = date(2026, 11, 22), date(2026, 12, 1)


def entry(sku, price, unit="bottle", **more):
    return PriceEntry(sku_id=sku, unit=unit, price=D(price), **more)


@pytest.fixture
def ops(make_user, tree):
    return make_user("sales_ops", tree["HQ"])


@pytest.fixture
def bought(partners, skus):
    """D1 bought 100 bottles of A and D2 240 in the last 90 days; 1,000 more 91 days ago."""
    rows = [("D1", 100, 1), ("D2", 200, 89), ("D2", 40, 90), ("D2", 1000, 91)]
    record_facts(
        [
            FactLine(
                line_key=str(at),
                node_id=partners[code].pk,
                sku_id=skus["A"],
                on=TODAY - timedelta(days=days),
                quantity=D(quantity),
                amount=D(10 * quantity),
                document="",
            )
            for at, (code, quantity, days) in enumerate(rows)
        ],
        flow="sell_in",
        source="test",
        now=NOW,
    )


@pytest.fixture
def draft(ops, price_list, skus):
    """A request by sales operations to raise A from 10 to 11 in the general list."""
    general = price_list("HQ", {skus["A"]: 10, skus["B"]: 20})

    def make(*entries, **more):
        asked = ChangeDraft(
            title="春季调价",
            effective=more.pop("effective", DAY),
            entries=entries or [entry(skus["A"], 11)],
            **more,
        )
        with scoped(ops.pk) as principal:
            return create_price_change(general, draft=asked, actor=principal, now=NOW)

    return make


def submit(change, user, now=NOW):
    with scoped(user.pk) as principal:
        return submit_price_change(change, actor=principal, now=now)


def chain(tree, role="director", **more):
    steps = ({"key": "s1", "name": "审批", "mode": "any", "roles": [role]},)
    asked = ChainDraft(kind="pricing.change", name=f"调价{role}", steps=steps, **more)
    return save_chain(tree["HQ"], draft=asked, actor=SYSTEM)


def decide(user, verdict="approved", now=NOW):
    with scoped(user.pk) as principal:
        decide_approval(
            Approval.objects.get(),
            step="s1",
            verdict=verdict,
            reason="因为",
            actor=principal,
            now=now,
        )


def pays(node, sku, on):
    (line,) = price_lines(
        node_id=node.pk, lines=[AskedLine(sku, "bottle", D(1))], on=on, require=False
    )
    return line.unit_price


def test_the_effect_counts_only_partners_whose_price_moves(bought, draft, price_list, skus):
    """D1 has its own price of 9: nothing. D2 bought 240 at 10, to be 11: 240.00."""
    price_list("D1", {skus["A"]: 9})
    change = draft()
    preview = preview_change(change, today=TODAY)
    assert preview.effect == D("240.00")
    assert len(preview.partners) == 4
    (row,) = preview.lines
    assert (row.previous, row.share, row.effect.quantity) == (D(10), D("0.1"), D(240))


def test_breaks_and_packs_do_not_count_purchases_twice(bought, draft, skus):
    """Three rows of A change; the lowest carries the demand of 340 bottles: 340 × −1."""
    change = draft(
        entry(skus["A"], 9),
        entry(skus["A"], 8, min_quantity=D(120)),
        entry(skus["A"], 100, "case"),
    )
    preview = preview_change(change, today=TODAY)
    assert preview.effect == D("-340.00")
    assert [row.previous for row in preview.lines] == [D(10), None, None]


def test_without_a_chain_the_prices_are_set_at_once(bought, draft, skus, ops, tree):
    change = submit(draft(), ops)
    assert (change.state, change.effect, change.partners) == ("committed", D("340.00"), 4)
    assert pays(tree["D2"], skus["A"], DAY - timedelta(days=1)) == 10
    assert pays(tree["D2"], skus["A"], DAY) == 11
    told = OutboxEvent.objects.filter(type="yunhe.pricing.partner_prices.changed.v1")
    assert set(told.values_list("node__code", flat=True)) == {"D1", "D2", "S1", "S2"}
    assert told.first().data["sku_ids"] == [skus["A"]]


@pytest.mark.usefixtures("bought")
def test_with_a_chain_somebody_else_approves(draft, skus, ops, tree, make_user):
    chain(tree, "finance", amount_to=D(340))
    chain(tree, "director", amount_from=D(340))
    director = make_user("director", tree["HQ"])
    change = submit(draft(), ops)
    approval = Approval.objects.get()
    assert (change.state, approval.amount) == ("submitted", D("340.00"))
    assert pays(tree["D2"], skus["A"], DAY) == 10
    decide(director)
    change.refresh_from_db()
    assert change.state == "committed"
    assert pays(tree["D2"], skus["A"], DAY) == 11
    assert change.lines.get().previous == 10


def test_a_refused_change_may_be_submitted_again_or_cancelled(draft, ops, tree, make_user, skus):
    chain(tree)
    director = make_user("director", tree["HQ"])
    change = submit(draft(), ops)
    decide(director, "rejected")
    change.refresh_from_db()
    assert change.state == "rejected"
    change = submit(change, ops)
    with scoped(ops.pk) as principal:
        cancel_price_change(change, actor=principal, now=NOW)
    change.refresh_from_db()
    assert change.state == "cancelled"
    assert list(Approval.objects.order_by("pk").values_list("state", flat=True)) == [
        "rejected",
        "withdrawn",
    ]
    with pytest.raises(ChangeRefused):
        submit(change, ops)
    assert pays(tree["D2"], skus["A"], DAY) == 10


def test_an_approval_after_the_day_takes_effect_on_its_own_day(draft, ops, tree, make_user, skus):
    chain(tree)
    director = make_user("director", tree["HQ"])
    change = submit(draft(), ops)
    decide(director, now=NOW + timedelta(days=12))
    change.refresh_from_db()
    assert change.effective == TODAY + timedelta(days=12)
    assert pays(tree["D2"], skus["A"], DAY) == 10


def test_where_a_chain_is_published_lists_are_not_changed_past_it(
    draft, ops, tree, skus, price_list
):
    change = draft()
    chain(tree)
    with scoped(ops.pk) as principal, pytest.raises(ApprovalNeeded):
        set_prices(
            change.price_list, [entry(skus["A"], 1)], effective=DAY, actor=principal, now=NOW
        )


def test_days_that_have_passed_are_refused(draft):
    with pytest.raises(ListRefused):
        draft(effective=TODAY - timedelta(days=1))
    with pytest.raises(ListRefused):
        draft(until=DAY)


def test_partners_see_no_request(draft, make_user, tree):
    draft()
    for code in ("D1", "S1"):
        with scoped(make_user("dealer_owner", tree[code]).pk):
            assert not PriceChange.objects.exists()


def test_a_list_for_a_channel_prices_its_partners_before_level_and_tier(
    partners, price_list, skus, make_user
):
    """Channel beats level and tier; a partner without the channel neither pays nor sees it."""
    price_list("HQ", {skus["A"]: 10})
    price_list("HQ", {skus["A"]: 9}, level="dealer", tier="core")
    online = price_list("HQ", {skus["A"]: 8}, channel="online")
    set_channels({partners["D1"].pk: "online"}, actor=SYSTEM)
    assert pays(partners["D1"], skus["A"], TODAY) == 8
    assert pays(partners["D2"], skus["A"], TODAY) == 10
    seen = {}
    for code in ("D1", "D2"):
        with scoped(make_user("dealer_owner", partners[code]).pk):
            seen[code] = type(online).objects.filter(pk=online.pk).exists()
    assert seen == {"D1": True, "D2": False}
    set_channels({partners["D1"].pk: ""}, actor=SYSTEM)
    assert pays(partners["D1"], skus["A"], TODAY) == 9
