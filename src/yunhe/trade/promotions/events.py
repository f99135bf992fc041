"""What happens to promotions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class PromotionFact:
    """What every event of a promotion tells."""

    promotion_id: int
    code: str
    node_id: int


@dataclass(frozen=True, kw_only=True)
class PromotionPublished(PromotionFact, Event):
    """It gives from its first day on (also when resumed after a pause)."""

    type: ClassVar[str] = "yunhe.promotions.promotion.published.v1"


@dataclass(frozen=True, kw_only=True)
class PromotionStopped(PromotionFact, Event):
    """New orders no longer get it; `status` is paused or ended."""

    type: ClassVar[str] = "yunhe.promotions.promotion.stopped.v1"

    status: str
