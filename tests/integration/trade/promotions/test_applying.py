"""What a partner's priced lines get."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.integration.trade.promotions.conftest import TODAY

from yunhe.platform.access.session import scoped
from yunhe.platform.capacity import services as capacity
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.queries import apply_promotions
from yunhe.trade.promotions.services import open_partner_uses
from yunhe.trade.promotions.wording import explain, snapshot_of


def priced(node, *asked):
    lines = [AskedLine(sku, unit, Decimal(quantity)) for sku, unit, quantity in asked]
    return price_lines(node_id=node.pk, lines=lines, on=TODAY)


def applied(node, *asked, on=TODAY, **more):
    return apply_promotions(node_id=node.pk, lines=priced(node, *asked), on=on, **more)


def test_nothing_active_costs_one_statement(skus, partners, django_assert_num_queries):
    lines = priced(partners["D1"], (skus["A"], "case", 1))
    with django_assert_num_queries(1):
        basket = apply_promotions(node_id=partners["D1"].pk, lines=lines, on=TODAY)
    assert (basket.discount, basket.free, basket.holds()) == (0, (), {})


def test_any_number_of_lines_costs_two_statements(
    skus, partners, promotion, django_assert_num_queries
):
    promotion()
    promotion(kind="buy_get", definition={"buy": 10, "get": 1, "unit": "case"})
    lines = priced(partners["D1"], *[(skus["A"], "case", 1)] * 1000)
    with django_assert_num_queries(2):
        basket = apply_promotions(node_id=partners["D1"].pk, lines=lines, on=TODAY)
    # both exclusive: 1,000 cases × 120 at 10 % = 12,000; 100 free cases are worth as much, the older wins
    assert basket.discount == 12000


def test_free_cases(skus, partners, promotion):
    promotion(kind="buy_get", definition={"buy": 10, "get": 1, "unit": "case"})
    basket = applied(partners["D1"], (skus["A"], "case", 15))
    [free] = basket.free
    assert (free.sku_id, free.unit, free.quantity, free.base_quantity) == (skus["A"], "case", 1, 12)
    assert applied(partners["D1"], (skus["A"], "bottle", 240)).free[0].quantity == 2


@pytest.mark.parametrize(
    ("terms", "offs"),
    [
        ({"place": "R1"}, (12, 0)),
        ({"place": "D2"}, (0, 12)),
        ({"levels": ["store"]}, (0, 0)),
        ({"tiers": ["growth"]}, (0, 12)),
        ({"weekdays": [7]}, (12, 12)),
        ({"weekdays": [1]}, (0, 0)),
        ({"valid_from": date(2026, 11, 23)}, (0, 0)),
        ({"valid_to": date(2026, 11, 22)}, (0, 0)),
    ],
)
def test_targets(skus, partners, promotion, terms, offs):
    promotion(**terms)
    for code, off in zip(("D1", "D2"), offs, strict=True):
        assert applied(partners[code], (skus["A"], "case", 1)).discount == off


def test_a_category_above_selects(skus, partners, promotion):
    from yunhe.trade.catalog.models import Category

    promotion(selector={"categories": [Category.objects.get(code="F").pk], "excluded": [skus["B"]]})
    basket = applied(partners["D1"], (skus["A"], "case", 1), (skus["B"], "case", 1))
    assert [line.discount for line in basket.result.lines] == [12, 0]


def test_a_partner_gets_only_its_own(skus, partners, promotion, make_user):
    promotion("R1")
    promotion("R2", definition={"percent": "20"})
    from yunhe.trade.promotions.queries import list_promotions

    clerk = make_user("dealer_clerk", partners["D1"])
    with scoped(clerk.pk):
        assert [one.name for one in list_promotions()] == ["P1"]
        assert applied(partners["D1"], (skus["A"], "case", 1)).discount == 12


def test_budget_and_uses(skus, partners, promotion):
    made = promotion(budget=Decimal(30), uses=2, partner_uses=1)
    dealer = partners["D1"]
    basket = applied(dealer, (skus["A"], "case", 2))
    assert basket.holds() == {
        BUDGET: {str(made.pk): Decimal(24)},
        USES: {str(made.pk): Decimal(1), f"{made.pk}:{dealer.pk}": Decimal(1)},
    }
    open_partner_uses([basket])
    capacity.reserve_all(basket.holds(), ref="order:1")
    again = applied(dealer, (skus["A"], "case", 1))
    assert (again.discount, again.result.messages[0].code) == (0, "uses")
    # the order that holds it may be priced again
    assert applied(dealer, (skus["A"], "case", 2), ref="order:1").discount == 24
    # 6.00 are left for others
    other = applied(partners["D2"], (skus["A"], "case", 1))
    assert (other.discount, other.result.messages[0].code) == (0, "budget")
    assert applied(partners["D2"], (skus["C"], "case", 1)).discount == 6
    for kind in (BUDGET, USES):
        capacity.release(kind, "order:1")
    assert applied(dealer, (skus["A"], "case", 1)).discount == 12


def test_the_line_tells_why(skus, partners, promotion):
    promotion(stacking="additive")
    promotion(stacking="sequential", definition={"percent": "50"})
    [line] = applied(partners["D1"], (skus["A"], "case", 1)).result.lines
    assert explain(snapshot_of(line)) == [
        "“P1” on ¥120.00: ¥12.00 off, ¥108.00 left.",
        "“P2” on what was left (¥108.00): ¥54.00 off, ¥54.00 left.",
    ]


def test_gifts(skus, partners, promotion):
    gifts = [
        {"sku": skus["C"], "quantity": "1", "unit": "case"},
        {"sku": skus["B"], "quantity": "2"},
    ]
    made = promotion(kind="gift", definition={"measure": "spend", "floor": "100", "gifts": gifts})
    default = applied(partners["D1"], (skus["A"], "case", 1))
    assert [(one.sku_id, one.base_quantity) for one in default.free] == [(skus["C"], 12)]
    chosen = applied(partners["D1"], (skus["A"], "case", 1), choices={made.pk: [1]})
    assert [(one.sku_id, one.unit, one.quantity) for one in chosen.free] == [
        (skus["B"], "bottle", 2)
    ]
