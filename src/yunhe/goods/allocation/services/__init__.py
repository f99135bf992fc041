"""Writes of allocation, by use case."""

from __future__ import annotations

from yunhe.goods.allocation.services.computing import (
    AllocationDraft,
    cancel_allocation,
    change_share,
    compute_allocation,
    create_allocation,
)
from yunhe.goods.allocation.services.publishing import (
    approve_allocation,
    expire_allocation,
    expire_due,
    publish_allocation,
)

__all__ = [
    "AllocationDraft",
    "approve_allocation",
    "cancel_allocation",
    "change_share",
    "compute_allocation",
    "create_allocation",
    "expire_allocation",
    "expire_due",
    "publish_allocation",
]
