"""What the values of common options may be."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yunhe.platform.values.currencies import currency_exponent
from yunhe.platform.values.errors import UnknownCurrency


def currency_fault(currency: str) -> str:
    """What is wrong with a currency; nothing for an ISO 4217 code in capitals."""
    try:
        currency_exponent(currency)
    except UnknownCurrency:
        return _("There is no currency “%(code)s”; use a code such as CNY or USD.") % {
            "code": currency[:40]
        }
    return ""
