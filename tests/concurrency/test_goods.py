"""The last goods, double clicks and two people at once: transfers, returns, counts, receipts, claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market, order
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.goods.reports.models import StockReport
from yunhe.goods.reports.services import save_counts, start_report, submit_report
from yunhe.goods.returns.models import Return, RotationRight
from yunhe.goods.returns.services import (
    AskedLine,
    RightTerms,
    grant_right,
    inspect_return,
    move_return,
    request_return,
)
from yunhe.goods.returns.services import moving as moving_returns
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.services import (
    Receipt,
    create_shipment,
    decide_claim,
    pack_shipment,
    receive_shipment,
    ship_shipment,
)
from yunhe.goods.stock.compute import LotStock
from yunhe.goods.stock.models import StockBalance
from yunhe.goods.stock.queries import Shelf, available, differences
from yunhe.goods.stock.services import MovementLine, record_movements
from yunhe.goods.transfers.models import Transfer
from yunhe.goods.transfers.queries import partner_by_code
from yunhe.goods.transfers.services import (
    NewLine,
    approve_transfer,
    move_transfer,
    propose_transfer,
    set_terms,
)
from yunhe.goods.transfers.services import moving as moving_transfers
from yunhe.money.ledger.models import Entry
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import DomainError
from yunhe.platform.events.models import OutboxEvent
from yunhe.trade.orders.models import Order
from yunhe.trade.sales.services import FactLine, record_facts

__all__ = ["market"]
pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


def owner(node_id: int) -> int:
    """A dealer's owner, who acts."""
    user = User.objects.create_user(f"owner{node_id}", name="王")
    Grant.objects.create(user=user, role="dealer_owner", node_id=node_id)
    return user.pk


def ensure_entity() -> None:
    """Who books: the test before emptied every table."""


def give(node_id: int, sku: int, quantity: int) -> None:
    """Goods in a dealer's stock."""
    line = MovementLine(
        sku_id=sku, quantity=D(quantity), reason="receipt", key=f"g{node_id}", target=node_id
    )
    with transaction.atomic():
        record_movements([line], on=timezone.localdate(), actor=ACTOR, now=timezone.now())


def attempt(act: Callable[[], object]) -> str:
    try:
        with transaction.atomic():
            act()
    except DomainError as error:
        return error.code
    return "done"


def held(node_id: int, sku: int) -> dict[str, Decimal]:
    rows = StockBalance.objects.filter(node_id=node_id, sku_id=sku).exclude(quantity=0)
    return {row.status: row.quantity for row in rows}


def agreed_transfers(sender: int, receiver: int, sku: int) -> tuple[list[int], dict[int, int]]:
    """Two transfers of eight, agreed on, where ten lie; and the owners of both sides."""
    give(sender, sku, 10)
    people = {sender: owner(sender), receiver: owner(receiver)}
    for _number in range(2):
        with transaction.atomic():
            line = NewLine(sku_id=sku, quantity=D(8), unit_price=D(2))
            made = propose_transfer(
                Node.objects.get(pk=sender),
                Node.objects.get(pk=receiver),
                [line],
                actor=ACTOR,
                now=timezone.now(),
            )
        for action, side in (("offer", sender), ("accept", receiver)):
            with transaction.atomic(), scoped(people[side]) as actor:
                move_transfer(made, action, actor=actor, now=timezone.now())
    return list(Transfer.objects.values_list("pk", flat=True)), people


def ship_transfers(ids: list[int], person: int, hands: int) -> dict[str, int]:
    def ship(number: int) -> str:
        def act() -> None:
            with scoped(person) as actor:
                transfer = Transfer.objects.get(pk=ids[number % 2])
                move_transfer(transfer, "ship", actor=actor, now=timezone.now())

        return attempt(act)

    return dict(in_threads(hands, ship, workers=hands))


def unlocked_shelf(
    node_id: int, sku_ids: Iterable[int], *, receiver: int | None, ref: str
) -> Shelf:
    """What lies there, read as anybody would."""
    skus = list(sku_ids)
    there = available(node_id, skus)
    lots = {sku: [LotStock(None, there[sku])] for sku in skus}
    return Shelf(False, False, 0, there, lots)


def test_without_the_lock_both_transfers_of_the_last_goods_leave(market, monkeypatch) -> None:
    _hq, (sender, receiver, *_others), skus = market
    ids, people = agreed_transfers(sender, receiver, skus[0])
    replace_lock(monkeypatch, (moving_transfers,), "shelf_of", unlocked_shelf)
    meet_after(monkeypatch, (moving_transfers,), "shelf_of")
    assert ship_transfers(ids, people[sender], 2) == {"done": 2}
    assert held(sender, skus[0]) == {"available": -6}


