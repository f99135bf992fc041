"""Pages of imports, for headquarters and partners alike: the shell is the reader's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import NotFound
from yunhe.platform.intake.choices import Decision, RowStatus, State
from yunhe.platform.intake.declarations import import_type
from yunhe.platform.intake.downloads import receipt_response
from yunhe.platform.intake.errors import DecisionNeeded
from yunhe.platform.intake.filters import ImportFilters, RowFilters
from yunhe.platform.intake.forms import MappingForm, UploadForm
from yunhe.platform.intake.models import Import, ImportRow
from yunhe.platform.intake.ownership import may_handle
from yunhe.platform.intake.panels import (
    FileFacts,
    PreviewPanel,
    ProgressPanel,
    ReasonsPanel,
    RepeatsPanel,
    progress_of,
    wizard_steps,
)
from yunhe.platform.intake.permissions import REPLAY, RUN, VIEW
from yunhe.platform.intake.quarantine import discard_rows, map_value
from yunhe.platform.intake.queries import is_interrupted
from yunhe.platform.intake.queue import (
    start_creation,
    start_decided,
    start_import,
    start_replay,
)
from yunhe.platform.intake.services import (
    cancel_import,
    confirm_mapping,
    register_file,
    reopen_import,
)
from yunhe.platform.intake.tables import STATE_TONES, ImportTable, RowTable
from yunhe.platform.intake.transitions import RUNNING, may_move
from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Component, Text
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, DetailView, FormView, ListView, Page


def _list_crumb() -> Crumb:
    return Crumb(_("Imports"), reverse("intake:list"))


def _url(name: str, record: Import) -> str:
    return reverse(f"intake:{name}", args=[record.pk])


class ImportList(ListView):
    permission, title, face = VIEW, _("Imports"), None
    table, filters, model = ImportTable, ImportFilters, Import
    create_url_name, create_label, create_permission = "intake:create", _("New import"), RUN
    empty = Empty(
        title=_("No file yet"),
        text=_(
            "Send the first one: sales as your system exports them. Nothing needs to be renamed."
        ),
        icon="file-import",
    )


class ImportCreate(FormView):
    permission, title, face = RUN, _("New import"), None
    form_class, submit_label = UploadForm, _("Continue")
    intro = _("The same file sent twice is recognised; nothing is counted twice.")
    success_message = ""

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(),)

    def get_initial(self) -> dict[str, Any]:
        return {"type": self.request.GET.get("type", "sales")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "principal": self.principal}

    def perform(self, form: Any) -> Import:
        upload = form.cleaned_data["file"]
        registered = register_file(
            upload.file,
            name=upload.name,
            type_code=form.cleaned_data["type"],
            actor=self.principal,
            now=self.now,
            node_id=form.cleaned_data.get("sender"),
        )
        self.known = registered.known
        return registered.record

    def get_success_message(self, result: Import) -> Text:
        return _("This file was received before; this is its import.") if self.known else ""

    def get_success_url(self, result: Import) -> str:
        return _url("mapping" if result.state == State.REGISTERED else "detail", result)


class ImportMapping(FormView):
    """Say which column is what, with the first rows in view."""

    permission, title, face, model = RUN, _("Columns of the file"), None, Import
    form_class, submit_label = MappingForm, _("Check the file")
    template_name = "intake/mapping.html"
    success_message = ""

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(), Crumb(self.record.file_name, _url("detail", self.record)))

    def get_form_kwargs(self) -> dict[str, Any]:
        given = {"record": self.record, "principal": self.principal}
        return {**super().get_form_kwargs(), **given}

    def perform(self, form: MappingForm) -> Import:
        confirm_mapping(
            self.record,
            columns=form.columns(),
            options=form.options(),
            date_order=form.cleaned_data["date_order"] or "auto",
            save_as=form.cleaned_data["save_as"],
            actor=self.principal,
            now=self.now,
        )
        return start_import(self.record, actor=self.principal, hold=form.cleaned_data["hold"])

    def get_success_url(self, result: Import) -> str:
        return _url("detail", result)

    def show(self, form: BaseForm, formsets: Any, *, status: int = 200) -> HttpResponseBase:
        return self.render(
            status=status,
            form=form,
            formsets=formsets,
            steps=wizard_steps(self.record),
            preview=self.record.shape.get("preview", []),
            columns=self.record.columns,
            template_name=self.record.mapping.get("template", ""),
        )


class ImportDetail(DetailView):
    permission, model, face = VIEW, Import, None
    panels = (ProgressPanel, RepeatsPanel, ReasonsPanel, PreviewPanel, FileFacts)

    def get_queryset(self) -> QuerySet[Any]:
        return Import.objects.select_related("node", "created_by")

    @cached_property
    def interrupted(self) -> bool:
        return is_interrupted(self.record)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(),)

    def get_subtitle(self) -> Text:
        return f"{import_type(self.record.type_code).label} · {self.record.node.label}"

    def get_status(self) -> Badge:
        if self.interrupted:
            return Badge(label=_("interrupted"), tone="amber")
        return Badge(
            label=self.record.get_state_display(), tone=STATE_TONES[State(self.record.state)]
        )

    def get_stats(self) -> Sequence[Component]:
        record = self.record
        if not record.rows:
            return ()
        rows_url = _url("rows", record)
        parts = (
            (_("Rows"), record.rows, record.amount, ""),
            (_("Accepted"), record.accepted, record.amount_accepted, ""),
            (_("Duplicates"), record.duplicates, record.amount_duplicates, RowStatus.DUPLICATE),
            (
                _("Quarantined"),
                record.quarantined,
                record.amount_quarantined,
                RowStatus.QUARANTINED,
            ),
        )
        return [
            Stat(
                label=label,
                value=formatting.number(count),
                note=formatting.number(amount, 2) if amount else "",
                url=f"{rows_url}?status={status}" if status else "",
            )
            for label, count, amount, status in parts
        ]

    def get_actions(self) -> Sequence[Button]:
        mine = may_handle(self.record, self.principal, RUN)
        return [*(self._steps() if mine else ()), *self._receipts()]

    def _steps(self) -> Sequence[Button]:
        record = self.record
        buttons = []
        if record.state in RUNNING:
            buttons.append(_post(_("Cancel"), "cancel", record, icon="player-stop"))
        if may_move(record.state, State.REGISTERED) and not record.accepted:
            buttons.append(_post(_("Change the columns"), "reopen", record, icon="adjustments"))
        if record.state == State.REGISTERED:
            url = _url("mapping", record)
            buttons.append(Button(label=_("Continue"), url=url, style="primary", permission=RUN))
        if record.state == State.CHECKED:
            posting = _("Post %(rows)s rows") % {"rows": formatting.number(record.pending)}
            label, style = (posting, "primary") if record.pending else (_("Finish"), "secondary")
            buttons.append(_post(label, "start", record, icon="check", style=style))
        if self.interrupted or record.state in (State.FAILED, State.CANCELLED):
            buttons.append(
                _post(_("Continue"), "start", record, icon="player-play", style="primary")
            )
        return buttons

    def _receipts(self) -> Sequence[Button]:
        if not self.record.rows:
            return ()
        receipt = _url("receipt", self.record)
        return [
            Button(label=label, url=receipt + query, icon="receipt", download=True)
            for label, query in ((_("Receipt (CSV)"), ""), (_("Receipt (Excel)"), "?format=xlsx"))
        ]


def _post(label: Text, name: str, record: Import, *, icon: str, style: str = "secondary") -> Button:
    return Button(
        label=label, url=_url(name, record), method="post", icon=icon, style=style, permission=RUN
    )


class ImportProgress(Page):
    """The fragment that asks again until the worker is done; then the page is fetched anew."""

    permission, face = VIEW, None
    template_name = "intake/progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        record = Import.objects.filter(pk=kwargs["pk"]).first()
        if record is None:
            raise NotFound()
        if record.state in RUNNING and not is_interrupted(record):
            return self.render(progress=progress_of(record))
        return HttpResponse(headers={"HX-Refresh": "true"})


class ImportRows(ListView):
    """The rows of one file that were not simply accepted."""

    permission, title, face = VIEW, _("Rows of the file"), None
    table, filters = RowTable, RowFilters

    @cached_property
    def record(self) -> Import:
        record = Import.objects.filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise NotFound()
        return record

    def get_rows(self) -> Rows:
        return ImportRow.objects.filter(source=self.record)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(), Crumb(self.record.file_name, _url("detail", self.record)))


class ImportReceipt(Page):
    """What became of every row, as a file."""

    permission, face = VIEW, None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        record = Import.objects.filter(pk=kwargs["pk"]).first()
        if record is None:
            raise NotFound()
        return receipt_response(
            record,
            file_format=request.GET.get("format", "csv"),
            problems_only="problems" in request.GET,
        )


class ImportAction(ActionView):
    """Base of the buttons of an import."""

    permission, model, face = RUN, Import, None

    def get_next_url(self, result: Any) -> str:
        return _url("detail", self.record)


class ImportStart(ImportAction):
    permission = RUN
    success_message = _("The import is on its way.")

    def perform(self) -> Any:
        return start_import(self.record, actor=self.principal, hold=False)


class ImportDecide(ImportAction):
    """What is done with lines that look already reported."""

    def perform(self) -> Import:
        record, decision = self.record, self.request.POST.get("decision", "")
        if decision not in Decision.values:
            raise DecisionNeeded()
        return start_decided(record, decision, actor=self.principal)

    def get_success_message(self, result: Import) -> Text:
        given_up = self.request.POST["decision"] == Decision.DISCARD
        return _("They are not posted.") if given_up else _("The import is on its way.")


class ImportCancel(ImportAction):
    permission = RUN

    def perform(self) -> Import:
        return cancel_import(self.record, actor=self.principal)

    def get_success_message(self, result: Import) -> Text:
        if result.state == State.CANCELLED:
            return _("The import is cancelled. Posted rows stay.")
        return _("The import stops before its next batch. Posted rows stay.")


class ImportReopen(ImportAction):
    permission = RUN
    success_message = ""

    def perform(self) -> Any:
        return reopen_import(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return _url("mapping", self.record)


class ImportReplay(ImportAction):
    permission = REPLAY
    success_message = _("Quarantined rows are checked again.")

    def perform(self) -> Any:
        return start_replay(self.record, actor=self.principal)


class ImportCreateMissing(ImportAction):
    permission = REPLAY
    success_message = _("The missing records are being created; their rows follow.")

    def perform(self) -> Any:
        return start_creation(self.record, actor=self.principal)


class ImportMapValue(ImportAction):
    """“What the file calls A is our B”, and look again."""

    permission = REPLAY
    success_message = _("Noted for this and every later file; the rows are checked again.")

    def perform(self) -> Any:
        given = self.request.POST
        map_value(
            self.record,
            reason=given.get("reason", ""),
            value=given.get("value", ""),
            target=given.get("target", ""),
            actor=self.principal,
        )
        return start_replay(self.record, actor=self.principal)


class ImportDiscard(ImportAction):
    """Give up the rows of one reason and value."""

    permission = REPLAY
    success_message = _("The rows are given up; the receipt keeps them.")

    def perform(self) -> Any:
        given = self.request.POST
        return discard_rows(
            self.record,
            reason=given.get("reason", ""),
            value=given.get("value", ""),
            actor=self.principal,
        )
