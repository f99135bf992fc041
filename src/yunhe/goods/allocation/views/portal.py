"""My quota on the dealer's phone: how much, how much is left, until when, why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from yunhe.goods.allocation import permissions
from yunhe.goods.allocation.queries import quota_rows
from yunhe.goods.allocation.tables import reason_of
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.components.figures import Progress
from yunhe.platform.ui.views import Page

SHOWN = 100


def order_button(quota: Any, today: date) -> Button | None:
    """To the product in the catalogue, while the quota runs and some of it is left."""
    if quota.ended or quota.left <= 0 or today not in quota.period:
        return None
    url = f"{reverse('orders_portal:catalogue')}?{urlencode({'q': quota.sku.code})}"
    return Button(label=_("Order it"), url=url, icon="shopping-cart", style="primary")


class OwnQuotas(Page):
    permission, face, title = permissions.VIEW_OWN, "portal", _("My quota")
    subtitle = _("Products that are scarce are divided; this is your share and why")
    template_name = "allocation/own_quotas.html"

    def context(self, **extra: Any) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        quotas = [
            {
                "quota": quota,
                "waits": not quota.ended and today < quota.period.lower,
                "lots": quota.quantity / quota.lot,
                "left_lots": quota.left / quota.lot,
                "reason": reason_of(quota),
                "order": order_button(quota, today),
                "progress": Progress(
                    value=float(quota.used),
                    total=float(quota.quantity) or 1.0,
                    label=_("Ordered of it"),
                ),
            }
            for quota in quota_rows()[:SHOWN]
        ]
        empty = Empty(
            title=_("No product is divided"),
            text=_("You may order everything without a quota."),
            icon="chart-pie",
        )
        return super().context(quotas=quotas, empty=empty, **extra)
