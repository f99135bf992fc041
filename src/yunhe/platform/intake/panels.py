"""Panels of an import: how far it is, why rows wait and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.intake.choices import Decision, State
from yunhe.platform.intake.declarations import Lookup, import_type
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.ownership import may_handle
from yunhe.platform.intake.permissions import REPLAY, RUN
from yunhe.platform.intake.queries import (
    creatable_count,
    grouped_reasons,
    is_interrupted,
    repeats_of,
)
from yunhe.platform.intake.reasons import sentence
from yunhe.platform.intake.transitions import RUNNING
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button
from yunhe.platform.ui.components.figures import Fact, Progress, Step, Stepper
from yunhe.platform.ui.views.detail import FactsPanel, TemplatePanel

GROUPS_SHOWN = 50
_PLACES = {
    State.REGISTERED: 1,
    State.QUEUED: 2,
    State.CHECKING: 2,
    State.CHECKED: 3,
    State.ASKED: 3,
    State.POSTING: 3,
    State.DONE: 5,
}


def wizard_steps(record: Import) -> Stepper:
    """Upload, columns, checks, posting, receipt, and where this import stands."""
    labels = (_("File"), _("Match columns"), _("Checks"), _("Posting"), _("Receipt"))
    stopped = record.state in (State.FAILED, State.CANCELLED)
    at = (3 if record.staged or record.accepted else 2) if stopped else _PLACES[State(record.state)]
    steps = []
    for position, label in enumerate(labels):
        steps.append(Step(label, _step_state(position, at, stopped=stopped)))
    return Stepper(steps=steps, label=_("Where this import stands"))


def _step_state(
    position: int, at: int, *, stopped: bool
) -> Literal["done", "current", "waiting", "failed"]:
    if position == at:
        return "failed" if stopped else "current"
    return "done" if position < at else "waiting"


def progress_of(record: Import) -> Progress:
    """A bar that asks again until the worker is done."""
    checking = record.state != State.POSTING
    settled = record.rows - record.pending
    detail = "" if checking else f"{formatting.number(settled)} / {formatting.number(record.rows)}"
    return Progress(
        value=0 if checking else settled,
        total=max(record.rows, 1),
        label=record.get_state_display(),
        detail=detail,
        failed=0 if checking else record.quarantined,
        poll_url=reverse("intake:progress", args=[record.pk]),
    )


class ProgressPanel(TemplatePanel):
    """Steps, the bar while a worker is at it, and what failed."""

    template_name = "intake/panel_progress.html"

    def context(self) -> dict[str, Any]:
        record = self.record
        interrupted = is_interrupted(record)
        running = record.state in RUNNING and not interrupted
        return {
            "steps": wizard_steps(record),
            "progress": progress_of(record) if running else None,
            "interrupted": interrupted,
            "error": record.error.get("message", "") if record.state == State.FAILED else "",
            "held": record.state == State.CHECKED,
        }


class RepeatsPanel(TemplatePanel):
    """Lines that look already reported: how many, by which files, and what to do with them."""

    title, icon = gettext_lazy("Already reported?"), "copy"
    template_name = "intake/panel_repeats.html"

    @cached_property
    def found(self) -> dict[str, Any]:
        return repeats_of(self.record)

    def shown(self) -> bool:
        return bool(self.found) and self.found["undecided"]

    def context(self) -> dict[str, Any]:
        files = [
            {**part, "amount": Decimal(part["amount"]), "days": _days(part)}
            for part in self.found["files"]
        ]
        whole = {**self.found, "amount": Decimal(self.found["amount"]), "days": _days(self.found)}
        return {
            "found": whole,
            "files": files,
            "choices": _CHOICES if may_handle(self.record, self.view.principal, RUN) else (),
        }


_CHOICES = (
    (Decision.SKIP, gettext_lazy("Leave them out, post the others"), "primary"),
    (Decision.POST, gettext_lazy("They are new sales: post all"), "secondary"),
    (Decision.DISCARD, gettext_lazy("Do not post them"), "quiet"),
)


def _days(part: Mapping[str, Any]) -> str:
    """The days in words; one day once."""
    first, last = (formatting.day(date.fromisoformat(part[name])) for name in ("first", "last"))
    return first if first == last else f"{first} – {last}"


class ReasonsPanel(TemplatePanel):
    """Rows in quarantine by reason and value, each group with what can be done."""

    title, icon, flush = gettext_lazy("In quarantine"), "inbox", True
    template_name = "intake/panel_reasons.html"

    @cached_property
    def found(self) -> list[dict[str, Any]]:
        return grouped_reasons(self.record, limit=GROUPS_SHOWN)

    def shown(self) -> bool:
        return bool(self.record.quarantined) and bool(self.found)

    def actions(self) -> Sequence[Button]:
        record = self.record
        problems = reverse("intake:receipt", args=[record.pk]) + "?problems"
        found = [Button(label=_("Problems (CSV)"), url=problems, icon="download", download=True)]
        if record.state in (State.CHECKED, State.DONE) and (missing := self._creatable()):
            found.append(
                Button(
                    label=_("Create what is missing (%(count)s)")
                    % {"count": formatting.number(missing)},
                    url=reverse("intake:create_missing", args=[record.pk]),
                    method="post",
                    icon="plus",
                    style="secondary" if record.state == State.DONE else "primary",
                    permission=REPLAY,
                    confirm=_(
                        "%(count)s partners and products are created, named as in the file; the"
                        " products stand under a brand “to be sorted”. The rows are then posted."
                    )
                    % {"count": formatting.number(missing)},
                )
            )
        if record.state == State.DONE:
            url = reverse("intake:replay", args=[record.pk])
            found.append(
                Button(
                    label=_("Check again"),
                    url=url,
                    method="post",
                    icon="refresh",
                    style="primary",
                    permission=REPLAY,
                )
            )
        return found

    def _creatable(self) -> int:
        """How many records the reader could have created from the file; 0 for who may not."""
        lookups = import_type(self.record.type_code).lookups
        needed = {each.create_permission for each in lookups if each.create is not None}
        allowed = self.view.principal.wide and all(self.view.can(code) for code in needed)
        return creatable_count(self.record) if allowed and needed else 0

    def context(self) -> dict[str, Any]:
        declared = import_type(self.record.type_code)
        lookups = {lookup.code: lookup for lookup in declared.lookups}
        can_act = self.record.state == State.DONE and self.view.can(REPLAY)
        rows_url = reverse("intake:rows", args=[self.record.pk])
        groups = []
        for group in self.found:
            lookup = lookups.get(group["reason"])
            mappable = lookup is not None and len(lookup.keys) == 1 and can_act
            groups.append(
                {
                    **group,
                    "message": sentence(declared, {**group, "code": group["reason"]}),
                    "hint": lookup.hint if lookup else "",
                    "master_url": _master_url(lookup),
                    "mappable": mappable,
                    "discardable": can_act,
                    "url": f"{rows_url}?status=quarantined&reason={group['reason']}",
                }
            )
        return {"groups": groups, "limit": GROUPS_SHOWN if len(groups) == GROUPS_SHOWN else 0}


def _master_url(lookup: Lookup | None) -> str:
    """Where the missing record is added, when that page exists."""
    if lookup is None or not lookup.master_url:
        return ""
    try:
        return reverse(lookup.master_url)
    except NoReverseMatch:
        return ""


class PreviewPanel(TemplatePanel):
    """The first rows under the fields they are mapped to."""

    title, icon, flush = gettext_lazy("First rows of the file"), "table", True
    template_name = "intake/panel_preview.html"

    def context(self) -> dict[str, Any]:
        declared = import_type(self.record.type_code)
        fields = {at: name for name, at in self.record.mapping.get("columns", {}).items()}
        headings = [
            {"name": name, "field": declared.label_of(fields[at]) if at in fields else ""}
            for at, name in enumerate(self.record.columns)
        ]
        return {"headings": headings, "rows": self.record.shape.get("preview", [])}


class FileFacts(FactsPanel):
    """What is known of the file."""

    title, icon, side = gettext_lazy("File"), "file-spreadsheet", True
    columns = 1

    def facts(self) -> Sequence[Fact]:
        record, shape = self.record, self.record.shape
        declared = import_type(record.type_code)
        options = {o.name: (o.label, dict(o.choices)) for o in declared.options}
        found = [
            Fact(_("Format"), record.get_format_display()),
            Fact(_("Size"), f"{formatting.number(record.size)} B", numeric=True),
            Fact(_("Sent"), formatting.moment(record.created_at)),
            Fact(_("By"), str(record.created_by or _("command line"))),
            Fact("SHA-256", f"{record.sha256[:16]}…"),
        ]
        if shape.get("encoding"):
            found.append(Fact(_("Encoding"), shape["encoding"]))
        if shape.get("sheet_name"):
            found.append(Fact(_("Sheet"), shape["sheet_name"]))
        for name, value in record.options.items():
            label, choices = options.get(name, (name, {}))
            found.append(Fact(label, str(choices.get(value, value))))
        if record.decision:
            found.append(Fact(_("lines already reported"), record.get_decision_display()))
        return found
