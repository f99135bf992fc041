"""What happens to promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class PromiseMoved(Event):
    """Goods promised to a document come on another day; `on` None: no production covers them now."""

    type: ClassVar = "yunhe.schedule.promise.moved.v1"

    ref: str
    partner_id: int | None
    place_id: int
    sku_id: int
    was: date | None
    on: date | None
