"""Call off: an ordinary order under the frame."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yunhe.platform.access.principal import Principal
from yunhe.trade.blankets.models import Frame
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.services import Details, NewLine, Placed, create_order

NO_DETAILS = Details()


def call_off(
    frame: Frame,
    lines: Sequence[NewLine],
    *,
    actor: Principal,
    now: datetime,
    key: str = "",
    details: Details = NO_DETAILS,
    source: str = Source.API,
) -> Placed:
    """Order goods under the frame: its prices, its limits, and everything an order is asked.

    Raises as `create_order`; FrameShort when too little is left, LinesRefused for what is not part
    of it or too small.
    """
    return create_order(
        node_id=frame.node_id,
        lines=lines,
        actor=actor,
        now=now,
        submit=True,
        key=key,
        note=details.note,
        wanted_on=details.wanted_on,
        address_id=details.address_id,
        source=source,
        agreement=frame.number,
    )
