"""Returns in the search over everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.goods.returns.permissions import VIEW
from yunhe.goods.returns.queries import list_returns
from yunhe.platform.ui.search import Hit, SearchProvider


def _find(request: HttpRequest, text: str, limit: int) -> Iterable[Hit]:
    for row in list_returns().filter(number__icontains=text)[:limit]:
        yield Hit(
            row.number,
            row.get_absolute_url(),
            f"{row.node.label} · {row.get_status_display()}",
            "truck-return",
        )


PROVIDERS = [SearchProvider(_("Returns"), VIEW, _find)]
