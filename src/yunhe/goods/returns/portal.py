"""Returns on the dealer's phone: see the right, ask, send back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.returns.forms import PREFIX, ReturnForm
from yunhe.goods.returns.models import Return
from yunhe.goods.returns.permissions import ASK, SUPPLY, VIEW_OWN
from yunhe.goods.returns.queries import (
    Returnable,
    list_returns,
    list_rights,
    returnable_of,
    rights_on,
    room_of,
    supplied_by_partner,
)
from yunhe.goods.returns.services import ask_supplier, request_return
from yunhe.goods.returns.tables import OwnReturnTable
from yunhe.goods.returns.views import InspectReturn, ReturnAction, ReturnDetail
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Crumb, Empty
from yunhe.platform.ui.components.lists import CardItem, CardList
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView


class MyReturns(ListView):
    permission, face, title = VIEW_OWN, "portal", _("Returns")
    table, above = OwnReturnTable, "returns/rights_head.html"
    create_url_name, create_permission = "returns_portal:ask", ASK
    create_label = _("Ask for a return")
    empty = Empty(title=_("No return yet"), icon="truck-return")

    def get_rows(self) -> Rows:
        return list_returns()

    def context(self, **extra: Any) -> dict[str, Any]:
        home, today = self.principal.home_id, timezone.localdate(self.now)
        if home and supplied_by_partner(home):
            return super().context(rights=None, **extra)
        items = []
        for right in rights_on(home, today) if home else ():
            room = room_of(right, today)
            text = _("%(percent)s %% of %(purchases)s bought this %(period)s") % {
                "percent": formatting.number(right.percent),
                "purchases": formatting.money(room.purchases),
                "period": right.get_period_display(),
            }
            left = formatting.money(room.left)
            items.append(CardItem(title=right.contract, text=text, value=left))
        empty = Empty(title=_("Your contract grants no right of return"), icon="certificate")
        cards = CardList(items=items, label=_("Rights of return: left"), empty=empty)
        return super().context(rights=cards, **extra)


class AskReturn(FormView):
    permission, face, title, form_class = ASK, "portal", _("Ask for a return"), ReturnForm
    submit_label, cancel_url_name = _("Ask"), "returns_portal:list"
    template_name = "returns/ask.html"

    def get_initial(self) -> dict[str, Any]:
        return {"key": uuid4().hex}

    def get_form_kwargs(self) -> dict[str, Any]:
        home = self.principal.home_id
        today = timezone.localdate(self.now)
        rights: Any = rights_on(home, today) if home else list_rights().none()
        if self.from_dealer:
            rights = None
        return {**super().get_form_kwargs(), "rights": rights, "goods": self.goods}

    @cached_property
    def from_dealer(self) -> bool:
        """Whether a dealer supplies the partner."""
        return bool(self.principal.home_id) and supplied_by_partner(self.principal.home_id)

    @cached_property
    def goods(self) -> list[Returnable]:
        home = self.principal.home_id
        return returnable_of(home, timezone.localdate(self.now)) if home else []

    def context(self, **extra: Any) -> dict[str, Any]:
        lines = [
            {"each": each, "name": name, "value": self.request.POST.get(name, "")}
            for each in self.goods
            for name in (f"{PREFIX}{each.sku.pk}",)
        ]
        return super().context(lines=lines, **extra)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Returns"), reverse("returns_portal:list")),)

    def perform(self, form: Any) -> Return:
        data = form.cleaned_data
        told = {name: data[name] for name in ("reason", "key")}
        if self.from_dealer:
            return ask_supplier(data["lines"], **told, actor=self.principal, now=self.now)
        return request_return(
            data["right"], data["lines"], **told, actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("returns_portal:detail", args=[result.pk])


class MyReturn(ReturnDetail):
    permission, face, space = VIEW_OWN, "portal", "returns_portal"


class MyReturnAction(ReturnAction):
    permission, face, space = ASK, "portal", "returns_portal"


class InspectCustomers(InspectReturn):
    """A dealer inspects what its customer sent back, and settles with it."""

    permission, face = SUPPLY, "portal"
    intro = _(
        "What is neither damaged nor refused is good and becomes your stock. You settle the rest."
    )

    def get_success_url(self, result: Any) -> str:
        return reverse("returns_portal:detail", args=[self.document.pk])
