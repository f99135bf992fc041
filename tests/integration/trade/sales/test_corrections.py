"""Corrections with a reason, closing and reopening, on pages and over the API."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.trade.sales.errors import LinesRefused
from yunhe.trade.sales.models import ClosedPeriod, SalesFact
from yunhe.trade.sales.queries import frontier_of, standing_of
from yunhe.trade.sales.services import (
    FactLine,
    close_period,
    correct_fact,
    record_facts,
    reopen_period,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def people(tree, make_user):
    from yunhe.channel.network.models import Partner

    for code, level in (("D1", "dealer"), ("D2", "dealer"), ("S1", "store"), ("S2", "store")):
        Partner.objects.create(node=tree[code], level=level)
    return {
        "clerk": make_user("dealer_clerk", tree["D1"]),
        "finance": make_user("finance", tree["HQ"]),
        "steward": make_user("data_steward", tree["HQ"]),
    }


@pytest.fixture
def fact(tree, catalog, people):
    line = FactLine(
        line_key="1",
        node_id=tree["D1"].pk,
        sku_id=catalog["COLA"],
        on=DAY,
        quantity=Decimal(10),
        amount=Decimal(50),
    )
    source = f"sell_out:{tree['D1'].pk}"
    record_facts([line], flow="sell_out", source=source, now=NOW, by_house=False)
    forget()
    return SalesFact.objects.get()


def forget():
    """Drop the working tables of a batch: each request has its own role and transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sales_incoming, sales_known")


def test_a_correction_is_a_delta_with_its_reason(fact, people):
    with scoped(people["clerk"].pk) as actor:
        done = correct_fact(
            fact, quantity=Decimal(8), amount=Decimal(40), reason="数错", actor=actor, now=NOW
        )
        assert (done.recorded, done.corrected) == (1, 1)
        delta = SalesFact.objects.get(corrects=fact)
        assert (delta.quantity, delta.amount, delta.reason) == (-2, -10, "数错")
        correct_fact(
            delta, quantity=Decimal(9), amount=Decimal(45), reason="又数", actor=actor, now=NOW
        )
        assert standing_of(fact) == (9, 45)
        assert SalesFact.objects.get(pk=fact.pk).quantity == 10
        again = correct_fact(
            fact, quantity=Decimal(9), amount=Decimal(45), reason="同", actor=actor, now=NOW
        )
        assert again.recorded == 0


def test_a_correction_needs_a_reason_and_equal_signs(fact, people):
    with scoped(people["clerk"].pk) as actor:
        for given in (
            {"quantity": Decimal(1), "amount": Decimal(5), "reason": " "},
            {"quantity": Decimal(1), "amount": Decimal(-5), "reason": "x"},
        ):
            with pytest.raises(LinesRefused):
                correct_fact(fact, **given, actor=actor, now=NOW)


def test_what_comes_after_closing_counts_in_the_open_period(fact, people, tree, catalog):
    with scoped(people["finance"].pk) as finance:
        close_period(flow="sell_out", before=date(2026, 11, 21), actor=finance, now=NOW)
    with scoped(people["clerk"].pk) as actor:
        correct_fact(
            fact, quantity=Decimal(0), amount=Decimal(0), reason="误报", actor=actor, now=NOW
        )
        delta = SalesFact.objects.get(corrects=fact)
        assert (delta.on, delta.booked_on) == (DAY, date(2026, 11, 21))


def test_reopening_is_recorded(fact, people, tree, catalog):
    with scoped(people["finance"].pk) as finance:
        close_period(flow="sell_out", before=date(2026, 11, 21), actor=finance, now=NOW)
        with pytest.raises(LinesRefused):
            reopen_period(flow="sell_out", before=DAY, reason="", actor=finance, now=NOW)
        with pytest.raises(LinesRefused):
            reopen_period(
                flow="sell_out", before=date(2026, 11, 21), reason="x", actor=finance, now=NOW
            )
        reopen_period(flow="sell_out", before=DAY, reason="补报", actor=finance, now=NOW)
        assert frontier_of("sell_out") == DAY
    late = FactLine(
        line_key="2", node_id=tree["D1"].pk, sku_id=catalog["TEA"], on=DAY, quantity=Decimal(1)
    )
    record_facts([late], flow="sell_out", source="sell_out:1", now=NOW)
    assert SalesFact.objects.get(line_key="2").booked_on == DAY
    with scoped(people["finance"].pk) as finance:
        close_period(flow="sell_out", before=date(2026, 11, 21), actor=finance, now=NOW)
    assert list(ClosedPeriod.objects.order_by("id").values_list("reopens", "reason")) == [
        (False, ""),
        (True, "补报"),
        (False, ""),
    ]
    with scoped(people["steward"].pk) as steward, pytest.raises(NotAllowed):
        reopen_period(flow="sell_out", before=DAY, reason="x", actor=steward, now=NOW)


def test_pages_and_api(client, fact, people):
    client.force_login(people["clerk"])
    assert client.get(f"/sales/{fact.pk}/").status_code == 200
    form = client.get(f"/sales/{fact.pk}/correct/")
    shown = form.context["form"].initial
    assert shown == {"quantity": "10", "amount": Decimal("50.00")}
    unread = client.post(
        f"/sales/{fact.pk}/correct/", {**shown, "quantity": "10.0001", "reason": "x"}
    )
    assert "quantity" in unread.context["form"].errors
    posted = {"quantity": "7", "amount": "35", "reason": "退了三瓶"}
    assert client.post(f"/sales/{fact.pk}/correct/", posted).status_code == 302
    body = {"quantity": "6", "amount": "30", "reason": "API"}
    answer = client.post(
        f"/api/v1/sales/facts/{fact.pk}/correct", body, content_type="application/json"
    )
    assert answer.json() == {"recorded": 1, "corrected": 1, "duplicates": 0}
    assert standing_of(fact) == (6, 30)
    assert client.get("/sales/periods/reopen/").status_code == 403
    client.force_login(people["finance"])
    assert client.get("/sales/periods/").status_code == 200
    assert client.get("/sales/periods/reopen/").status_code == 200