def test_two_transfers_of_the_last_goods_and_one_leaves(market) -> None:
    _hq, (sender, receiver, *_others), skus = market
    ids, people = agreed_transfers(sender, receiver, skus[0])
    assert ship_transfers(ids, people[sender], 6)["done"] == 1
    assert held(sender, skus[0]) == {"available": 2}
    assert held(receiver, skus[0]) == {"in_transit": 8}
    assert differences() == []


def approve_twice(market) -> tuple[dict[str, int], int]:
    """Two people of headquarters approve one transfer; what they got, and the steps written."""
    hq, (sender, *_others), skus = market
    with transaction.atomic():
        set_terms(Node.objects.get(pk=hq), partners_propose=True, approve_from=D(0), actor=ACTOR)
    person = owner(sender)
    with transaction.atomic(), scoped(person) as actor:
        line = NewLine(sku_id=skus[0], quantity=D(8), unit_price=D(2))
        sides = (Node.objects.get(pk=sender), partner_by_code("D1"))
        made = propose_transfer(*sides, [line], actor=actor, now=timezone.now())
    results = in_threads(
        2,
        lambda _number: attempt(lambda: approve_transfer(made, actor=ACTOR, now=timezone.now())),
        workers=2,
    )
    return dict(results), made.steps.filter(action="approve").count()


def test_without_the_lock_a_transfer_is_approved_twice(market, monkeypatch) -> None:
    modules = (moving_transfers,)
    replace_lock(monkeypatch, modules, "lock_transfer", lambda pk: Transfer.objects.get(pk=pk))
    meet_after(monkeypatch, modules, "lock_transfer")
    assert approve_twice(market) == ({"done": 2}, 2)


def test_a_transfer_is_approved_once(market) -> None:
    assert approve_twice(market) == ({"done": 1, "transfers.illegal_move": 1}, 1)


def right_of_return(market) -> tuple[RotationRight, int]:
    """50 % of 200 bought, ten in stock; and the dealer's owner."""
    _hq, dealers, skus = market
    dealer = dealers[0]
    ensure_entity()
    give(dealer, skus[0], 10)
    person = owner(dealer)
    with transaction.atomic():
        fact = FactLine(
            line_key="1",
            node_id=dealer,
            sku_id=skus[0],
            on=timezone.localdate(),
            quantity=D(100),
            amount=D(200),
            document="x",
        )
        record_facts([fact], flow="sell_in", source="test", now=timezone.now())
        terms = RightTerms(contract="K", percent=D(50), period="year", valid_from=date(2026, 1, 1))
        right = grant_right(Node.objects.get(pk=dealer), terms, actor=ACTOR)
    return right, person


def ask_returns(right: RotationRight, person: int, sku: int, hands: int) -> dict[str, int]:
    """Each hand asks to return eight at 2.00; what is asked is approved."""

    def ask(_number: int) -> str:
        def act() -> None:
            with scoped(person) as actor:
                line = AskedLine(sku_id=sku, quantity=D(8))
                request_return(right, [line], reason="slow", actor=actor, now=timezone.now())

        return attempt(act)

    results = dict(in_threads(hands, ask, workers=hands))
    for document in Return.objects.all():
        with transaction.atomic():
            move_return(document, "approve", actor=ACTOR, now=timezone.now())
    return results


def ship_returns(person: int) -> dict[str, int]:
    ids = list(Return.objects.values_list("pk", flat=True))

    def ship(number: int) -> str:
        def act() -> None:
            with scoped(person) as actor:
                document = Return.objects.get(pk=ids[number])
                move_return(document, "ship", actor=actor, now=timezone.now())

        return attempt(act)

    return dict(in_threads(len(ids), ship, workers=len(ids)))


def test_without_the_lock_both_returns_of_the_last_goods_leave(market, monkeypatch) -> None:
    _hq, dealers, skus = market
    right, person = right_of_return(market)
    assert ask_returns(right, person, skus[0], 2) == {"done": 2}
    replace_lock(monkeypatch, (moving_returns,), "shelf_of", unlocked_shelf)
    meet_after(monkeypatch, (moving_returns,), "shelf_of")
    assert ship_returns(person) == {"done": 2}
    assert held(dealers[0], skus[0]) == {"available": -6}


def test_two_returns_of_the_last_goods_and_one_leaves(market) -> None:
    _hq, dealers, skus = market
    right, person = right_of_return(market)
    # 50 % of 200 is 100; each return asks 16: six fit, the others would exceed the right
    results = ask_returns(right, person, skus[0], 8)
    assert results == {"done": 6, "returns.exhausted": 2}
    assert ship_returns(person)["done"] == 1
    assert held(dealers[0], skus[0]) == {"available": 2}


