"""What happens to approvals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalRequested(Event):
    """A document went into approval."""

    type: ClassVar[str] = "yunhe.workflow.approval.requested.v1"

    approval_id: int
    kind: str
    subject_id: str


@dataclass(frozen=True, kw_only=True)
class ApprovalApproved(Event):
    """The last step agreed."""

    type: ClassVar[str] = "yunhe.workflow.approval.approved.v1"

    approval_id: int
    kind: str
    subject_id: str


@dataclass(frozen=True, kw_only=True)
class ApprovalRejected(Event):
    """A step refused; `reason` says why."""

    type: ClassVar[str] = "yunhe.workflow.approval.rejected.v1"

    approval_id: int
    kind: str
    subject_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(Event):
    """The requester, or the document's own workflow, took the request back."""

    type: ClassVar[str] = "yunhe.workflow.approval.withdrawn.v1"

    approval_id: int
    kind: str
    subject_id: str
