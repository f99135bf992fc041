"""Confirmed orders reach a supplier's system once, and its answers stand beside the lines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR, ops, shop  # noqa: F401  # fixtures

from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.platform.connectors.models import ConnectorState, Message
from yunhe.platform.connectors.services import SCHEDULE, replay_message, send_next
from yunhe.platform.errors import Conflict, NotFound
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.notifications.models import Notification
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import (
    amend_order,
    cancel_order,
    confirm_order,
    create_order,
    reopen_order,
    submit_order,
)
from yunhe.trade.purchasing.compute import (
    Answered,
    AnsweredChange,
    AnsweredLine,
    write_855,
    write_865,
)
from yunhe.trade.purchasing.errors import AnswerUnreadable
from yunhe.trade.purchasing.models import PurchaseChange, PurchaseOrder, SupplierLink
from yunhe.trade.purchasing.services import (
    ensure_change,
    poll_suppliers,
    reconcile,
    record_answers,
)
from yunhe.trade.purchasing.suppliers import SupplierSimulator, register_supplier

D = Decimal
SIMULATOR = SupplierSimulator.code
WANTED = timezone.localdate() + timedelta(days=7)


@pytest.fixture
def order(shop) -> Order:  # noqa: F811
    """10 tea and 90 water, wanted in a week, from a place that a supplier's system serves."""
    SupplierLink.objects.create(node_id=shop.hq, connector=SIMULATOR, account="ACME")
    placed = create_order(
        node_id=shop.dealer,
        lines=[shop.line(shop.tea, 10), shop.line(shop.water, 90)],
        wanted_on=WANTED,
        actor=ACTOR,
        now=timezone.now(),
        confirm=True,
    )
    return Order.objects.get(pk=placed.order_id)


def send_all(now: datetime | None = None) -> int:
    sent = 0
    while send_next(now=now):
        sent += 1
    return sent


def answer(order: Order, *lines: AnsweredLine, reference: str = "R1", whole: str = "") -> str:
    told = Answered(f"PO-{order.number}", reference, lines, whole)
    return write_855(told, sender="S", receiver="Y", control=1, at=datetime(2026, 3, 2))


def take(text: str) -> PurchaseOrder:
    return record_answers(SIMULATOR, text, actor=ACTOR, now=timezone.now())[0]


def test_a_confirmed_order_is_pushed_once_and_answered(order):
    dispatch_all()
    dispatch_all()
    purchase = PurchaseOrder.objects.get()
    assert (purchase.number, purchase.state) == (f"PO-{order.number}", "queued")
    assert "PO1*1*10*BO*3.5**VP*tea~" in purchase.message.body
    assert send_all() == 1
    now = timezone.now()
    assert poll_suppliers(actor=ACTOR, now=now) == 0
    purchase.refresh_from_db()
    assert purchase.state == "sent"
    assert poll_suppliers(actor=ACTOR, now=now + timedelta(hours=2)) == 1
    purchase.refresh_from_db()
    assert (purchase.state, purchase.reference) == ("accepted", f"SIM-PO-{order.number}")
    assert [(x.answer, x.confirmed, x.deliver_on) for x in purchase.lines.all()] == [
        ("IA", D(10), WANTED),
        ("IA", D(90), WANTED),
    ]
    assert poll_suppliers(actor=ACTOR, now=now + timedelta(hours=3)) == 0


def test_changes_stand_beside_the_lines_and_a_repetition_changes_nothing(order):
    dispatch_all()
    send_all()
    text = answer(order, AnsweredLine(1, "IC", D(8), date(2026, 3, 12)), AnsweredLine(2, "IR"))
    first = take(text)
    assert first.state == "changed"
    assert [(x.confirmed, x.deliver_on) for x in first.lines.all()] == [
        (D(8), date(2026, 3, 12)),
        (D(0), None),
    ]
    again = take(text)
    assert again.answered_at == first.answered_at
    assert take(answer(order, whole="IR", reference="R2")).state == "rejected"