def approve_return_twice(market) -> tuple[dict[str, int], int]:
    """Two people approve one request; what they got, and how often the approval was told."""
    _hq, _dealers, skus = market
    right, person = right_of_return(market)
    with transaction.atomic(), scoped(person) as actor:
        line = AskedLine(sku_id=skus[0], quantity=D(8))
        request_return(right, [line], reason="slow", actor=actor, now=timezone.now())
    document = Return.objects.get()

    def approve(_number: int) -> str:
        return attempt(lambda: move_return(document, "approve", actor=ACTOR, now=timezone.now()))

    results = dict(in_threads(2, approve, workers=2))
    told = OutboxEvent.objects.filter(type__contains="returns.return.moved")
    return results, told.filter(data__action="approve").count()


def test_without_the_lock_a_return_is_approved_twice(market, monkeypatch) -> None:
    modules = (moving_returns,)
    replace_lock(monkeypatch, modules, "lock_return", lambda pk: Return.objects.get(pk=pk))
    meet_after(monkeypatch, modules, "lock_return")
    assert approve_return_twice(market) == ({"done": 2}, 2)


def test_a_return_is_approved_once(market) -> None:
    assert approve_return_twice(market) == ({"done": 1, "returns.illegal_move": 1}, 1)


def inspect_twice(market) -> tuple[dict[str, int], Decimal]:
    """One return comes back and two people inspect it; what orders may promise more than before."""
    hq, _dealers, skus = market
    right, person = right_of_return(market)
    ask_returns(right, person, skus[0], 1)
    assert ship_returns(person) == {"done": 1}
    before = available(hq, [skus[0]])[skus[0]]
    document = Return.objects.get()

    def inspect(_number: int) -> str:
        return attempt(lambda: inspect_return(document, {}, actor=ACTOR, now=timezone.now()))

    results = dict(in_threads(2, inspect, workers=2))
    return results, available(hq, [skus[0]])[skus[0]] - before


def test_a_return_is_inspected_once(market) -> None:
    results, more = inspect_twice(market)
    assert (results, more) == ({"done": 1, "returns.illegal_move": 1}, D(8))


def test_a_count_is_begun_and_submitted_once_by_many_hands(market) -> None:
    _hq, dealers, skus = market
    dealer, person = dealers[0], owner(dealers[0])
    give(dealer, skus[0], 10)

    def begin(_number: int) -> str:
        def act() -> None:
            with scoped(person) as actor:
                start_report(dealer, on=timezone.localdate(), actor=actor, now=timezone.now())

        return attempt(act)

    assert in_threads(6, begin, workers=6) == {"done": 6}
    report = StockReport.objects.get()

    def submit(_number: int) -> str:
        def act() -> None:
            with scoped(person) as actor:
                save_counts(report, {skus[0]: D(7)}, actor=actor)
                submit_report(report, actor=actor, now=timezone.now())

        return attempt(act)

    assert in_threads(6, submit, workers=6) == {"done": 1, "reports.closed": 5}
    assert held(dealer, skus[0]) == {"available": 7}


def test_a_delivery_is_received_and_its_claim_credited_once(market) -> None:
    """Two packages, one is missing; receipt and decision are pressed by many hands."""
    _hq, dealers, skus = market
    ensure_entity()
    assert order(dealers[0], {skus[0]: 10}) == "taken"
    now = timezone.now()
    with transaction.atomic():
        shipment = create_shipment(Order.objects.get(), actor=ACTOR, now=now)
        shipment = pack_shipment(shipment, packages=2, actor=ACTOR, now=now)
        ship_shipment(shipment, carrier="own", actor=ACTOR, now=now)
    first = shipment.packages.first()
    receipt = Receipt(scanned=[first.sscc], receiver="王")

    def receive(_number: int) -> str:
        found = Shipment.objects.get()
        return attempt(lambda: receive_shipment(found, receipt, actor=ACTOR, now=timezone.now()))

    assert in_threads(6, receive, workers=6)["done"] == 1
    claim = Claim.objects.get()
    assert claim.amount == D(10)  # five bottles at 2.00

    def decide(_number: int) -> str:
        return attempt(
            lambda: decide_claim(claim, accept=True, answer="", actor=ACTOR, now=timezone.now())
        )

    assert in_threads(6, decide, workers=6)["done"] == 1
    posted = Entry.objects.filter(node_id=dealers[0], kind="credit_note")
    assert [abs(entry.amount) for entry in posted] == [D(10)]
