"""Two shipments of a part, or one heard twice, are credited to the serving dealer at the same time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.money.ledger.queries import balance_of
from yunhe.platform.access.models import Node
from yunhe.trade.orders.events import MovedLine
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, NewPart, create_order, split_order
from yunhe.trade.sourcing.models import Part, PartCredit
from yunhe.trade.sourcing.services import credit_shipment, crediting

__all__ = ["market"]
pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


@pytest.fixture
def part(market) -> Part:
    """Two bottles at 2.00 that a dealer serves for 0.75 %: 0.015 of the first, 0.03 of both."""
    _hq, dealers, skus = market
    now, server = timezone.now(), dealers[1]
    open_place(Node.objects.get(pk=server), supplies=True, actor=ACTOR)
    goods = [GoodsLine(sku_id=skus[0], quantity=D(2))]
    receive_goods(server, goods, ref="own", on=timezone.localdate(), actor=ACTOR, now=now)
    with transaction.atomic():
        lines = [NewLine(skus[0], "bottle", D(2))]
        placed = create_order(node_id=dealers[0], lines=lines, actor=ACTOR, now=now, confirm=True)
        wanted = [NewPart(supplier_id=server, quantities={1: D(2)})]
        whole = Order.objects.get(pk=placed.order_id)
        [served] = split_order(whole, wanted, actor=ACTOR, now=now)
        return Part.objects.create(
            order=served,
            node_id=dealers[0],
            supplier_id=server,
            state="accepted",
            fee_percent=D("0.75"),
            created_at=now,
        )


def credit_at_once(part: Part, shipments: tuple[int, int]) -> None:
    """One bottle a shipment, each credited by a thread of its own."""
    moved = [MovedLine(row=1, sku_id=part.order.lines.get().sku_id, quantity=D(1), amount=D(2))]

    def credit(number: int) -> str:
        with transaction.atomic():
            credit_shipment(
                part.pk,
                shipment=shipments[number],
                moved=moved,
                on=timezone.localdate(),
                actor=ACTOR,
                now=timezone.now(),
            )
        return "credited"

    in_threads(2, credit, workers=2)


def fees() -> list[Decimal]:
    return sorted(PartCredit.objects.values_list("fee", flat=True))


def take_the_lock_out(monkeypatch) -> None:
    def read(order_id: int) -> Part:
        return Part.objects.select_related("order").get(pk=order_id)

    replace_lock(monkeypatch, (crediting,), "lock_part", read)
    meet_after(monkeypatch, (crediting,), "_served")


def test_two_shipments_at_once_sum_to_the_fee_of_both(part) -> None:
    credit_at_once(part, (1, 2))
    assert fees() == [D("0.01"), D("0.02")]
    assert balance_of(part.supplier_id) == D("-4.03")


def test_without_the_lock_both_round_their_fee_up(part, monkeypatch) -> None:
    take_the_lock_out(monkeypatch)
    credit_at_once(part, (1, 2))
    assert fees() == [D("0.02"), D("0.02")]


def test_one_shipment_heard_twice_at_once_is_credited_once(part) -> None:
    credit_at_once(part, (1, 1))
    assert fees() == [D("0.02")]
    assert balance_of(part.supplier_id) == D("-2.02")


def test_without_the_lock_the_databases_key_stops_the_second(part, monkeypatch) -> None:
    take_the_lock_out(monkeypatch)
    with pytest.raises(IntegrityError, match="sourcing_credit_once"):
        credit_at_once(part, (1, 1))
    assert balance_of(part.supplier_id) == D("-2.02")
