"""The shop of the orders' tests with frames."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR, Shop, act_as, shop

from yunhe.platform.access.models import Node
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.services import (
    FrameDraft,
    LineDraft,
    create_frame,
    sign_frame,
    submit_frame,
)

__all__ = ["ACTOR", "Shop", "act_as", "shop"]


@pytest.fixture
def make_frame(shop: Shop) -> Callable[..., Frame]:
    """`make_frame(total=10)`: tea in cases at 36.00 (the list says 42.00), 2 to 6 a call-off, with
    the dealer, for a year; signed unless `sign=False`. `lines` replaces the line."""

    def make(total: int = 10, *, sign: bool = True, lines: Any = None, **terms: Any) -> Frame:
        today, now = timezone.localdate(), timezone.now()
        line = LineDraft(
            sku=shop.tea,
            unit="case",
            total=Decimal(total),
            price=Decimal(36),
            call_minimum=Decimal(2),
            call_maximum=Decimal(6),
            period_maximum=terms.pop("period_maximum", None),
        )
        told = {
            "node": Node.objects.get(pk=shop.dealer),
            "title": "全年茶饮",
            "starts": today,
            "until": today + timedelta(days=365),
            "lines": lines or [line],
        }
        frame = create_frame(FrameDraft(**told | terms), actor=ACTOR, now=now)
        if sign:
            frame = submit_frame(frame, actor=ACTOR, now=now)
            frame = sign_frame(frame, actor=ACTOR, now=now)
        return frame

    return make
