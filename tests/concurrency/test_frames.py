"""Two call-offs want the rest of a frame: read and then written both get it; through the account one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.platform.access.models import Node
from yunhe.trade.blankets.errors import FrameShort
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.queries import lines_of, progress_of
from yunhe.trade.blankets.services import (
    FrameDraft,
    LineDraft,
    call_off,
    create_frame,
    sign_frame,
    submit_frame,
)
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.orders.services import NewLine, create_order

__all__ = ["market"]
pytestmark = pytest.mark.django_db(transaction=True)


def agree(dealer: int, sku: int, total: int) -> Frame:
    today, now = timezone.localdate(), timezone.now()
    draft = FrameDraft(
        node=Node.objects.get(pk=dealer),
        title="全年",
        starts=today,
        until=today + timedelta(days=30),
        lines=[
            LineDraft(
                sku=Sku.objects.get(pk=sku), unit="bottle", total=Decimal(total), price=Decimal(1)
            )
        ],
    )
    with transaction.atomic():
        frame = create_frame(draft, actor=ACTOR, now=now)
        return sign_frame(submit_frame(frame, actor=ACTOR, now=now), actor=ACTOR, now=now)


def test_counting_the_lines_and_then_ordering_calls_off_too_much(market) -> None:
    """Without the account: both read that ten are left, then both order ten."""
    _hq, dealers, skus = market
    both_have_read = Barrier(2, timeout=20)

    def take(_number: int) -> str:
        with transaction.atomic():
            taken = sum(OrderLine.objects.values_list("base_quantity", flat=True), Decimal(0))
            both_have_read.wait()
            if taken + 10 > 10:
                return "refused"
            lines = [NewLine(skus[0], "bottle", Decimal(10))]
            create_order(
                node_id=dealers[0], lines=lines, submit=True, actor=ACTOR, now=timezone.now()
            )
        return "taken"

    assert in_threads(2, take, workers=2) == {"taken": 2}


def test_the_rest_of_a_frame_is_called_off_once(market) -> None:
    _hq, dealers, skus = market
    frame = agree(dealers[0], skus[0], 10)

    def take(_number: int) -> str:
        try:
            with transaction.atomic():
                lines = [NewLine(skus[0], "bottle", Decimal(10))]
                call_off(frame, lines, actor=ACTOR, now=timezone.now())
        except FrameShort:
            return "refused"
        return "taken"

    assert in_threads(2, take, workers=2) == {"taken": 1, "refused": 1}
    [line] = lines_of(frame)
    assert progress_of([line])[line.pk].left == 0


def test_twenty_call_offs_of_three_take_exactly_what_fits(market) -> None:
    _hq, dealers, skus = market
    frame = agree(dealers[0], skus[0], 25)

    def take(_number: int) -> str:
        try:
            with transaction.atomic():
                lines = [NewLine(skus[0], "bottle", Decimal(3))]
                call_off(frame, lines, actor=ACTOR, now=timezone.now())
        except FrameShort:
            return "refused"
        return "taken"

    # eight times three are 24 of 25
    assert in_threads(20, take, workers=10) == {"taken": 8, "refused": 12}
