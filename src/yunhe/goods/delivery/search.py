"""Delivery plans in the search over everything, by their number, depot or a vehicle's plate."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery.permissions import VIEW
from yunhe.goods.delivery.queries import search_plans
from yunhe.platform.ui import formatting
from yunhe.platform.ui.search import Hit, SearchProvider


def _find(request: HttpRequest, text: str, limit: int) -> Iterable[Hit]:
    for plan in search_plans(text)[:limit]:
        yield Hit(
            plan.number,
            plan.get_absolute_url(),
            f"{plan.depot.name} · {formatting.day(plan.day)} · {plan.get_status_display()}",
            "route",
        )


PROVIDERS = [SearchProvider(_("Delivery plans"), VIEW, _find)]
