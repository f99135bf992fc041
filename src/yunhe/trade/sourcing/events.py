"""What happens to parts of orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class PartFact:
    """What every event of a part tells; `supplier_id` is the place that serves."""

    order_id: int
    number: str
    node_id: int
    supplier_id: int


@dataclass(frozen=True, kw_only=True)
class PartOffered(PartFact, Event):
    type: ClassVar = "yunhe.sourcing.part.offered.v1"

    answer_by: datetime


@dataclass(frozen=True, kw_only=True)
class PartAccepted(PartFact, Event):
    type: ClassVar = "yunhe.sourcing.part.accepted.v1"


@dataclass(frozen=True, kw_only=True)
class PartRefused(PartFact, Event):
    """Refused, or not answered in time; other places are asked next."""

    type: ClassVar = "yunhe.sourcing.part.refused.v1"

    reason: str
