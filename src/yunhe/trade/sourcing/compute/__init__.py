"""Arithmetic of sourcing: how an order is split, and what a dealer is credited for serving a part."""

from __future__ import annotations

from yunhe.trade.sourcing.compute.crediting import Credit, CreditedLine, ServedLine, compute_credit
from yunhe.trade.sourcing.compute.splitting import (
    Need,
    Place,
    Share,
    Split,
    Weights,
    compute_split,
)

__all__ = [
    "Credit",
    "CreditedLine",
    "Need",
    "Place",
    "ServedLine",
    "Share",
    "Split",
    "Weights",
    "compute_credit",
    "compute_split",
]
