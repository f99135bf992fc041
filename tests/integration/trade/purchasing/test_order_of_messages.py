"""A supplier hears of a purchase order and its changes in their order, and of a state only once."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR, ops, shop  # noqa: F401  # fixtures
from tests.integration.trade.purchasing.test_push import SIMULATOR, amend, order, send_all, state_of

from yunhe.platform.connectors.models import Message
from yunhe.platform.connectors.queries import list_messages
from yunhe.platform.connectors.services import SCHEDULE, replay_message
from yunhe.platform.errors import Conflict
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import (
    cancel_order,
    confirm_order,
    create_order,
    reopen_order,
    submit_order,
)
from yunhe.trade.purchasing.compute import AnsweredChange, read_850, read_860, write_865
from yunhe.trade.purchasing.models import PurchaseChange
from yunhe.trade.purchasing.services import poll_suppliers, reconcile, record_answers
from yunhe.trade.purchasing.suppliers import SupplierSimulator, register_supplier

__all__ = ["order"]
D = Decimal


class Listener(SupplierSimulator):
    """A supplier that writes down what reaches it; `fails` calls do not, and nothing of `refused` kinds."""

    def __init__(self) -> None:
        self.fails = 0
        self.refused: set[str] = set()
        self.heard: list[tuple[str, dict[int, Decimal]]] = []
        self.lost: set[str] = set()

    def send(self, kind: str, key: str, body: str) -> str:
        if kind in self.refused:
            raise ValueError("unknown document")
        if self.fails:
            self.fails -= 1
            raise OSError("no line")
        if kind == "x12.850":
            [sent] = read_850(body)
            self.heard.append((key, {line.row: line.quantity for line in sent.lines}))
        else:
            [change] = read_860(body)
            self.heard.append((key, {line.row: line.after for line in change.lines}))
        return super().send(kind, key, body)

    def known(self, numbers):
        return set(numbers) - self.lost


@pytest.fixture
def supplier():
    made = Listener()
    register_supplier(made)
    yield made
    register_supplier(SupplierSimulator())


@pytest.fixture
def now() -> datetime:
    """Some time after everything that the test queues first."""
    return timezone.now() + timedelta(minutes=1)


def line_of(order: Order, row: int) -> int:
    return order.lines.get(row=row).pk


def give_up(supplier: Listener, now: datetime) -> datetime:
    """Fail until the message that is due is given up; the day after."""
    supplier.fails = 1000
    for _attempt in range(len(SCHEDULE) + 1):
        send_all(now)
        now += timedelta(days=2)
    supplier.fails = 0
    return now


def states() -> list[tuple[str, str]]:
    return [(m.key.partition(".")[2] or "order", m.state) for m in Message.objects.order_by("pk")]


def test_a_change_waits_for_its_purchase_order_that_is_still_tried(order, supplier, now):
    supplier.fails = 2
    dispatch_all()
    assert send_all(now) == 1
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    number = f"PO-{order.number}"
    assert [(m.key, m.waits_for) for m in list_messages()] == [
        (f"{number}.1", number),
        (number, ""),
    ]
    assert send_all(now) == 0
    assert send_all(now + timedelta(minutes=2)) == 1
    assert send_all(now + timedelta(minutes=3)) == 0
    assert send_all(now + timedelta(minutes=8)) == 2
    assert supplier.heard == [(number, {1: D(10), 2: D(90)}), (f"{number}.1", {2: D(40)})]
    assert [m.waits_for for m in list_messages()] == ["", ""]


def test_changes_leave_in_their_order_and_hold_nobody_else(order, supplier, shop, now):  # noqa: F811
    dispatch_all()
    assert send_all(now) == 1
    supplier.fails = 1
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    assert send_all() == 1
    amend(order, {line_of(order, 2): D(30)})
    placed = create_order(
        node_id=shop.dealer, lines=[shop.line(shop.tea, 3)], actor=ACTOR, now=now, confirm=True
    )
    other = Order.objects.get(pk=placed.order_id)
    dispatch_all()
    assert send_all() == 1
    assert send_all(timezone.now() + timedelta(minutes=2)) == 2
    assert [key for key, _said in supplier.heard] == [
        f"PO-{order.number}",
        f"PO-{other.number}",
        f"PO-{order.number}.1",
        f"PO-{order.number}.2",
    ]


def test_an_order_given_up_tells_the_change_that_waited_when_it_is_replayed(order, supplier, now):
    dispatch_all()
    supplier.fails = 1
    send_all(now)
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    later = give_up(supplier, now + timedelta(days=1))
    assert states() == [("order", "dead"), ("1", "pending")]
    dispatch_all()
    dispatch_all()
    assert states() == [("order", "dead"), ("1", "dropped")]
    sent, waiting = Message.objects.order_by("pk")
    assert waiting.error == f"内容已并入 PO-{order.number}，重新发送时一并告知。"
    assert PurchaseChange.objects.get().state == "merged"
    with pytest.raises(Conflict, match="不再需要"):
        replay_message(waiting, actor=ACTOR, now=later)
    replay_message(sent, actor=ACTOR, now=later)
    assert send_all(later) == 1
    assert supplier.heard == [(f"PO-{order.number}", {1: D(10), 2: D(40)})]
    poll_suppliers(actor=ACTOR, now=later)
    poll_suppliers(actor=ACTOR, now=later + timedelta(hours=2))
    assert state_of(order)[1:] == ["accepted", [D(10), D(40)]]


def test_changes_of_an_order_that_was_given_up_become_part_of_it(order, supplier, shop, now):  # noqa: F811
    dispatch_all()
    later = give_up(supplier, now)
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    amend(order, {line_of(order, 1): D(0)}, [shop.line(shop.tea, 7)])
    dispatch_all()
    assert states() == [("order", "dead"), ("1", "dropped"), ("2", "dropped")]
    assert send_all(later) == 0
    replay_message(Message.objects.earliest("pk"), actor=ACTOR, now=later)
    assert send_all(later) == 1
    assert supplier.heard == [(f"PO-{order.number}", {2: D(40), 3: D(7)})]
    amend(order, {line_of(order, 2): D(20)})
    dispatch_all()
    assert send_all(later) == 1
    assert supplier.heard[1:] == [(f"PO-{order.number}.3", {2: D(20)})]


def test_an_order_that_never_arrived_and_is_cancelled_is_not_sent(order, supplier, now):
    dispatch_all()
    later = give_up(supplier, now)
    dispatch_all()
    cancel_order(Order.objects.get(pk=order.pk), reason="x", actor=ACTOR, now=now)
    dispatch_all()
    assert states() == [("order", "dropped"), ("1", "dropped")]
    assert state_of(order)[1] == "cancelled"
    with pytest.raises(Conflict):
        replay_message(Message.objects.earliest("pk"), actor=ACTOR, now=later)
    for use in (reopen_order, submit_order, confirm_order):
        use(Order.objects.get(pk=order.pk), actor=ACTOR, now=now)
    dispatch_all()
    assert send_all(later) == 1
    assert supplier.heard == [(f"PO-{order.number}-2", {1: D(10), 2: D(90)})]


def test_a_change_given_up_tells_the_later_ones(order, supplier, now):
    dispatch_all()
    send_all(now)
    supplier.refused = {"x12.860"}
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    assert send_all() == 1
    dispatch_all()
    amend(order, {line_of(order, 1): D(12)})
    dispatch_all()
    assert states() == [("order", "sent"), ("1", "dead"), ("2", "dropped")]
    supplier.refused = set()
    replay_message(Message.objects.get(key__endswith=".1"), actor=ACTOR, now=timezone.now())
    assert send_all() == 1
    number = f"PO-{order.number}"
    assert supplier.heard[1:] == [(f"{number}.1", {1: D(12), 2: D(40)})]
    first, second = PurchaseChange.objects.all()
    assert (first.state, second.state) == ("open", "merged")
    no = write_865(
        AnsweredChange(number, 1, "R", "IR"), sender="S", receiver="Y", control=1, at=now
    )
    record_answers(SIMULATOR, no, actor=ACTOR, now=now)
    assert state_of(order)[2] == [D(10), D(90)]


def test_a_change_that_is_taken_back_before_it_left_is_not_sent(order, supplier, now):
    dispatch_all()
    send_all(now)
    supplier.refused = {"x12.860"}
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    send_all()
    amend(order, {line_of(order, 2): D(90)})
    dispatch_all()
    assert states() == [("order", "sent"), ("1", "dropped"), ("2", "dropped")]
    assert {change.state for change in PurchaseChange.objects.all()} == {"merged"}


def test_an_order_replayed_before_its_end_was_heard_is_followed_by_its_change(order, supplier, now):
    dispatch_all()
    supplier.fails = 1
    send_all(now)
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    later = give_up(supplier, now + timedelta(days=1))
    replay_message(Message.objects.earliest("pk"), actor=ACTOR, now=later)
    dispatch_all()
    assert send_all(later) == 2
    number = f"PO-{order.number}"
    assert supplier.heard == [(number, {1: D(10), 2: D(90)}), (f"{number}.1", {2: D(40)})]


def test_an_order_that_the_supplier_lost_is_told_as_it_is_now(order, supplier, now):
    dispatch_all()
    amend(order, {line_of(order, 2): D(40)})
    dispatch_all()
    assert send_all(timezone.now()) == 2
    poll_suppliers(actor=ACTOR, now=now)
    supplier.lost = {f"PO-{order.number}"}
    later = now + timedelta(days=2)
    assert reconcile(now=later) == 1
    assert send_all(later) == 1
    assert supplier.heard[2:] == [(f"PO-{order.number}", {1: D(10), 2: D(40)})]
    assert PurchaseChange.objects.get().state == "merged"
