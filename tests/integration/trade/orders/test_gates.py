"""Gates: refusals of all of them together, holds beside credit and stock, given back and used up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.models import Account
from yunhe.platform.errors import Conflict
from yunhe.trade.orders import gates
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.gates import WHOLE_ORDER, Gate, Refusal
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import lines_of, order_for
from yunhe.trade.orders.services import (
    cancel_order,
    create_order,
    ship_order,
    submit_order,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


class Quota(Gate):
    """One quota a partner and product, in the capacity kind `fake_quota`."""

    code = "fake_quota"

    def holds(self, asking):
        wanted = {
            f"{asking.node_id}:{sku}": quantity
            for sku, quantity in asking.base_quantities().items()
            if sku in self.skus
        }
        return {"fake_quota": wanted} if wanted else {}

    def explain(self, error, asking):
        short = error.shortages[0]
        return Conflict(f"{short.asked} of {short.available}", code="fake.quota")

    skus: frozenset[int] = frozenset()


class Refuses(Gate):
    """Refuses a product's lines, or the whole order."""

    def __init__(self, code, sku_id=None):
        self.code, self.sku_id = code, sku_id

    def check(self, asking):
        if self.sku_id is None:
            return [Refusal(message="too small", code=self.code)]
        return [
            Refusal(row=line.row, sku_id=line.sku_id, message="forbidden", code=self.code)
            for line in asking.lines
            if line.sku_id == self.sku_id
        ]


@pytest.fixture
def quota(shop):
    gate = Quota()
    gate.skus = frozenset({shop.tea.pk})
    gates.register_gate(gate)
    capacity.open_account("fake_quota", f"{shop.dealer}:{shop.tea.pk}", 30, node_id=shop.dealer)
    yield lambda: Account.objects.get(kind="fake_quota")
    gates.remove_gate("fake_quota")


@pytest.fixture
def refusing(shop):
    for gate in (Refuses("fake.licence", shop.water.pk), Refuses("fake.minimum")):
        gates.register_gate(gate)
    yield
    for code in ("fake.licence", "fake.minimum"):
        gates.remove_gate(code)


def place(shop, actor, *lines, **more):
    return create_order(node_id=shop.dealer, lines=lines, actor=actor, now=NOW, **more)


def test_all_refusals_of_all_gates_come_together_and_nothing_is_held(shop, act_as, refusing):
    with act_as("dealer") as dealer:
        placed = place(shop, dealer, shop.line(shop.tea, 1), shop.line(shop.water, 1))
        with pytest.raises(LinesRefused) as refused, transaction.atomic():
            submit_order(order_for(placed.order_id), actor=dealer, now=NOW)
    assert [(row["row"], row["code"]) for row in refused.value.rows] == [
        (WHOLE_ORDER, "fake.minimum"),
        (2, "fake.licence"),
    ]
    assert not Account.objects.exclude(reserved=0).exists()
    assert Order.objects.get().status == "draft"


def test_a_hold_joins_credit_and_stock_and_is_given_back_with_them(shop, act_as, quota):
    with act_as("dealer") as dealer:
        placed = place(
            shop, dealer, shop.line(shop.tea, 2, "case"), shop.line(shop.tea, 1), submit=True
        )
    assert quota().reserved == 25
    with act_as("dealer") as dealer:
        cancel_order(order_for(placed.order_id), reason="", actor=dealer, now=NOW)
    assert set(Account.objects.values_list("reserved", "committed")) == {(0, 0)}


def test_a_short_gate_explains_itself_and_leaves_nothing(shop, act_as, quota):
    with pytest.raises(Conflict) as refused, act_as("dealer") as dealer:
        place(shop, dealer, shop.line(shop.tea, 31), submit=True)
    assert (refused.value.code, str(refused.value)) == ("fake.quota", "31 of 30.000000")
    assert not Order.objects.exists()
    assert not Account.objects.exclude(reserved=0).exists()


def test_each_shipped_part_uses_up_its_share_of_the_hold(shop, act_as, quota):
    with act_as("ops") as ops:
        placed = place(shop, ops, shop.line(shop.tea, 10), shop.line(shop.water, 3), confirm=True)
        order = order_for(placed.order_id)
        tea, _water = lines_of(order)
        ship_order(order, quantities={tea.pk: Decimal(4)}, actor=ops, now=NOW)
    assert (quota().reserved, quota().committed) == (6, 4)
    with act_as("ops") as ops:
        ship_order(order_for(order.pk), actor=ops, now=NOW)
    assert (quota().reserved, quota().committed) == (0, 10)


def test_a_gate_that_came_after_the_order_does_not_stop_its_shipment(shop, act_as):
    with act_as("ops") as ops:
        placed = place(shop, ops, shop.line(shop.tea, 2), confirm=True)
    gate = Quota()
    gate.skus = frozenset({shop.tea.pk})
    gates.register_gate(gate)
    try:
        with act_as("ops") as ops:
            assert ship_order(order_for(placed.order_id), actor=ops, now=NOW).status == "shipped"
    finally:
        gates.remove_gate("fake_quota")
