"""Promotions on the dealer's phone: what holds for me, and what comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.views import Page
from yunhe.trade.promotions.panels import rule_facts, when
from yunhe.trade.promotions.permissions import VIEW_OWN
from yunhe.trade.promotions.queries import own_promotions


class MyPromotions(Page):
    """Published promotions that hold for the reader's company, now and soon, in words."""

    permission, face, title = VIEW_OWN, "portal", _("Promotions for me")
    template_name = "promotions/mine.html"
    most = 30

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        today = timezone.localdate(self.now)
        found: list[dict[str, Any]] = [
            {
                "promotion": one,
                "facts": rule_facts(one),
                "when": when(one),
                "later": one.period.lower > today,
            }
            for one in own_promotions(today)[: self.most]
        ]
        return self.render(promotions=found)
