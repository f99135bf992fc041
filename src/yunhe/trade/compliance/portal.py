"""What the dealer's qualifications let it buy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Badge, Empty
from yunhe.platform.ui.components.lists import CardItem, CardList
from yunhe.platform.ui.views import Page
from yunhe.trade.catalog.queries import orderable_skus
from yunhe.trade.compliance.permissions import VIEW_OWN
from yunhe.trade.compliance.queries import refusals_by_rule


class MyQualifications(Page):
    """The rules that keep the reader's partner from buying something, and what would help."""

    permission, face, title = VIEW_OWN, "portal", _("Goods I may not buy")
    template_name = "compliance/portal.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        node_id = self.principal.home_id
        if node_id is None or not self.principal.is_partner:
            raise NotFound(_("You do not work for a partner."))
        skus = list(orderable_skus().order_by().values_list("pk", flat=True))
        cards = [
            CardItem(
                title=found.rule.label,
                text=found.message,
                badge=Badge(label=_products(found.refused), tone="amber", icon="ban"),
            )
            for found in refusals_by_rule(node_id, skus, timezone.localdate(self.now))
        ]
        empty = Empty(
            title=_("You may buy everything on offer"),
            text=_("No rule asks for a qualification that you lack."),
            icon="shield-check",
        )
        return self.render(cards=CardList(items=cards, label=_("Goods I may not buy"), empty=empty))


def _products(count: int) -> str:
    return ngettext("%(n)s product", "%(n)s products", count) % {"n": count}
