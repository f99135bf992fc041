"""What promotions give, on values: docs/algorithms/promotions.md. No Django."""

from __future__ import annotations

from yunhe.trade.promotions.compute.basket import (
    FreeGoods,
    GiftOffer,
    Line,
    LineResult,
    Message,
    Promotion,
    Result,
    Step,
)
from yunhe.trade.promotions.compute.rules import (
    AmountOff,
    Bundle,
    BuyGet,
    GiftChoice,
    MixMatch,
    PercentOff,
    Rule,
    Selector,
    Threshold,
    ThresholdStep,
)
from yunhe.trade.promotions.compute.stacking import compute

__all__ = [
    "AmountOff",
    "Bundle",
    "BuyGet",
    "FreeGoods",
    "GiftChoice",
    "GiftOffer",
    "Line",
    "LineResult",
    "Message",
    "MixMatch",
    "PercentOff",
    "Promotion",
    "Result",
    "Rule",
    "Selector",
    "Step",
    "Threshold",
    "ThresholdStep",
    "compute",
]
