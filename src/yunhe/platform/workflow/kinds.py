"""Kinds of approvals are registered by the domains whose documents are approved.

    register_kind(ApprovalKind("orders.submit", _("Order"), on_approved=confirm_approved))

A callback gets `(approval, *, actor, now)`, runs in the transaction of the decision under the owner
role, as the person who decided with the rights of the approval; what it raises refuses the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yunhe.platform.ui.component import Text

if TYPE_CHECKING:
    from yunhe.platform.workflow.models import Approval

Callback = Callable[..., Any]


def _nothing(approval: Approval, **_context: Any) -> None:
    """A kind that reads the outcome itself, or hears the event."""


def _as_given(facts: Mapping[str, Any]) -> Iterable[tuple[Text, Any]]:
    return facts.items()


def _no_lock(subject_id: str) -> None:
    """A kind whose subject is not changed while it waits."""


@dataclass(frozen=True)
class ApprovalKind:
    """What can be approved.

    Args:
        code: `<domain>.<what>`; stored with every approval.
        label: what people call it.
        on_approved, on_rejected, on_withdrawn: what follows, in the same transaction.
        describe: the subject's facts (`Approval.facts`) as label and value in the reader's language; by
            default as they were given.
        lock: locks the subject (by `subject_id`) before the request is locked for a decision, as a use
            case does that changes the subject and takes its request back: both in one order.
        can_ask: permission that a requester needs; "" leaves it to the domain.
        internal: hidden from the partner it is about; only its units (and who decides) see it.
    """

    code: str
    label: Text
    on_approved: Callback = _nothing
    on_rejected: Callback = _nothing
    on_withdrawn: Callback = _nothing
    describe: Callable[[Mapping[str, Any]], Iterable[tuple[Text, Any]]] = _as_given
    lock: Callable[[str], object] = _no_lock
    can_ask: str = ""
    internal: bool = False


_kinds: dict[str, ApprovalKind] = {}
_levels: list[tuple[str, Text]] = []


def register_kind(kind: ApprovalKind) -> str:
    """Make a kind known and return its code; again under the same code replaces it (reload)."""
    _kinds[kind.code] = kind
    return kind.code


def kind_of(code: str) -> ApprovalKind:
    """The kind; one that is no longer installed has its code as label and no callbacks."""
    return _kinds.get(code) or ApprovalKind(code, code)


def kind_choices() -> list[tuple[str, Text]]:
    """Code and label of every kind, by code."""
    return [(code, kind.label) for code, kind in sorted(_kinds.items())]


def register_levels(levels: Sequence[tuple[str, Text]]) -> None:
    """The partner levels that chains may name (told by the network, which stands above)."""
    _levels[:] = levels


def level_choices() -> list[tuple[str, Text]]:
    return list(_levels)
