"""The inbox, one request, deciding, commenting, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.controls import Tab
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet
from yunhe.platform.ui.tables import Rows, Table
from yunhe.platform.ui.views import ActionView, ListView, Page
from yunhe.platform.workflow.choices import ApprovalState
from yunhe.platform.workflow.kinds import kind_choices, kind_of
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.panels import approval_context, log_events, state_badge
from yunhe.platform.workflow.permissions import DECIDE, VIEW
from yunhe.platform.workflow.queries import (
    inbox_for,
    list_approvals,
    requested_by,
    view_approval,
)
from yunhe.platform.workflow.services import (
    comment_approval,
    decide_approval,
    withdraw_approval,
)
from yunhe.platform.workflow.tables import ApprovalTable, LatestTable


class ApprovalFilters(FilterSet):
    kind = ChoiceFilter(_("Subject"), choices=kind_choices)
    state = ChoiceFilter(_("Status"), choices=ApprovalState.choices)
    search = ("title", "title_en", "node__name", "node__code")


class InboxFilters(FilterSet):
    kind = ChoiceFilter(_("Subject"), choices=kind_choices)
    search = ("title", "title_en", "node__name", "node__code")


class ApprovalList(ListView):
    """Base of the three lists."""

    permission, face = DECIDE, None
    filters: ClassVar[type[FilterSet]] = ApprovalFilters
    table: ClassVar[type[Table]] = LatestTable
    above = "workflow/tabs.html"
    tab = ""

    def get_actions(self) -> Sequence[Button]:
        url = reverse("workflow:absences")
        return (Button(label=_("Who stands in for me"), url=url, icon="users"),)

    def context(self, **extra: Any) -> dict[str, Any]:
        tabs = [
            Tab(_("For me to decide"), reverse("workflow:inbox"), self.tab == "inbox"),
            Tab(_("Requested by me"), reverse("workflow:mine"), self.tab == "mine"),
        ]
        if self.can(VIEW) and not self.principal.is_partner:
            tabs.append(Tab(_("All"), reverse("workflow:all"), self.tab == "all"))
        return super().context(**{"tabs": tabs} | extra)


class Inbox(ApprovalList):
    permission, title, tab = DECIDE, _("Approvals"), "inbox"
    table, filters = ApprovalTable, InboxFilters
    empty = Empty(
        title=_("Nothing awaits your decision"),
        text=_("You are told as soon as something does."),
        icon="clipboard-check",
    )

    def get_rows(self) -> Rows:
        return inbox_for(self.principal, now=self.now)


class Mine(ApprovalList):
    permission, title, tab = DECIDE, _("Approvals"), "mine"
    empty = Empty(title=_("You have asked for nothing yet"), icon="clipboard-check")

    def get_rows(self) -> Rows:
        return requested_by(self.principal)


class All(ApprovalList):
    permission, title, tab = VIEW, _("Approvals"), "all"

    def get_rows(self) -> Rows:
        return list_approvals()


class ApprovalDetail(Page):
    """Subject, facts, steps and people, the log, and what the reader may do."""

    permission, face = DECIDE, None
    template_name = "workflow/approval.html"
    model = Approval

    @cached_property
    def record(self) -> Approval:
        return _found(list_approvals(), self.kwargs["pk"])

    def get_title(self) -> Text:
        return self.record.label

    def get_subtitle(self) -> Text:
        return kind_of(self.record.kind).label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Approvals"), reverse("workflow:inbox")),)

    def get_status(self) -> Badge:
        return state_badge(self.record)

    def context(self, **extra: Any) -> dict[str, Any]:
        seen = view_approval(self.record, self.principal, now=self.now)
        partner = self.principal.is_partner
        shown = approval_context(seen) | {
            "events": log_events(seen),
            "subject_url": self.record.portal_url if partner else self.record.url,
            "status_mark": self.get_status(),
            "facts": list(kind_of(self.record.kind).describe(self.record.facts)),
        }
        return super().context(**shown | extra)


class ApprovalAct(ActionView):
    """Base of what is done to a request; a refusal is shown on the request's page."""

    permission, face = DECIDE, None
    model = Approval

    def get_queryset(self) -> QuerySet[Any]:
        return list_approvals()


class Decide(ApprovalAct):
    permission = DECIDE

    def perform(self) -> Approval:
        approval, data = self.record, self.request.POST
        verdict = data.get("verdict", "")
        if verdict not in ("approved", "rejected"):
            raise DomainError(_("Choose to agree or to refuse."), field="verdict")
        return decide_approval(
            approval,
            step=data.get("step", ""),
            verdict=verdict,
            reason=data.get("reason", "")[:500],
            actor=self.principal,
            now=self.now,
        )

    def get_success_message(self, result: Approval) -> Text:
        return {
            ApprovalState.APPROVED: _("Approved: the request has passed its last step."),
            ApprovalState.REJECTED: _("Refused. The requester is told."),
        }.get(ApprovalState(result.state), _("Your decision is recorded."))


class Comment(ApprovalAct):
    permission, success_message = DECIDE, _("Your comment is added.")

    def perform(self) -> Any:
        text = self.request.POST.get("text", "")
        return comment_approval(self.record, text=text, actor=self.principal, now=self.now)


class Withdraw(ApprovalAct):
    permission, success_message = DECIDE, _("The request is taken back.")

    def perform(self) -> Approval:
        reason = self.request.POST.get("reason", "")[:500]
        return withdraw_approval(self.record, reason=reason, actor=self.principal, now=self.now)


def _found(rows: QuerySet[Approval], pk: int) -> Approval:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found
