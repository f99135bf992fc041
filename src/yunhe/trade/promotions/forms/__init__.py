"""Forms of promotions."""

from __future__ import annotations

from yunhe.trade.promotions.forms.rules import FORMS
from yunhe.trade.promotions.forms.terms import (
    CopyForm,
    FloorsForm,
    LimitsForm,
    PromotionForm,
    TryForm,
    form_initial,
)

__all__ = [
    "FORMS",
    "CopyForm",
    "FloorsForm",
    "LimitsForm",
    "PromotionForm",
    "TryForm",
    "form_initial",
]
