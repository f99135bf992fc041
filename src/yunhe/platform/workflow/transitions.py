"""Legal moves of an approval."""

from __future__ import annotations

from yunhe.platform.workflow.choices import ApprovalState

# what is done -> (from, to)
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "approve": ((ApprovalState.OPEN,), ApprovalState.APPROVED),
    "reject": ((ApprovalState.OPEN,), ApprovalState.REJECTED),
    "withdraw": ((ApprovalState.OPEN,), ApprovalState.WITHDRAWN),
}
