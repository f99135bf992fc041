"""What happens to allocations."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class AllocationPublished(Event):
    """Dealers were told their quotas; `quantity` in base units is their sum."""

    type: ClassVar = "yunhe.allocation.allocation.published.v1"

    allocation_id: int
    sku_id: int
    dealers: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class AllocationExpired(Event):
    """The period is over; `returned` base units were not ordered."""

    type: ClassVar = "yunhe.allocation.allocation.expired.v1"

    allocation_id: int
    sku_id: int
    returned: Decimal
