"""A submitted part whose amount another part's change alters: approved as far as its approval goes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.integration.trade.orders.test_family import (
    amend,
    fresh,
    over_fifty,  # noqa: F401  # fixtures
    split,  # noqa: F401
    stocked,  # noqa: F401
)
from tests.integration.trade.orders.test_recounting import (
    buy_ten,  # noqa: F401
    place,
    promote,  # noqa: F401
)

from yunhe.money.ledger.queries import credit_of
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.workflow.errors import NoApprover, OwnRequest
from yunhe.platform.workflow.models import Approval, Definition
from yunhe.platform.workflow.services import (
    ChainDraft,
    decide_approval,
    save_chain,
    withdraw_approval,
)
from yunhe.trade.orders.errors import IllegalMove, NeedsApproval
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import order_for, steps_of
from yunhe.trade.orders.services import cancel_order, confirm_order, create_order

pytestmark = pytest.mark.usefixtures("over_fifty")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SYSTEM = system_principal("test")
D = Decimal


def step(key, *roles):
    named = {"name": key, "name_en": key, "mode": "any", "users": []}
    return {"key": key, "roles": list(roles), **named}


@pytest.fixture
def chain(stocked, tree):  # noqa: F811
    """`chain(from, to, *roles)`: a step for each role."""

    def define(least, below, *roles, **more):
        steps = tuple(step(f"s{at}", role) for at, role in enumerate(roles))
        draft = ChainDraft(
            kind="orders.order",
            name=f"{least}",
            amount_from=D(least),
            amount_to=below and D(below),
            steps=steps,
            **more,
        )
        return save_chain(tree["HQ"], draft=draft, actor=SYSTEM)

    return define


@pytest.fixture
def hire(make_user, tree):
    """One more person of sales operations."""
    return lambda name: make_user("sales_ops", tree["HQ"], name).pk


@pytest.fixture
def director(make_user, tree):
    return make_user("director", tree["HQ"]).pk


def parts_of(stocked, split, actor, *, approve=()):  # noqa: F811
    """30 bottles at ten per cent off: a part of 10 (18.00) and one of 20 (36.00, 40.00 without)."""
    order = place(stocked, actor, stocked.line(stocked.water, 30), submit=True)
    for at, person in enumerate(approve):
        decide(person, f"s{at}")
    return split(order_for(order.pk), {1: 10}, {1: 20})


def decide(person, key="s0", verdict="approved"):
    with scoped(person) as actor:
        request = Approval.objects.get(state="open")
        return decide_approval(
            request, step=key, verdict=verdict, reason="贵", actor=actor, now=NOW
        )


def requests():
    return list(Approval.objects.order_by("pk").values_list("subject_id", "state", "amount"))


def test_a_part_that_needs_more_goes_back_to_approval_and_says_why(stocked, split, chain, ops):  # noqa: F811
    chain(38, 50, "finance")
    one, two = parts_of(stocked, split, ops)
    assert (two.total, two.approval) == (36, "")
    amend(one, 1, 4, ops)
    [two] = fresh(two)
    assert (two.total, two.approval, two.status) == (40, "pending", "submitted")
    [request] = Approval.objects.all()
    assert (request.subject_id, request.amount) == (str(two.pk), 40)
    why = f"Its amount went from ¥36.00 to ¥40.00 when part {one.number} was changed."
    assert request.reason_en == why
    assert request.reason == f"部分订单 {one.number} 的变更使其金额从 ¥36.00 变为 ¥40.00。"
    last = list(steps_of(two))[-1]
    assert (last.action, last.status) == ("ask_again", "submitted")
    with pytest.raises(NeedsApproval):
        confirm_order(two, actor=ops, now=NOW)
    decide(stocked.people["finance"])
    assert confirm_order(two, actor=ops, now=NOW).status == "confirmed"


def test_what_the_whole_order_was_approved_for_covers_its_parts(
    stocked,  # noqa: F811
    split,  # noqa: F811
    chain,
    director,
    ops,
):
    chain(38, 50, "finance")
    chain(50, None, "director", "finance")
    people = (director, stocked.people["finance"])
    one, two = parts_of(stocked, split, ops, approve=people)
    amend(one, 1, 4, ops)
    [two] = fresh(two)
    assert (two.total, two.approval) == (40, "approved")
    assert [state for _id, state, _amount in requests()] == ["approved"]


def test_other_people_than_those_who_agreed_are_asked(stocked, split, chain, director, ops):  # noqa: F811
    chain(38, 50, "finance")
    chain(50, None, "director")
    one, two = parts_of(stocked, split, ops, approve=(director,))
    amend(one, 1, 4, ops)
    assert [two.approval for two in fresh(two)] == ["pending"]


def test_an_approval_by_the_same_chain_stands_though_the_chain_was_changed(
    stocked,  # noqa: F811
    split,  # noqa: F811
    chain,
    director,
    ops,
):
    everything = chain(30, None, "finance")
    one, two = parts_of(stocked, split, ops, approve=(stocked.people["finance"],))
    Definition.objects.filter(pk=everything.pk).update(steps=[step("s9", "director")])
    amend(one, 1, 4, ops)
    assert [two.approval for two in fresh(two)] == ["approved"]


def test_a_request_that_stands_is_told_the_new_amount(stocked, split, chain, ops):  # noqa: F811
    chain(30, 50, "finance")
    one, two = parts_of(stocked, split, ops)
    amend(one, 1, 4, ops)
    assert requests() == [(str(two.pk), "open", 40)]
    amend(one, 1, 10, ops)
    [request] = Approval.objects.all()
    assert (request.state, request.amount) == ("open", 36)
    assert request.reason_en.startswith("Its amount went from ¥40.00 to ¥36.00")
    decide(stocked.people["finance"])
    assert [two.approval for two in fresh(two)] == ["approved"]


def test_a_part_that_needs_no_approval_any_more_keeps_its_request(stocked, split, chain, ops):  # noqa: F811
    chain(38, 50, "finance")
    one, two = parts_of(stocked, split, ops)
    amend(one, 1, 4, ops)
    amend(one, 1, 10, ops)
    [two] = fresh(two)
    assert (two.total, two.approval) == (36, "pending")
    assert requests() == [(str(two.pk), "open", 36)]


def test_a_larger_amount_asks_the_larger_chain_and_forgets_the_smaller(
    stocked,  # noqa: F811
    split,  # noqa: F811
    chain,
    director,
    ops,
):
    chain(30, 38, "finance")
    chain(38, 50, "finance", "director")
    one, two = parts_of(stocked, split, ops)
    amend(two, 1, 20, ops)
    assert requests() == [(str(two.pk), "open", 36)]
    amend(one, 1, 4, ops)
    assert requests() == [(str(two.pk), "withdrawn", 36), (str(two.pk), "open", 40)]


def test_a_cancelled_part_sends_its_sibling_back_too(stocked, split, chain, ops):  # noqa: F811
    chain(38, 50, "finance")
    one, two = parts_of(stocked, split, ops)
    cancel_order(one, reason="", actor=ops, now=NOW)
    assert [two.approval for two in fresh(two)] == ["pending"]


def test_a_confirmed_part_stays_confirmed(stocked, split, chain, ops):  # noqa: F811
    chain(38, 50, "finance")
    one, two = parts_of(stocked, split, ops)
    confirm_order(two, actor=ops, now=NOW)
    amend(one, 1, 4, ops)
    [two] = fresh(two)
    assert (two.total, two.status, two.approval) == (40, "confirmed", "")


def test_neither_who_placed_the_order_nor_who_changed_a_part_decides(
    stocked,  # noqa: F811
    split,  # noqa: F811
    chain,
    hire,
):
    chain(38, 50, "sales_ops")
    placer = stocked.people["ops"]
    with scoped(placer) as actor:
        one, two = parts_of(stocked, split, actor)
    changer = hire("changer")
    with pytest.raises(NoApprover), scoped(changer) as actor:
        amend(one, 1, 4, actor)
    third = hire("third")
    with scoped(changer) as actor:
        amend(one, 1, 4, actor)
    for person in (placer, changer):
        with pytest.raises(OwnRequest):
            decide(person)
    decide(third)
    assert [two.approval for two in fresh(two)] == ["approved"]


def test_a_refused_part_is_cancelled_and_the_others_are_counted_anew(stocked, split, chain, ops):  # noqa: F811
    chain(38, 50, "finance")
    one, two = parts_of(stocked, split, ops)
    amend(one, 1, 4, ops)
    amend(one, 1, 10, ops)
    decide(stocked.people["finance"], verdict="rejected")
    one, two = fresh(one, two)
    assert [(part.status, part.approval) for part in (one, two)] == [
        ("submitted", ""),
        ("cancelled", ""),
    ]
    # 10 bottles alone earn nothing
    assert (one.total, credit_of(stocked.dealer).reserved) == (20, 20)
    assert [(each.action, each.note) for each in steps_of(two)][-2:] == [
        ("reject", "贵"),
        ("cancel", "审批未通过"),
    ]
    assert Order.objects.get(pk=one.parent_id).follows == "submitted"


def test_who_refuses_a_part_may_decide_what_that_sends_back(stocked, split, chain, ops):  # noqa: F811
    chain(19, 50, "finance")
    one, _two = parts_of(stocked, split, ops)
    amend(one, 1, 4, ops)
    amend(one, 1, 10, ops)
    decide(stocked.people["finance"], verdict="rejected")
    assert [(part.total, part.approval) for part in fresh(one)] == [(20, "pending")]
    decide(stocked.people["finance"])
    assert [part.approval for part in fresh(one)] == ["approved"]


def test_who_asked_takes_a_whole_order_back_to_draft_but_not_a_part(
    stocked,  # noqa: F811
    split,  # noqa: F811
    chain,
    act_as,
    ops,
):
    chain(38, 50, "finance")
    with act_as("dealer") as dealer:
        order = create_order(
            node_id=stocked.dealer,
            lines=[stocked.line(stocked.water, 20)],
            submit=True,
            actor=dealer,
            now=NOW,
        )
        request = Approval.objects.get()
        withdraw_approval(request, reason="算错了", actor=dealer, now=NOW)
        order = order_for(order.order_id)
        assert (order.status, order.approval) == ("draft", "")
        assert list(steps_of(order))[-1].note == "算错了"
        assert credit_of(stocked.dealer).reserved == 0
        one, two = parts_of(stocked, split, dealer)
        amend(one, 1, 4, dealer)
        with pytest.raises(IllegalMove):
            withdraw_approval(
                Approval.objects.get(state="open"), reason="算错了", actor=dealer, now=NOW
            )
    assert [two.approval for two in fresh(two)] == ["pending"]


def test_a_chain_for_a_level_asks_for_orders_of_partners_of_that_level(stocked, chain, ops):  # noqa: F811
    chain(10, None, "finance", level="store")
    order = place(stocked, ops, stocked.line(stocked.water, 10), submit=True)
    assert order.approval == ""
    chain(10, None, "finance", level="dealer")
    order = place(stocked, ops, stocked.line(stocked.water, 10), submit=True)
    assert order.approval == "pending"
    assert Approval.objects.get().level == "dealer"
