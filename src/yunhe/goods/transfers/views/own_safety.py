"""Safety stock on the dealer's phone: of the own place and of those below it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.filters import OwnSafetyFilters
from yunhe.goods.transfers.forms import OwnSafetyForm, OwnWishForm
from yunhe.goods.transfers.permissions import ASK, SAFETY, VIEW_OWN
from yunhe.goods.transfers.tables import OwnSafetyTable, SafetyTable
from yunhe.goods.transfers.views.safety import (
    SafetyList,
    SafetyPages,
    SafetySet,
    SafetyWish,
    Suggested,
    TakeOver,
)
from yunhe.platform.access.models import Node
from yunhe.platform.ui.tables import Table


def own_places() -> QuerySet[Node]:
    """The reader's partners, the nearest to the root first."""
    return Node.objects.filter(partner__isnull=False, active=True).order_by("path")


class MySafetyPages(SafetyPages):
    named = "transfers_portal"

    def form_kwargs(self) -> dict[str, Any]:
        return {"places": own_places()}


class MySafety(MySafetyPages, SafetyList):
    permission, face, filters = VIEW_OWN, "portal", OwnSafetyFilters
    subtitle = _("What you do not want to fall below; looked at every morning")

    @property
    def table(self) -> type[Table]:  # type: ignore[override]
        return SafetyTable if self.principal.can(ASK) else OwnSafetyTable


class SetMySafety(MySafetyPages, SafetySet):
    permission, face, form_class = SAFETY, "portal", OwnSafetyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.form_kwargs()

    def get_initial(self) -> dict[str, Any]:
        return {"node": self.principal.home_id}


class MyWish(MySafetyPages, SafetyWish):
    permission, face, form_class = SAFETY, "portal", OwnWishForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.form_kwargs()

    def get_initial(self) -> dict[str, Any]:
        return {"node": self.principal.home_id}


class SuggestedToMe(MySafetyPages, Suggested):
    permission, face, form_class = SAFETY, "portal", OwnWishForm


class TakeOverMine(MySafetyPages, TakeOver):
    permission, face, form_class = SAFETY, "portal", OwnWishForm
