"""Writes of rebates, by use case."""

from __future__ import annotations

from yunhe.money.rebates.services.accruing import compute_accruals
from yunhe.money.rebates.services.keys import ensure_signing_key, replace_signing_key
from yunhe.money.rebates.services.posting import post_settlement
from yunhe.money.rebates.services.programs import (
    create_programs,
    end_programs,
    record_condition,
)
from yunhe.money.rebates.services.settling import (
    approve_settlement,
    cancel_settlement,
    open_settlement,
)

__all__ = [
    "approve_settlement",
    "cancel_settlement",
    "compute_accruals",
    "create_programs",
    "end_programs",
    "ensure_signing_key",
    "open_settlement",
    "post_settlement",
    "record_condition",
    "replace_signing_key",
]
