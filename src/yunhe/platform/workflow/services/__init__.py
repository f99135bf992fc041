"""Writes of approvals, one function per use case."""

from __future__ import annotations

from yunhe.platform.workflow.services.absences import AbsenceDraft, end_absence, set_absence
from yunhe.platform.workflow.services.deciding import comment_approval, decide_approval
from yunhe.platform.workflow.services.definitions import ChainDraft, retire_chain, save_chain
from yunhe.platform.workflow.services.requesting import (
    needs_more,
    restate_amount,
    start_approval,
    withdraw_approval,
)
from yunhe.platform.workflow.services.watching import watch_approvals

__all__ = [
    "AbsenceDraft",
    "ChainDraft",
    "comment_approval",
    "decide_approval",
    "end_absence",
    "needs_more",
    "restate_amount",
    "retire_chain",
    "save_chain",
    "set_absence",
    "start_approval",
    "watch_approvals",
    "withdraw_approval",
]
