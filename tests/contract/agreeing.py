"""Each side's delivery address and blanket order in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from tests.integration.channel.world import SYSTEM

from yunhe.channel.network.services import AddressDraft, save_address
from yunhe.trade.blankets.services import (
    FrameDraft,
    LineDraft,
    call_off,
    create_frame,
    sign_frame,
    submit_frame,
)
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.services import NewLine


def agree(side: Any, skus: Mapping[str, int], now: datetime) -> None:
    """Write both; the blanket order has one call-off."""
    address = AddressDraft(
        label=f"仓{side.mark}",
        receiver=f"收货{side.mark}",
        phone="13900001111",
        province="330000",
        city="杭州市",
        district="西湖区",
        street=f"路{side.mark}",
    )
    saved = save_address(side.dealer, address, actor=SYSTEM)
    today, sku_id = timezone.localdate(now), next(iter(skus.values()))
    line = LineDraft(
        sku=Sku.objects.get(pk=sku_id), unit="piece", total=Decimal(1000), price=Decimal(1)
    )
    draft = FrameDraft(
        node=side.dealer,
        title=f"框架{side.mark}",
        starts=today,
        until=today + timedelta(days=90),
        lines=[line],
        plan="month",
        note=side.mark,
    )
    frame = create_frame(draft, actor=SYSTEM, now=now)
    frame = sign_frame(submit_frame(frame, actor=SYSTEM, now=now), actor=SYSTEM, now=now)
    call_off(frame, [NewLine(sku_id, "piece", Decimal(5))], actor=SYSTEM, now=now)
    side.records |= {"address": saved.pk, "frame": frame.pk}
    side.texts.add(frame.number)
