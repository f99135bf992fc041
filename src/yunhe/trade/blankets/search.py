"""Frames in the search over everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.search import Hit, SearchProvider
from yunhe.trade.blankets.permissions import VIEW
from yunhe.trade.blankets.queries import list_frames


def _find(request: HttpRequest, text: str, limit: int) -> Iterable[Hit]:
    found = list_frames().filter(Q(number__icontains=text) | Q(title__icontains=text))
    for frame in found[:limit]:
        yield Hit(
            f"{frame.number} {frame.title}", frame.get_absolute_url(), frame.node.label, "contract"
        )


PROVIDERS = [SearchProvider(_("Blanket orders"), VIEW, _find)]
