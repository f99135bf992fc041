"""Parts of a split order are changed, confirmed and decided at once: unlocked each recounts what the other
leaves, or is promised without its approval; in turn all of it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import DatabaseError, transaction
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.orders.conftest import ACTOR, act_as, ops, shop  # noqa: F401
from tests.integration.trade.orders.test_family import NOW, amend
from tests.integration.trade.orders.test_recounting import place, used

from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped
from yunhe.platform.workflow import kinds
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.services import ChainDraft, decide_approval, save_chain
from yunhe.trade.orders.errors import NeedsApproval
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import (
    NewPart,
    amending,
    confirm_order,
    deciding,
    family,
    split_order,
)
from yunhe.trade.orders.services.approving import reconsider_approval
from yunhe.trade.promotions.models import BUDGET
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def over_fifty(shop):  # noqa: F811
    """Ten per cent off from 50.00 on."""
    steps = {"measure": "spend", "steps": [{"floor": "50", "percent": "10"}]}
    draft = PromotionDraft(
        name="Autumn",
        kind="threshold",
        definition=steps,
        valid_from=date(2026, 11, 1),
        stacking="additive",
        budget=Decimal(100),
    )
    with transaction.atomic():
        node = Node.objects.get(pk=shop.hq)
        one = create_promotion(node, code="P", draft=draft, actor=ACTOR)
        submit_promotion(one, actor=ACTOR, now=NOW)
        return publish_promotion(one, actor=ACTOR, now=NOW)


@pytest.fixture
def parts(shop, over_fifty):  # noqa: F811
    """Of 30 bottles with ten per cent off two parts of 15: amended to 10 each they earn nothing."""
    with transaction.atomic():
        order = place(shop, ACTOR, shop.line(shop.water, 30), confirm=True)
        half = NewPart(supplier_id=shop.hq, quantities={1: Decimal(15)})
        made = split_order(order, [half, half], actor=ACTOR, now=NOW)
    return [part.pk for part in made]


def to_ten(number: int) -> str:
    try:
        with transaction.atomic():
            amend(Order.objects.get(pk=number), 1, 10, ACTOR)
    except DatabaseError:
        return "stopped"
    return "amended"


def test_unlocked_they_write_each_others_lines_and_stop_each_other(parts, monkeypatch):
    replace_lock(monkeypatch, (amending,), "lock_family", lambda _order: None)
    meet_after(monkeypatch, (amending,), "family_of")
    assert in_threads(2, lambda n: to_ten(parts[n]), workers=2) == {"amended": 1, "stopped": 1}


def test_in_turn_both_count_on_what_the_other_left(parts, over_fifty):
    assert in_threads(2, lambda n: to_ten(parts[n]), workers=2) == {"amended": 2}
    totals = Order.objects.filter(pk__in=parts).values_list("total", flat=True)
    assert list(totals) == [Decimal(20), Decimal(20)]
    assert used(BUDGET, str(over_fifty.pk)) == (0, 0)


@pytest.fixture
def waiting(shop, over_fifty):  # noqa: F811
    """Of 30 bottles submitted at 54.00 a part of 10 and one of 20: without its discount the second costs
    40.00, which finance must agree to. Its people."""
    with transaction.atomic():
        step = {"key": "s", "name": "财务", "mode": "any", "roles": ["finance"], "users": []}
        draft = ChainDraft(
            kind="orders.order",
            name="链",
            amount_from=Decimal(38),
            amount_to=Decimal(50),
            steps=(step,),
        )
        save_chain(Node.objects.get(pk=shop.hq), draft=draft, actor=ACTOR)
        order = place(shop, ACTOR, shop.line(shop.water, 30), submit=True)
        made = [
            NewPart(supplier_id=shop.hq, quantities={1: Decimal(quantity)}) for quantity in (10, 20)
        ]
        parts = split_order(order, made, actor=ACTOR, now=NOW)
    return [part.pk for part in parts]


def lower_the_first(parts: list[int], quantity: int = 4) -> str:
    try:
        with transaction.atomic():
            amend(Order.objects.get(pk=parts[0]), 1, quantity, ACTOR)
    except DatabaseError:
        return "stopped"
    return "amended"


def confirm_the_second(parts: list[int]) -> str:
    try:
        with transaction.atomic():
            confirm_order(Order.objects.get(pk=parts[1]), actor=ACTOR, now=NOW)
    except NeedsApproval:
        return "waits"
    return "confirmed"


def seen(parts: list[int]) -> tuple[str, str, Decimal]:
    second = Order.objects.get(pk=parts[1])
    return second.status, second.approval, second.total


def test_unlocked_a_part_is_confirmed_though_it_went_back_to_approval(waiting, monkeypatch):
    """Who confirms read the part before it went back, and writes after it did."""

    def read_early(ids):
        found = list(Order.objects.filter(pk__in=ids).order_by("pk"))
        assert in_threads(1, lambda _n: lower_the_first(waiting)) == {"amended": 1}
        return found

    replace_lock(monkeypatch, (deciding,), "lock_orders", read_early)
    assert confirm_the_second(waiting) == "confirmed"
    assert seen(waiting) == ("confirmed", "pending", 40)


def test_in_turn_a_part_is_confirmed_before_it_goes_back_or_waits(waiting):
    acts = (lower_the_first, confirm_the_second)
    results = in_threads(2, lambda n: acts[n](waiting), workers=2)
    assert results.pop("amended") == 1
    as_it_went = {"confirmed": ("confirmed", "", 40), "waits": ("submitted", "pending", 40)}
    assert [as_it_went[result] for result in results] == [seen(waiting)]


@pytest.fixture
def finance(shop):  # noqa: F811
    """Decides what waits: `finance(_)`."""
    person = shop.people["finance"]

    def agree(_parts: list[int]) -> str:
        try:
            with scoped(person) as actor:
                request = Approval.objects.get(state="open")
                decide_approval(request, step="s", verdict="approved", actor=actor, now=NOW)
        except DatabaseError:
            return "stopped"
        return "agreed"

    return agree


@pytest.fixture
def asked(waiting):
    """The second part waits for finance."""
    assert lower_the_first(waiting) == "amended"
    return waiting


def test_deciding_before_the_order_is_locked_stops_who_changes_it(asked, finance, monkeypatch):
    """One has the request and wants the order, the other has the order and wants the request."""
    kind, both_hold_one = kinds.kind_of("orders.order"), Barrier(2, timeout=20)

    def approved(request, **context):
        both_hold_one.wait()
        return kind.on_approved(request, **context)

    def reconsider(order, **context):
        both_hold_one.wait()
        return reconsider_approval(order, **context)

    unlocked = replace(kind, lock=lambda _subject: None, on_approved=approved)
    monkeypatch.setitem(kinds._kinds, "orders.order", unlocked)
    monkeypatch.setattr(family, "reconsider_approval", reconsider)
    acts = (finance, lambda both: lower_the_first(both, 10))
    assert in_threads(2, lambda n: acts[n](asked), workers=2)["stopped"] == 1


def test_deciding_and_changing_at_once_do_not_stop_each_other(asked, finance):
    acts = (finance, lambda both: lower_the_first(both, 10))
    assert in_threads(2, lambda n: acts[n](asked), workers=2) == {"agreed": 1, "amended": 1}
    assert seen(asked) == ("submitted", "approved", 36)
