"""The demo's blanket orders by value: one in force, one that waits for finance and the director."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR, shop

from yunhe.demo.frames import frames_by_value
from yunhe.demo.network import HQ_CODE
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped
from yunhe.platform.workflow.queries import inbox_for
from yunhe.platform.workflow.services import decide_approval
from yunhe.trade.blankets.models import Frame
from yunhe.trade.catalog.models import Category

__all__ = ["shop"]
pytestmark = pytest.mark.django_db
NOW = timezone.now()


def inbox(user_id: int) -> list[str]:
    with scoped(user_id) as principal:
        return [approval.subject_id for approval in inbox_for(principal, now=NOW)]


def test_next_years_frame_waits_for_finance_then_for_the_director(shop, make_user):
    Node.objects.filter(pk=shop.hq).update(code=HQ_CODE)
    director = make_user("director", Node.objects.get(pk=shop.hq)).pk
    context = SimpleNamespace(today=timezone.localdate(NOW), actor=ACTOR)
    frames_by_value(Node.objects.get(pk=shop.dealer), Category.objects.get(), context)
    ending, following = Frame.objects.order_by("pk")
    assert [(each.status, each.worth) for each in (ending, following)] == [
        ("active", Decimal(200_000)),
        ("pending", Decimal(600_000)),
    ]
    assert ending.period.upper == following.period.lower
    assert following.period.upper - following.period.lower == timedelta(days=365)
    assert (inbox(shop.people["finance"]), inbox(director)) == ([str(following.pk)], [])
    with scoped(shop.people["finance"]) as finance:
        [request] = inbox_for(finance, now=NOW)
        decide_approval(request, step="finance", verdict="approved", actor=finance, now=NOW)
    assert (inbox(shop.people["finance"]), inbox(director)) == ([], [str(following.pk)])
    with scoped(director) as person:
        [request] = inbox_for(person, now=NOW)
        decide_approval(request, step="director", verdict="approved", actor=person, now=NOW)
    following.refresh_from_db()
    assert following.status == "offered"
