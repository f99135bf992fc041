"""Safety stock at headquarters: look, set, let the sales suggest it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.transfers.filters import SafetyFilters
from yunhe.goods.transfers.forms import SafetyForm, WishForm
from yunhe.goods.transfers.permissions import SAFETY, VIEW
from yunhe.goods.transfers.queries import list_safety, suggest_safety
from yunhe.goods.transfers.services import set_safety, take_over_suggestions
from yunhe.goods.transfers.tables import SafetyTable, SuggestionTable
from yunhe.platform.errors import DomainError
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.filters import FilterSet
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, FormView, ListView

TITLE = _("Safety stock")
SUBTITLE = _("What partners do not want to fall below; looked at every morning")
NOTHING = Empty(
    title=_("No safety stock is set"),
    text=_("Set it for some products, import a file, or let the sales suggest it."),
    icon="shield-check",
)


class SafetyPages:
    """Where the pages of this face are: those of headquarters, or of the portal."""

    named: ClassVar[str] = "transfers"

    def address(self, name: str) -> str:
        return reverse(f"{self.named}:{name}")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Stock alerts"), self.address("alerts")),
            Crumb(TITLE, self.address("safety")),
        )


class SafetyList(SafetyPages, ListView):
    permission, title, subtitle, empty = VIEW, TITLE, SUBTITLE, NOTHING
    table = SafetyTable
    filters: ClassVar[type[FilterSet]] = SafetyFilters

    def get_rows(self) -> Rows:
        return list_safety()

    def get_crumbs(self) -> Sequence[Crumb]:
        return super().get_crumbs()[:1]

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(
                label=_("Suggest from sales"),
                url=self.address("safety_wish"),
                icon="calculator",
                permission=SAFETY,
            ),
            Button(
                label=_("Set safety stock"),
                url=self.address("safety_set"),
                icon="plus",
                style="primary",
                permission=SAFETY,
            ),
        ]


class SafetySet(SafetyPages, FormView):
    permission, title = SAFETY, _("Set safety stock")
    form_class: ClassVar[type[BaseForm]] = SafetyForm
    intro = _("Products that are not named keep theirs; 0 takes a safety stock away.")

    @property
    def cancel_url(self) -> str:
        return self.address("safety")

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        return set_safety(data["node"], data["rows"], actor=self.principal)

    def get_success_url(self, result: int) -> str:
        return self.address("safety")


class SafetyWish(SafetyPages, FormView):
    """Ask what the sales suggest."""

    permission, title, form_class = SAFETY, _("Suggest from sales"), WishForm
    submit_label, success_message = _("Show the suggestions"), ""
    intro = _(
        "From the daily sales of the last eight weeks: the more they vary and the longer an order takes,"
        " the more is kept. Nothing is set yet."
    )

    @property
    def cancel_url(self) -> str:
        return self.address("safety")

    def perform(self, form: Any) -> str:
        return urlencode({name: form[name].value() for name in form.fields})

    def get_success_url(self, result: str) -> str:
        return f"{self.address('safety_suggested')}?{result}"


class WishedPage(SafetyPages):
    """What is wished stands in the address; without it the form asks."""

    request: HttpRequest
    form_class: ClassVar[type[WishForm]] = WishForm

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    @cached_property
    def wished(self) -> WishForm:
        return self.form_class(self.request.GET, **self.form_kwargs())


class Suggested(WishedPage, ListView):
    """What the sales suggest beside what is set."""

    permission, title, table = SAFETY, _("Suggested safety stock"), SuggestionTable
    empty = Empty(title=_("Nothing was sold in the last eight weeks"), icon="packages")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.wished.is_valid():
            return HttpResponseRedirect(self.address("safety_wish"))
        return super().get(request, *args, **kwargs)

    def get_subtitle(self) -> str:
        words = {
            "partner": self.wished.cleaned_data["node"].label,
            "service": self.wished.cleaned_data["service"],
            "days": self.wished.cleaned_data["lead_days"],
        }
        return (
            str(_("%(partner)s · service level %(service)s %% · %(days)s days to arrival")) % words
        )

    def get_rows(self) -> Rows:
        node, today = self.wished.cleaned_data["node"], timezone.localdate(self.now)
        return suggest_safety(node, self.wished.wish, on=today)

    def get_actions(self) -> Sequence[Button]:
        asked = urlencode({name: self.request.GET[name] for name in self.wished.fields})
        return [
            Button(
                label=_("Take over all"),
                url=f"{self.address('safety_take_over')}?{asked}",
                icon="check",
                style="primary",
                method="post",
                confirm=_("What is set for these products now is replaced. Take over all?"),
                permission=SAFETY,
            )
        ]


class TakeOver(WishedPage, ActionView):
    permission = SAFETY

    def perform(self) -> int:
        if not self.wished.is_valid():
            raise DomainError(_("Say for which partner, which service level and how many days."))
        node, today = self.wished.cleaned_data["node"], timezone.localdate(self.now)
        return take_over_suggestions(node, self.wished.wish, on=today, actor=self.principal)

    def get_success_message(self, result: int) -> str:
        words = ngettext("Set for %(count)s product.", "Set for %(count)s products.", result)
        return words % {"count": formatting.number(result)}

    def get_next_url(self, result: Any) -> str:
        return self.address("safety")
