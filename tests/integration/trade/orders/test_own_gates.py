"""Compliance and phasing out on the way of an order; the reader is told the rule."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from yunhe.channel.network.models import Licence
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.trade.catalog.services import move_sku, replace_sku
from yunhe.trade.compliance.services import RuleDraft, save_rule
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import create_order

pytestmark = pytest.mark.django_db
SYSTEM = system_principal("test")


def order(shop, *lines):
    with scoped(shop.people["dealer"]) as dealer:
        return create_order(
            node_id=shop.dealer,
            lines=[shop.line(*line) for line in lines],
            submit=True,
            actor=dealer,
            now=timezone.now(),
        )


def ban(shop, **changes):
    plain = {
        "code": "ALC-1",
        "name": "酒类须备案",
        "name_en": "Alcohol needs a filing",
        "category_id": shop.tea.product.category_id,
        "licence_kind": "alcohol",
        "starts_on": date(2020, 1, 1),
    }
    return save_rule(RuleDraft(**plain | changes), actor=SYSTEM)


def test_a_line_that_the_partner_may_not_buy_is_refused_with_its_rule(shop):
    ban(shop)
    with pytest.raises(LinesRefused) as refused:
        order(shop, (shop.tea, 12))
    (row,) = refused.value.rows
    assert (row["row"], row["sku_id"], row["code"]) == (1, shop.tea.pk, "compliance.refused")
    assert "ALC-1" in row["message"]
    assert not Order.objects.exists()
    Licence.objects.create(node_id=shop.dealer, kind="alcohol", number="1")
    assert order(shop, (shop.tea, 12)).status == "submitted"


def test_what_is_phasing_out_is_sold_as_far_as_stock_goes(shop):
    move_sku(shop.tea, "phase_out", actor=SYSTEM)
    replace_sku(shop.tea, successor=shop.water, actor=SYSTEM)
    with pytest.raises(LinesRefused) as refused:
        order(shop, (shop.tea, 101), (shop.water, 1))
    (row,) = refused.value.rows
    assert (row["row"], row["code"]) == (1, "catalog.phase_out")
    assert shop.water.label in row["message"]
    assert order(shop, (shop.tea, 100)).status == "submitted"


def test_a_discontinued_product_cannot_be_ordered(shop):
    move_sku(shop.tea, "phase_out", actor=SYSTEM)
    move_sku(shop.tea, "discontinue", actor=SYSTEM)
    with pytest.raises(LinesRefused):
        order(shop, (shop.tea, 1))
