"""The own stock on the dealer's phone: look, count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.stock.filters import OwnBalanceFilters, OwnMovementFilters
from yunhe.goods.stock.forms import LinesForm
from yunhe.goods.stock.permissions import COUNT_OWN, VIEW_OWN
from yunhe.goods.stock.queries import list_balances, list_movements
from yunhe.goods.stock.services import record_count
from yunhe.goods.stock.tables import MovementTable, OwnBalanceTable
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView


class MyStock(ListView):
    permission, face, title = VIEW_OWN, "portal", _("My stock")
    table, filters = OwnBalanceTable, OwnBalanceFilters
    empty = Empty(
        title=_("No stock known yet"),
        text=_("It appears with the first delivery, or record a count."),
        icon="packages",
    )

    def get_rows(self) -> Rows:
        return list_balances()

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(label=_("Movements"), url=reverse("stock_portal:movements"), icon="history"),
            Button(
                label=_("Count"),
                url=reverse("stock_portal:count"),
                icon="clipboard-list",
                style="primary",
                permission=COUNT_OWN,
            ),
        ]


class MyMovements(ListView):
    permission, face, title = VIEW_OWN, "portal", _("Stock movements")
    table, filters = MovementTable, OwnMovementFilters

    def get_rows(self) -> Rows:
        return list_movements()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("My stock"), reverse("stock_portal:list")),)


class CountMyStock(FormView):
    """Count some products of the reader's own company."""

    permission, face, title, form_class = COUNT_OWN, "portal", _("Count"), LinesForm
    intro = _("Only the products named are counted; the others stay as they are.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.now), "ref": f"{self.now:%Y%m%d-%H%M%S}"}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("My stock"), reverse("stock_portal:list")),)

    def perform(self, form: Any) -> dict[int, Any]:
        data = form.cleaned_data
        home = self.principal.home_id
        if home is None:
            raise NotFound()
        return record_count(
            home,
            data["rows"],
            ref=f"{home}:{data['ref']}",
            on=data["on"],
            actor=self.principal,
            now=self.now,
        )

    def get_success_message(self, result: dict[int, Any]) -> str:
        return ngettext(
            "Counted; %(count)d product differed.",
            "Counted; %(count)d products differed.",
            len(result),
        ) % {"count": len(result)}

    def get_success_url(self, result: Any) -> str:
        return reverse("stock_portal:list")
