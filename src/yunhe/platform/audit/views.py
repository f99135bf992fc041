"""The audit trail: the list with its filters, one entry, the check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.audit.labels import actor_name, changes_of, jobs_called, record_type
from yunhe.platform.audit.models import Action, AuditEntry
from yunhe.platform.audit.panels import sentence
from yunhe.platform.audit.permissions import VERIFY, VIEW
from yunhe.platform.audit.queries import entries_of_record, table_choices
from yunhe.platform.audit.sealing import Verdict, check_trail
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet, TextFilter
from yunhe.platform.ui.tables import BadgeColumn, LinkColumn, MomentColumn, Table, TextColumn
from yunhe.platform.ui.views import DetailView, FactsPanel, ListView, Page, TemplatePanel

TONES = {Action.INSERT: "green", Action.UPDATE: "blue", Action.DELETE: "red"}
PROBLEMS = {
    "entry_changed": _("Entry %(entry)s was changed after it was sealed (seal %(seal)s)."),
    "entry_missing": _("Entry %(entry)s was removed (seal %(seal)s)."),
    "entry_slipped_in": _(
        "Entry %(entry)s was slipped in: it is older than the seals but has none."
    ),
    "seal_broken": _("Seal %(seal)s does not hold: it or one of its entries was replaced."),
}


def named_type(entry: AuditEntry) -> str:
    return record_type(entry.table_name)


class EntryTable(Table):
    at = MomentColumn(_("Time"), sort="id", card="value")
    actor = TextColumn(_("By"), source=actor_name, sort="actor", card="text")
    action = BadgeColumn(_("Action"), tones=TONES, card="badge")
    table_name = LinkColumn(_("Record type"), source=named_type, url="audit:entry", card="title")
    row_id = TextColumn(_("Record number"), card="text")
    what = TextColumn(_("What changed"), source=sentence, sort=False, card="text")
    origin = TextColumn(_("From"), card="")

    class Meta:
        order_by = "-at"


class ActorFilter(TextFilter):
    """By a person's name or a job's, as the reader knows it."""

    def lookup(self, value: Any) -> Q:
        return super().lookup(value) | Q(actor__in=jobs_called(value))


class EntryFilters(FilterSet):
    table_name = ChoiceFilter(_("Record type"), choices=table_choices)
    action = ChoiceFilter(_("Action"), choices=Action.choices)
    actor = ActorFilter(_("By"))
    at = DateRangeFilter(_("Time"), moments=True)
    row_id = TextFilter(_("Record number"))
    request_id = TextFilter(_("Request"))


class EntryList(ListView):
    permission = VIEW
    face = None
    title = _("Audit trail")
    subtitle = _("Every change: who, when, from where, before and after.")
    model, table, filters = AuditEntry, EntryTable, EntryFilters

    def get_rows(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.order_by("-id")

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Check for tampering"),
                url=reverse("audit:verify"),
                method="post",
                icon="shield-check",
                permission=VERIFY,
            ),
        )


class EntryFacts(FactsPanel):
    title = _("Audit entry")
    icon = "history"
    fields = (
        MomentColumn(_("Time"), source="at"),
        TextColumn(_("By"), source=actor_name),
        TextColumn(_("Record type"), source=named_type),
        TextColumn(_("Record number"), source="row_id"),
        TextColumn(_("From"), source="origin"),
        TextColumn(_("Request"), source="request_id"),
    )


class ChangesPanel(TemplatePanel):
    title = _("What changed")
    icon = "pencil"
    flush = True
    template_name = "audit/changes_panel.html"

    def context(self) -> dict[str, Any]:
        return {"changes": changes_of(self.record)}


class RecordPanel(TemplatePanel):
    title = _("Everything about this record")
    icon = "timeline"
    flush = True
    template_name = "audit/record_panel.html"

    def context(self) -> dict[str, Any]:
        rows = entries_of_record(self.record.table_name, self.record.row_id)[:50]
        return {"entries": [(entry, actor_name(entry), sentence(entry)) for entry in rows]}


class EntryDetail(DetailView):
    permission = VIEW
    face = None
    model = AuditEntry
    panels = (EntryFacts, ChangesPanel, RecordPanel)

    def get_title(self) -> str:
        return f"{record_type(self.record.table_name)} {self.record.row_id}"

    def get_subtitle(self) -> str:
        return str(self.record.get_action_display())

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Audit trail"), reverse("audit:list")),)


class VerifyView(Page):
    """POST: recompute every hash and say what was found."""

    permission = VERIFY
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        verdict = check_trail(actor=self.principal)
        tell = messages.success if verdict.whole else messages.error
        tell(request, verdict_sentence(verdict))
        return HttpResponseRedirect(reverse("audit:list"))


def verdict_sentence(verdict: Verdict) -> str:
    """What the check found, in words."""
    if verdict.whole:
        return str(
            _("The trail is whole: %(entries)d sealed entries, %(seals)d seals.")
            % {"entries": verdict.entries, "seals": verdict.seals}
        )
    values = {"entry": verdict.entry_id, "seal": verdict.seal_id}
    return str(PROBLEMS[verdict.problem] % values)
