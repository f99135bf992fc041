"""Order terms at headquarters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import FormView, ListView
from yunhe.trade.orders import permissions
from yunhe.trade.orders.forms import TermsForm
from yunhe.trade.orders.models import OrderTerms
from yunhe.trade.orders.tables import TermsTable


class TermsList(ListView):
    permission, title, table = permissions.TERMS, _("Order terms"), TermsTable
    create_url_name, create_permission = "orders:terms_create", permissions.TERMS
    create_label = _("New terms")

    def get_rows(self) -> Any:
        return OrderTerms.objects.select_related("node").order_by("node__path", "level")


class TermsEdit(FormView):
    permission, title, form_class, model = (
        permissions.TERMS,
        _("Order terms"),
        TermsForm,
        OrderTerms,
    )
    intro = _("They bind partners below the region; the nearest terms and those of the level win.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Orders"), reverse("orders:list")),
            Crumb(_("Order terms"), reverse("orders:terms")),
        )
