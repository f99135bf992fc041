"""Writes of frames, by use case."""

from __future__ import annotations

from yunhe.trade.blankets.services.calling import call_off
from yunhe.trade.blankets.services.drafting import (
    FrameDraft,
    LineDraft,
    PlanDraft,
    change_frame,
    create_frame,
    plan_calls,
)
from yunhe.trade.blankets.services.ending import cancel_frame, close_frame, end_due, warn_due
from yunhe.trade.blankets.services.signing import (
    decline_frame,
    revise_frame,
    sign_frame,
    submit_frame,
)

__all__ = [
    "FrameDraft",
    "LineDraft",
    "PlanDraft",
    "call_off",
    "cancel_frame",
    "change_frame",
    "close_frame",
    "create_frame",
    "decline_frame",
    "end_due",
    "plan_calls",
    "revise_frame",
    "sign_frame",
    "submit_frame",
    "warn_due",
]
