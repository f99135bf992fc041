"""“Who must decide now”, as a panel for the page of whatever is in approval.

class OrderApproval(ApprovalPanel):
    kinds = ("orders.submit",)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Badge
from yunhe.platform.ui.components.figures import Event, Step
from yunhe.platform.ui.views import TemplatePanel
from yunhe.platform.workflow.choices import ApprovalState, EntryKind
from yunhe.platform.workflow.models import Approval, Entry
from yunhe.platform.workflow.queries import ApprovalView, StepView, approval_for, view_approval

STATE_TONES = {
    ApprovalState.OPEN: "amber",
    ApprovalState.APPROVED: "green",
    ApprovalState.REJECTED: "red",
    ApprovalState.WITHDRAWN: "grey",
}
_TONES = {EntryKind.APPROVED: "green", EntryKind.REJECTED: "red", EntryKind.ESCALATED: "amber"}
_ICONS = {
    EntryKind.REQUESTED: "send",
    EntryKind.APPROVED: "check",
    EntryKind.REJECTED: "x",
    EntryKind.COMMENTED: "message",
    EntryKind.WITHDRAWN: "arrow-back-up",
    EntryKind.REMINDED: "bell",
    EntryKind.ESCALATED: "alert-triangle",
}


class ApprovalPanel(TemplatePanel):
    """The latest request about the page's record: state, steps, people, buttons.

    Give `kinds`; override `subject_id` when it is not the record's key, or `approval`.
    """

    title: Text = _("Approval")
    icon = "clipboard-check"
    side = True
    kinds: ClassVar[Sequence[str]] = ()
    template_name = "workflow/panel.html"

    @property
    def subject_id(self) -> int | str:
        return self.record.pk

    @cached_property
    def approval(self) -> Approval | None:
        return approval_for(self.kinds, self.subject_id)

    def shown(self) -> bool:
        return self.approval is not None

    def context(self) -> dict[str, Any]:
        if self.approval is None:
            return {}
        seen = view_approval(self.approval, self.view.principal, now=self.view.now)
        return approval_context(seen) | {"link": True}


def approval_context(seen: ApprovalView) -> dict[str, Any]:
    """What workflow/state.html needs, for panels and pages of their own making."""
    return {
        "seen": seen,
        "approval": seen.approval,
        "state_badge": state_badge(seen.approval),
        "stepper": [_step(step) for step in seen.steps],
    }


def state_badge(approval: Approval) -> Badge:
    """The state as a badge."""
    tone = STATE_TONES[ApprovalState(approval.state)]
    return Badge(label=approval.get_state_display(), tone=tone)


def log_events(seen: ApprovalView) -> list[Event]:
    """The log as a timeline, the latest first."""
    return [_event(entry, seen.names) for entry in reversed(seen.log)]


def _step(step: StepView) -> Step:
    return Step(step.name, step.state, _who(step))  # type: ignore[arg-type]


def _who(step: StepView) -> str:
    """`Li (agreed), Wang`: the people of a step and what they said."""
    words = []
    for one in step.approvers:
        if one.verdict:
            said = EntryKind(one.verdict).label
            by = _("%(verdict)s, by %(person)s") % {"verdict": said, "person": one.stand_in}
            words.append(f"{one.name} ({by if one.stand_in else said})")
        elif step.state == "current":
            words.append(one.name)
    if step.state == "current" and not words:
        return str(_("Nobody holds this role now: IT must give it to somebody."))
    return ", ".join(words)


def _event(entry: Entry, names: dict[int, str]) -> Event:
    kind = EntryKind(entry.kind)
    who = entry.user.name if entry.user else ""
    if entry.stood_for:
        others = ", ".join(names.get(one, "") for one in entry.stood_for)
        who = str(_("%(person)s for %(others)s") % {"person": who, "others": others})
    return Event(
        at=entry.at,
        title=kind.label,
        text=entry.text,
        who=who,
        icon=_ICONS[kind],
        tone=_TONES.get(kind, "grey"),
    )
