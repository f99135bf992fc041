"""What happens with rebates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class ProgramsCreated(Event):
    """A published policy's rebate rules became programs."""

    type: ClassVar[str] = "yunhe.rebates.programs.created.v1"

    version_id: int
    program_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SettlementPosted(Event):
    """A settlement was credited to the partners; their statements are signed."""

    type: ClassVar[str] = "yunhe.rebates.settlement.posted.v1"

    settlement_id: int
    number: str
    cutoff: date
    statements: int
    due: Decimal
    currency: str
