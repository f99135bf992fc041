"""What to do about an alert, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yunhe.goods.transfers.choices import AlertKind
from yunhe.platform.ui import formatting


def advice(group: Any) -> str:
    """What to do about a partner's or a product's alerts, in one sentence with figures."""
    kinds = group.kinds
    low, expiry = kinds[AlertKind.LOW], kinds[AlertKind.EXPIRY]
    spare = kinds[AlertKind.OVER] + kinds[AlertKind.SLOW]
    if group.by == "node":
        parts = [
            (low, _("order %(count)s products")),
            (expiry, _("sell or return %(count)s products before they expire")),
            (spare, _("give away or promote %(count)s products")),
        ]
    else:
        parts = [
            (low, _("%(count)s partners need %(order)s")),
            (expiry, _("%(count)s partners have stock near its expiry")),
            (spare, _("%(count)s partners have too much")),
        ]
    order = formatting.quantity(group.order)
    return _("; ").join(text % {"count": count, "order": order} for count, text in parts if count)


def suggestion(alert: Any) -> str:
    """One sentence with the quantity at stake, in base units."""
    amount = formatting.quantity(alert.amount)
    if alert.kind == AlertKind.LOW:
        return _("Order %(amount)s, or take it over from a neighbour") % {"amount": amount}
    if alert.kind == AlertKind.OVER:
        return _("Give away %(amount)s, or order less") % {"amount": amount}
    if alert.kind == AlertKind.SLOW:
        return _("Promote or give away %(amount)s") % {"amount": amount}
    return _("Sell %(amount)s first, or use the right to return it") % {"amount": amount}
