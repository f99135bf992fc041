"""Count on the phone: begin, save as often as one likes (also without network), submit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.choices import ReportStatus
from yunhe.goods.reports.forms import PREFIX, CountForm, StartForm
from yunhe.goods.reports.models import Credibility, StockReport
from yunhe.goods.reports.panels import (
    CheckPanel,
    OwnPartsPanel,
    PastPanel,
    PointsPanel,
    credibility_facts,
)
from yunhe.goods.reports.permissions import REPORT, VIEW_OWN
from yunhe.goods.reports.queries import (
    CountRow,
    credibility_of,
    list_reports,
    report_for,
    rows_to_count,
)
from yunhe.goods.reports.services import save_counts, start_report, submit_report
from yunhe.goods.reports.tables import OwnReportTable
from yunhe.goods.reports.views import CredibilityDetail, ReportDetail, ReportFacts
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Facts
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, FormView, ListView
from yunhe.platform.values import to_text


class MyReports(ListView):
    permission, face, title = VIEW_OWN, "portal", _("Stock reports")
    table, above = OwnReportTable, "reports/credibility_head.html"
    create_url_name, create_permission = "reports_portal:start", REPORT
    create_label = _("Count")
    empty = Empty(
        title=_("No stock report yet"),
        text=_("Count once a month and send it within three days after its end."),
        icon="clipboard-list",
    )

    def get_rows(self) -> Rows:
        return list_reports()

    def context(self, **extra: Any) -> dict[str, Any]:
        found = credibility_of(self.principal.home_id) if self.principal.home_id else None
        facts = Facts(facts=credibility_facts(found)[:1], columns=1) if found else None
        return super().context(credibility=facts, **extra)


class StartReport(FormView):
    permission, face, title, form_class = REPORT, "portal", _("Count the stock"), StartForm
    submit_label = _("Start counting")
    cancel_url_name = "reports_portal:list"

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.now)}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock reports"), reverse("reports_portal:list")),)

    def perform(self, form: Any) -> StockReport:
        home = self.principal.home_id
        if home is None:
            raise NotFound()
        data = form.cleaned_data
        return start_report(
            home, on=data["on"], blind=data["blind"], actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("reports_portal:count", args=[result.pk])


class CountReport(FormView):
    """One page with every product; saving keeps what was entered so far, also without network."""

    permission, face, title, form_class = REPORT, "portal", _("Count the stock"), CountForm
    template_name = "reports/count.html"

    @cached_property
    def report(self) -> StockReport:
        return report_for(self.kwargs["pk"])

    @cached_property
    def rows(self) -> list[CountRow]:
        return rows_to_count(self.report)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "rows": self.rows}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock reports"), reverse("reports_portal:list")),)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "application/json" not in request.headers.get("Accept", ""):
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if not form.is_valid():
            detail = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return JsonResponse({"detail": detail}, status=422)
        try:
            with transaction.atomic():
                report = self.perform(form)
        except DomainError as error:
            detail = " ".join([str(error), *(row["message"] for row in error.rows)])
            return JsonResponse({"code": error.code, "detail": detail}, status=error.status)
        answer = {"counted": report.line_count, "message": str(self.get_success_message(report))}
        if report.status == ReportStatus.SUBMITTED:
            answer["url"] = self.get_success_url(report)
        return JsonResponse(answer)

    def perform(self, form: Any) -> StockReport:
        report, counts = self.report, form.cleaned_data["counts"]
        if counts:
            report = save_counts(report, counts, actor=self.principal)
        if "submit" in form.data:
            report = submit_report(report, actor=self.principal, now=self.now)
        return report

    def get_success_message(self, result: Any) -> Any:
        if result.status == ReportStatus.SUBMITTED:
            return _("The report was submitted.")
        return _("Saved. Submit when everything is counted.")

    def get_success_url(self, result: Any) -> str:
        name = "detail" if result.status == ReportStatus.SUBMITTED else "count"
        return reverse(f"reports_portal:{name}", args=[self.report.pk])

    def show(self, form: BaseForm, formsets: Any, *, status: int = 200) -> HttpResponseBase:
        given = form.data if form.is_bound else {}
        lines = [
            {"row": row, "name": f"{PREFIX}{row.sku.pk}", "value": self._value(row, given)}
            for row in self.rows
        ]
        return self.render(
            status=status, form=form, formsets=formsets, report=self.report, lines=lines
        )

    def _value(self, row: CountRow, given: Any) -> str:
        """What was typed, as it was; else what is known to be counted."""
        counted = "" if row.counted is None else to_text(row.counted)
        return str(given.get(f"{PREFIX}{row.sku.pk}", counted))


class SubmitReport(ActionView):
    permission, face, model = REPORT, "portal", StockReport
    success_message = _("The report was submitted.")

    def perform(self) -> Any:
        return submit_report(self.record, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("reports_portal:detail", args=[self.record.pk])


class MyCredibility(CredibilityDetail):
    """How far the own reports are believed, and what would raise the score."""

    permission, face = VIEW_OWN, "portal"
    panels = (PointsPanel, PastPanel, OwnPartsPanel)

    def get_record(self) -> Credibility:
        found = credibility_of(self.principal.home_id) if self.principal.home_id else None
        if found is None:
            raise NotFound()
        return found

    def get_title(self) -> Text:
        return _("Credibility of my reports")

    def get_actions(self) -> Sequence[Button]:
        return ()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock reports"), reverse("reports_portal:list")),)


class MyReport(ReportDetail):
    permission, face = VIEW_OWN, "portal"
    panels = (ReportFacts, CheckPanel)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock reports"), reverse("reports_portal:list")),)

    def get_actions(self) -> Sequence[Button]:
        if self.record.status != ReportStatus.DRAFT:
            return ()
        url = reverse("reports_portal:count", args=[self.record.pk])
        return [
            Button(
                label=_("Go on counting"),
                url=url,
                icon="clipboard-list",
                style="primary",
                permission=REPORT,
            )
        ]
