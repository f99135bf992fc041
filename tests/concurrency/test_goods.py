"""The last goods, double clicks and two people at once: transfers, returns, counts, receipts, claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market, order
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.goods.reports.models import StockReport
from yunhe.goods.reports.services import save_counts, start_report, submit_report
from yunhe.goods.returns.models import Return
from yunhe.goods.returns.services import (
    AskedLine,
    RightTerms,
    grant_right,
    move_return,
    request_return,
)
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.services import (
    Receipt,
    create_shipment,
    decide_claim,
    pack_shipment,
    receive_shipment,
    ship_shipment,
)
from yunhe.goods.stock.models import StockBalance
from yunhe.goods.stock.queries import differences
from yunhe.goods.stock.services import MovementLine, record_movements
from yunhe.goods.transfers.models import Transfer
from yunhe.goods.transfers.services import NewLine, move_transfer, propose_transfer
from yunhe.money.ledger.models import Entry, LegalEntity
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import DomainError
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


def test_two_transfers_of_the_last_goods_and_one_leaves(market) -> None:
    _hq, dealers, skus = market
    sender, receiver = dealers[:2]
    give(sender, skus[0], 10)
    people = {sender: owner(sender), receiver: owner(receiver)}
    for _number in range(2):
        with transaction.atomic():
            line = NewLine(sku_id=skus[0], quantity=D(8), unit_price=D(2))
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
    ids = list(Transfer.objects.values_list("pk", flat=True))

    def ship(number: int) -> str:
        def act() -> None:
            with scoped(people[sender]) as actor:
                transfer = Transfer.objects.get(pk=ids[number % 2])
                move_transfer(transfer, "ship", actor=actor, now=timezone.now())

        return attempt(act)

    results = in_threads(6, ship, workers=6)
    assert results["done"] == 1
    assert held(sender, skus[0]) == {"available": 2}
    assert held(receiver, skus[0]) == {"in_transit": 8}
    assert differences() == []


def test_two_returns_of_the_last_goods_and_one_leaves(market) -> None:
    _hq, dealers, skus = market
    dealer = dealers[0]
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

    def ask(_number: int) -> str:
        def act() -> None:
            with scoped(person) as actor:
                request_return(
                    right,
                    [AskedLine(sku_id=skus[0], quantity=D(8))],
                    reason="slow",
                    actor=actor,
                    now=timezone.now(),
                )

        return attempt(act)

    # 50 % of 200 is 100; each return asks 16: six fit, the others would exceed the right
    results = in_threads(8, ask, workers=8)
    assert results == {"done": 6, "returns.exhausted": 2}
    ids = list(Return.objects.values_list("pk", flat=True))
    for pk in ids:
        with transaction.atomic():
            move_return(Return.objects.get(pk=pk), "approve", actor=ACTOR, now=timezone.now())

    def ship(number: int) -> str:
        def act() -> None:
            with scoped(person) as actor:
                move_return(
                    Return.objects.get(pk=ids[number]), "ship", actor=actor, now=timezone.now()
                )

        return attempt(act)

    assert in_threads(6, ship, workers=6)["done"] == 1
    assert held(dealer, skus[0]) == {"available": 2}


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
    if not LegalEntity.objects.exists():  # the test before emptied every table
        LegalEntity.objects.create(code="YH", name="澜禾食品")
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
