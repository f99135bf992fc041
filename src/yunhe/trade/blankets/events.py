"""What happens to frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class FrameFact:
    """What every event of a frame tells; `until` is the first day it is no longer in force."""

    frame_id: int
    number: str
    node_id: int
    supplier_id: int
    until: date


@dataclass(frozen=True, kw_only=True)
class FrameOffered(FrameFact, Event):
    """The partner may sign it."""

    type: ClassVar = "yunhe.blankets.frame.offered.v1"


@dataclass(frozen=True, kw_only=True)
class FrameSigned(FrameFact, Event):
    """It is in force; `worth` is what it is worth at the prices of signing."""

    type: ClassVar = "yunhe.blankets.frame.signed.v1"

    worth: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class FrameEnded(FrameFact, Event):
    """It is over, `short` when it was closed before its time; `left` names what was not called off,
    line by line, in base units or money."""

    type: ClassVar = "yunhe.blankets.frame.ended.v1"

    short: bool
    left: tuple[Decimal, ...]


@dataclass(frozen=True, kw_only=True)
class FrameExpiring(FrameFact, Event):
    """It ends in `days` days and something is left."""

    type: ClassVar = "yunhe.blankets.frame.expiring.v1"

    days: int
