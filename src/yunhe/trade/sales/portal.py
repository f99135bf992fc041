"""Scan to report 扫码报单: a product, a quantity, sent; kept on the phone when there is no network."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Empty
from yunhe.platform.ui.components.lists import CardItem, CardList
from yunhe.platform.ui.views import FormView
from yunhe.trade.sales.forms import ScanForm
from yunhe.trade.sales.permissions import REPORT
from yunhe.trade.sales.queries import customers_of, recent_scans
from yunhe.trade.sales.recording import Recorded
from yunhe.trade.sales.services import ReportedLine, report_sales

SHOWN = 10


class ScanSale(FormView):
    """The form; by script it is sent with an Idempotency-Key, which names the line for good."""

    permission, title, face = REPORT, _("Report a sale"), "portal"
    form_class, submit_label = ScanForm, _("Report")
    success_message = _("Reported.")
    template_name = "sales/scan.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "application/json" not in request.headers.get("Accept", ""):
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if not form.is_valid():
            detail = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return JsonResponse({"detail": detail}, status=422)
        try:
            recorded = self.perform(form)
        except DomainError as error:
            detail = " ".join([str(error), *(row["message"] for row in error.rows)])
            return JsonResponse({"code": error.code, "detail": detail}, status=error.status)
        return JsonResponse({"recorded": recorded.recorded, "duplicates": recorded.duplicates})

    def get_form_kwargs(self) -> dict[str, Any]:
        customers = customers_of(self.principal.home_id) if self.principal.home_id else []
        return {**super().get_form_kwargs(), "customers": customers}

    def perform(self, form: Any) -> Recorded:
        given = form.cleaned_data
        flow, customer = form.sale()
        key = self.request.headers.get("Idempotency-Key") or given["key"]
        line = ReportedLine(
            line_key=key[:120],
            item=given["item"].strip(),
            on=given["on"],
            quantity=given["quantity"],
            counterparty=customer,
        )
        return report_sales([line], flow=flow, kind="scan", actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("sales_portal:scan")

    def show(self, form: BaseForm, formsets: Any, *, status: int = 200) -> HttpResponseBase:
        return self.render(status=status, form=form, formsets=formsets, recent=self._recent())

    def _recent(self) -> CardList:
        items = [
            CardItem(
                title=fact.sku.label,
                text=" · ".join(
                    [
                        formatting.moment(fact.recorded_at),
                        *([fact.counterparty.label] if fact.counterparty else []),
                    ]
                ),
                value=formatting.quantity(fact.quantity),
                url=reverse("sales:detail", args=[fact.pk]),
            )
            for fact in recent_scans(self.principal.home_id)[:SHOWN]
        ]
        empty = Empty(title=_("Nothing reported yet"), icon="scan")
        return CardList(items=items, label=_("Reported last"), empty=empty)