def test_an_answer_that_does_not_fit_changes_nothing(order):
    dispatch_all()
    for lines in (
        [AnsweredLine(1, "IA", D(11)), AnsweredLine(2, "IA")],
        [AnsweredLine(1, "IA")],
        [AnsweredLine(1, "IA"), AnsweredLine(2, "IA"), AnsweredLine(9, "IA")],
    ):
        with pytest.raises(AnswerUnreadable):
            take(answer(order, *lines))
    with pytest.raises(AnswerUnreadable):
        take("nonsense")
    with pytest.raises(NotFound):
        take(answer(order, whole="IA").replace(f"PO-{order.number}", "PO-OTHER"))
    assert PurchaseOrder.objects.get().answered_at is None


def state_of(order) -> list:
    purchase = PurchaseOrder.objects.latest("pk")
    return [purchase.number, purchase.state, [x.quantity for x in purchase.lines.all()]]


def answered_later(days: int = 1) -> None:
    dispatch_all()
    send_all()
    poll_suppliers(actor=ACTOR, now=timezone.now() + timedelta(days=days))
    dispatch_all()


def amend(order, quantities, lines=()) -> None:
    amend_order(
        Order.objects.get(pk=order.pk),
        quantities=quantities,
        more=lines,
        actor=ACTOR,
        now=timezone.now(),
    )


def test_an_amended_order_changes_the_purchase_order_once(order, shop):  # noqa: F811
    answered_later()
    water = order.lines.get(row=2)
    amend(order, {water.pk: D(40)})
    dispatch_all()
    dispatch_all()
    [change] = PurchaseChange.objects.all()
    assert f"BCH*04*SA*PO-{order.number}**1*" in change.message.body
    assert "POC*2*QD*40*40*BO*2**VP*water~" in change.message.body
    assert state_of(order)[1:] == ["accepted", [D(10), D(40)]]
    answered_later()
    change.refresh_from_db()
    assert (change.state, change.reference) == ("accepted", f"SIM-PO-{order.number}.1")
    ensure_change(order.pk, now=timezone.now())
    assert PurchaseChange.objects.count() == 1


def test_a_line_taken_out_is_deleted_at_the_supplier_and_a_new_one_added(order, shop):  # noqa: F811
    answered_later()
    water = order.lines.get(row=2)
    amend(order, {water.pk: D(0)}, [shop.line(shop.water, 7)])
    dispatch_all()
    [change] = PurchaseChange.objects.all()
    assert "POC*2*DI*0*0*BO" in change.message.body
    assert "POC*3*AI*7*7*BO*2**VP*water~" in change.message.body
    assert state_of(order)[2] == [D(10), D(0), D(7)]


def test_a_cancelled_order_cancels_and_confirmed_anew_it_is_bought_anew(order):
    answered_later()
    cancel_order(Order.objects.get(pk=order.pk), reason="x", actor=ACTOR, now=timezone.now())
    dispatch_all()
    [change] = PurchaseChange.objects.all()
    assert change.cancels
    assert "POC*1*DI*0*0*BO*3.5**VP*tea~" in change.message.body
    answered_later()
    assert state_of(order)[1] == "cancelled"
    for use in (reopen_order, submit_order, confirm_order):
        use(Order.objects.get(pk=order.pk), actor=ACTOR, now=timezone.now())
    dispatch_all()
    assert state_of(order) == [f"PO-{order.number}-2", "queued", [D(10), D(90)]]


