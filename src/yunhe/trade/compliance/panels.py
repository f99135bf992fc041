"""Compliance on the pages of products and partners."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.panels import register_panel as register_partner_panel
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import TablePanel
from yunhe.trade.catalog.panels import register_panel as register_sku_panel
from yunhe.trade.catalog.queries import orderable_skus
from yunhe.trade.compliance.permissions import CHANGE, VIEW
from yunhe.trade.compliance.queries import RuleForPartner, list_registrations, refusals_by_rule
from yunhe.trade.compliance.tables import PartnerRuleTable, ProductRegistrationTable


class ProductRegistrations(TablePanel):
    """Registrations and licences of the SKU's product."""

    title, icon, table = _("Registrations"), "certificate", ProductRegistrationTable
    permission = VIEW
    empty = Empty(title=_("No registration filed"), icon="certificate")

    def actions(self) -> Sequence[Button]:
        url = f"{reverse('compliance:registration_create')}?product={self.record.product_id}"
        return [Button(label=_("Add"), url=url, icon="plus", size="small", permission=CHANGE)]

    def rows(self) -> Rows:
        return list_registrations().filter(product=self.record.product_id)


class PartnerCompliance(TablePanel):
    """Which rules keep the partner from buying what."""

    title, icon, table = _("Goods the partner may not buy"), "shield-check", PartnerRuleTable
    permission = VIEW
    empty = Empty(title=_("No rule refuses this partner anything"), icon="shield-check")

    @cached_property
    def found(self) -> list[RuleForPartner]:
        skus = list(orderable_skus().order_by().values_list("pk", flat=True))
        return refusals_by_rule(self.record.pk, skus, timezone.localdate())

    def rows(self) -> Rows:
        return self.found


register_sku_panel(ProductRegistrations, order=35)
register_partner_panel(PartnerCompliance, order=25)
