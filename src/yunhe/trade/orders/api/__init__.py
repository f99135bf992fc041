"""Orders over the API."""

from __future__ import annotations

from ninja import Router

from yunhe.trade.orders.api import changing, many, placing, templates, terms

router = Router(tags=["orders"])
# moves come last: their address would take in the others
for part in (
    placing.router,
    many.router,
    changing.router,
    templates.router,
    terms.router,
    placing.moves,
):
    router.add_router("", part)

__all__ = ["router"]