def test_a_refused_change_puts_the_quantities_back_and_tells_people(order, make_user, shop, tree):  # noqa: F811
    answered_later()
    water = order.lines.get(row=2)
    amend(order, {water.pk: D(40)})
    dispatch_all()
    no = AnsweredChange(f"PO-{order.number}", 1, "R9", "IR")
    text = write_865(no, sender="S", receiver="Y", control=1, at=datetime(2026, 3, 2))
    take(text)
    take(text)
    dispatch_all()
    assert state_of(order)[2] == [D(10), D(90)]
    assert Notification.objects.filter(kind="purchasing.changed").count() == 1
    with pytest.raises(NotFound):
        take(text.replace("**1*", "**7*"))


def test_an_answer_that_crosses_a_change_is_understood(order):
    dispatch_all()
    send_all()
    amend(order, {order.lines.get(row=2).pk: D(40)})
    dispatch_all()
    purchase = take(answer(order, AnsweredLine(1, "IA", D(10)), AnsweredLine(2, "IA", D(90))))
    assert (purchase.state, [x.confirmed for x in purchase.lines.all()]) == (
        "accepted",
        [D(10), D(40)],
    )


class Broken(SupplierSimulator):
    """A supplier that nobody reaches."""

    calls = 0

    def send(self, kind, key, body):
        Broken.calls += 1
        raise OSError("no line")


def test_a_supplier_that_fails_is_left_alone_then_given_up_and_can_be_replayed(order):
    dispatch_all()
    register_supplier(Broken())
    now = timezone.now()
    try:
        for attempt in range(len(SCHEDULE) + 1):
            assert send_all(now) == 1
            assert send_all(now) == 0
            now += timedelta(days=2)
            message = Message.objects.get()
            dead = attempt == len(SCHEDULE)
            assert (message.state, message.attempts) == ("dead" if dead else "pending", attempt + 1)
    finally:
        register_supplier(SupplierSimulator())
    assert Broken.calls == len(SCHEDULE) + 1
    assert "no line" in message.error
    replay_message(message, actor=ACTOR, now=now)
    assert send_all(now) == 1
    message.refresh_from_db()
    assert (message.state, message.reference) == ("sent", f"SIM-{message.key}")
    with pytest.raises(Conflict):
        replay_message(message, actor=ACTOR, now=now)


def test_an_open_breaker_costs_no_attempt(order):
    dispatch_all()
    now = timezone.now()
    ConnectorState.objects.create(code=SIMULATOR, failures=3, open_until=now + timedelta(minutes=5))
    assert send_all(now) == 1
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("pending", 0)
    assert send_all(now + timedelta(minutes=11)) == 1
    message.refresh_from_db()
    assert message.state == "sent"


class Forgetful(SupplierSimulator):
    """A supplier that lost what it was sent."""

    def known(self, numbers):
        return set()


def test_what_a_supplier_lost_is_sent_again(order):
    dispatch_all()
    send_all()
    poll_suppliers(actor=ACTOR, now=timezone.now())
    later = timezone.now() + timedelta(days=2)
    assert reconcile(now=later) == 0
    register_supplier(Forgetful())
    try:
        assert reconcile(now=later) == 1
    finally:
        register_supplier(SupplierSimulator())
    assert PurchaseOrder.objects.get().state == "queued"
    assert send_all(later) == 1


def test_a_supply_place_is_connected_over_the_api(shop, client):  # noqa: F811
    client.force_login(User.objects.get(pk=shop.people["ops"]))
    path = f"/api/v1/purchasing/suppliers/{shop.hq}"

    def put(body):
        set_role("none")
        return client.put(path, body, content_type="application/json")

    assert put({"connector": "nowhere", "account": "A"}).status_code == 422
    made = put({"connector": SIMULATOR, "account": "ACME"})
    assert (made.status_code, made.json()["account"], made.json()["active"]) == (200, "ACME", True)
    assert put({"active": False}).json()["account"] == "ACME"
    set_role("none")
    assert [link["active"] for link in client.get("/api/v1/purchasing/suppliers").json()] == [False]
    set_role("none")
    assert SupplierLink.objects.get(pk=shop.hq).active is False
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    assert put({"active": True}).status_code == 403
