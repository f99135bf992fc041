"""Drafts on the phone: several side by side, one of them the cart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import ActionView, Page
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.queries import cart_of, drafts_of

SHOWN = 50


class Drafts(Page):
    """Drafts of everybody who orders for the partner, the cart first; those kept on this phone are
    added by script."""

    permission, face, title = permissions.CREATE, "portal", _("Drafts")
    template_name = "orders/drafts.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(pgettext_lazy("portal menu", "Order"), reverse("orders_portal:catalogue")),)

    def context(self, **extra: Any) -> dict[str, Any]:
        home = self.principal.home_id or 0
        cart = cart_of(self.principal, home)
        found = drafts_of(home).select_related("created_by").order_by("-id")[:SHOWN]
        drafts = sorted(found, key=lambda draft: cart is None or draft.pk != cart.pk)
        return super().context(drafts=drafts, cart=cart, **extra)


class ParkCart(ActionView):
    """Put the cart aside, to begin another."""

    permission, face = permissions.CREATE, "portal"
    success_message = _("The cart was put aside; the next product begins a new one.")

    def perform(self) -> Any:
        cart = cart_of(self.principal, self.principal.home_id or 0)
        if cart is None:
            raise NotFound()
        return services.park_draft(cart, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("orders_portal:drafts")
