"""What to do about an alert, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yunhe.goods.transfers.choices import AlertKind
from yunhe.platform.ui import formatting


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
