"""What a price list's page is made of, and the prices on a SKU's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    DateColumn,
    LastDayColumn,
    NumberColumn,
    Rows,
    TextColumn,
)
from yunhe.platform.ui.views import FactsPanel, TablePanel
from yunhe.platform.workflow.panels import ApprovalPanel
from yunhe.trade.catalog.panels import register_panel
from yunhe.trade.pricing.choices import CHANGE_KIND, ListStatus
from yunhe.trade.pricing.models import Price
from yunhe.trade.pricing.permissions import CHANGE, VIEW
from yunhe.trade.pricing.queries import prices_on
from yunhe.trade.pricing.queries.publishing import subject_of
from yunhe.trade.pricing.tables import PriceTable, SkuPriceTable


class TermsPanel(FactsPanel):
    """Whom the list prices, and when."""

    title, icon = _("Terms"), "contract"
    fields = (
        TextColumn(_("Reference code"), source="code"),
        TextColumn(_("Valid in"), source="node.label"),
        BooleanColumn(_("Kept by the partner"), source="by_partner"),
        BadgeColumn(_("Level"), source="level"),
        BadgeColumn(_("Tier"), source="tier"),
        BadgeColumn(_("Sales channel"), source="channel"),
        DateColumn(_("First day"), source="period.lower"),
        LastDayColumn(_("Last day"), source="period.upper"),
        TextColumn(_("Currency"), source="currency"),
        NumberColumn(_("Priority"), source="priority"),
        TextColumn(_("Note"), source="note"),
    )

    def actions(self) -> Sequence[Button]:
        if self.record.by_partner:
            return ()
        url = reverse("pricing:change", args=[self.record.pk])
        return [Button(label=_("Change"), url=url, icon="edit", size="small", permission=CHANGE)]


class PricesPanel(TablePanel):
    """The prices that hold today; all days are a click away."""

    title, icon, table = _("Prices today"), "tags", PriceTable
    empty = Empty(title=_("No price holds today"), icon="tags")

    @property
    def more_url(self) -> str:  # type: ignore[override]
        return reverse("pricing:prices", args=[self.record.pk])

    def actions(self) -> Sequence[Button]:
        days = Button(label=_("All days"), url=self.more_url, icon="calendar", size="small")
        if self.record.by_partner:
            return [days]
        url = reverse("pricing:set", args=[self.record.pk])
        return [
            days,
            Button(label=_("Set prices"), url=url, icon="plus", size="small", permission=CHANGE),
        ]

    def rows(self) -> Rows:
        return prices_on(self.record, timezone.localdate(self.view.now)).select_related(
            "price_list"
        )


class ListApproval(ApprovalPanel):
    """Who has to agree to what was asked for, or who did last."""

    kinds = (CHANGE_KIND,)

    @property
    def subject_id(self) -> str:
        return subject_of(self.record.pk)


@register_panel
class SkuPricesPanel(TablePanel):
    """Today's prices of a SKU over the lists."""

    title, icon, table, permission = _("Prices today"), "tags", SkuPriceTable, VIEW
    empty = Empty(title=_("No price holds today"), icon="tags")

    def rows(self) -> Rows:
        today = timezone.localdate(self.view.now)
        rows: Any = Price.objects.filter(
            sku=self.record,
            period__contains=today,
            price_list__period__contains=today,
            price_list__status=ListStatus.PUBLISHED,
        )
        return rows.select_related("price_list__node").order_by("price_list__code", "min_quantity")
