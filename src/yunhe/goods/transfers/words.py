"""What to do about an alert, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yunhe.goods.transfers.choices import AlertKind
from yunhe.platform.ui import formatting


def advice(group: Any) -> str:
    """What to do about a partner's or a product's alerts, in one sentence with figures."""
    kinds = group.kinds
    low, expiry = kinds[AlertKind.LOW], kinds[AlertKind.EXPIRY]
    spare = kinds[AlertKind.OVER] + kinds[AlertKind.SLOW]
    if group.by == "node":
        parts = [
            (low, ngettext("order %(count)s product", "order %(count)s products", low)),
            (
                expiry,
                ngettext(
                    "sell or return %(count)s product before it expires",
                    "sell or return %(count)s products before they expire",
                    expiry,
                ),
            ),
            (
                spare,
                ngettext(
                    "give away or promote %(count)s product",
                    "give away or promote %(count)s products",
                    spare,
                ),
            ),
        ]
    else:
        parts = [
            (
                low,
                ngettext(
                    "%(count)s partner needs %(order)s", "%(count)s partners need %(order)s", low
                ),
            ),
            (
                expiry,
                ngettext(
                    "%(count)s partner has stock near its expiry",
                    "%(count)s partners have stock near its expiry",
                    expiry,
                ),
            ),
            (
                spare,
                ngettext(
                    "%(count)s partner has too much", "%(count)s partners have too much", spare
                ),
            ),
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
