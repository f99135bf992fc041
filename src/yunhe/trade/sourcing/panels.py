"""Sourcing on the pages of orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Button
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import TablePanel, TemplatePanel
from yunhe.trade.orders.panels import offer_help, register_panel
from yunhe.trade.orders.permissions import SPLIT
from yunhe.trade.orders.transitions import MOVES
from yunhe.trade.sourcing.permissions import VIEW
from yunhe.trade.sourcing.queries import credits_of, parts_of
from yunhe.trade.sourcing.tables import (
    CreditedPartTable,
    CreditTable,
    OwnOrderPartTable,
)
from yunhe.trade.sourcing.wording import why


class Parts(TablePanel):
    """The whole order's parts, on its page and on each part's."""

    title, icon = _("Served from"), "map-pin"

    def shown(self) -> bool:
        return self.record.parent_id is not None or bool(self.record.follows)

    def rows(self) -> Rows:
        return parts_of(self.record)


class OrderParts(Parts):
    """At headquarters, with what the serving dealers were credited."""

    table, permission = CreditedPartTable, VIEW


class OwnOrderParts(Parts):
    """The same on the phone."""

    table = OwnOrderPartTable


class ServingCredits(TablePanel):
    """What the dealer that serves this part was credited for it."""

    title, icon, table = _("Credited to the serving dealer"), "receipt-refund", CreditTable
    permission, limit = VIEW, 200

    def shown(self) -> bool:
        return self.record.parent_id is not None and credits_of(self.record.pk).exists()

    def rows(self) -> Rows:
        return credits_of(self.record.pk)


class WhereFrom(TemplatePanel):
    """The way to the page that plans where an order is served from; and why a part is here."""

    title, icon, side = _("Where from"), "arrows-split", True
    permission, template_name = VIEW, "sourcing/where_from.html"

    def shown(self) -> bool:
        return self.record.status in MOVES["split"].sources or bool(self.reasons())

    def actions(self) -> Sequence[Button]:
        if self.record.status not in MOVES["split"].sources:
            return ()
        return (
            Button(
                label=_("Plan the split"),
                url=reverse("sourcing:order", args=[self.record.pk]),
                icon="arrows-split",
                permission=SPLIT,
            ),
        )

    def reasons(self) -> list[tuple[int, str]]:
        if self.record.parent_id is None:
            return []
        part = parts_of(self.record).filter(pk=self.record.pk).first()
        told = part.reasons if part else {}
        return [(int(row), why(told[row])) for row in sorted(told, key=int)]

    def context(self) -> dict[str, Any]:
        return {"reasons": self.reasons(), "place": self.record.supplier_label}


register_panel(OrderParts, faces=("console",), order=10)
register_panel(ServingCredits, faces=("console",), order=12)
register_panel(OwnOrderParts, faces=("portal",), order=10)
register_panel(WhereFrom, faces=("console",), order=20)
offer_help(_("See whether other warehouses have it"), "sourcing_portal:cart")
