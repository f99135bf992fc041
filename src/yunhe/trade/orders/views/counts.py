"""Quantities that a page's fields hold, one beside each product or line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.platform.values import read_number
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import lines_of

Names = Callable[[Collection[int]], Mapping[int, str]]
"""Keys of fields → what the reader calls them."""


def typed(posted: Mapping[str, str], kind: str) -> dict[int, str]:
    """Key → text, from the fields `<kind>-<key>`."""
    found = {}
    for name, value in posted.items():
        prefix, _sep, key = name.partition("-")
        if prefix == kind and key.isdecimal():
            found[int(key)] = str(value).strip()
    return found


def read_counts(texts: Mapping[int, str], names: Names) -> dict[int, Decimal]:
    """Key → number. Raises LinesRefused for texts that are no number of zero or more: a slip of the
    finger takes nothing out of a cart and receives nothing."""
    counts = readable(texts)
    if wrong := texts.keys() - counts.keys():
        called = names(wrong)
        message = _("%(product)s: “%(text)s” is no quantity.")
        rows = [
            {"message": message % {"product": called.get(key, key), "text": texts[key][:40]}}
            for key in texts
            if key in wrong
        ]
        raise LinesRefused(_("Some quantities cannot be read."), rows=rows)
    return counts


def readable(texts: Mapping[int, str]) -> dict[int, Decimal]:
    """The texts that are numbers of zero or more."""
    numbers = {key: read_number(text) for key, text in texts.items()}
    return {key: count for key, count in numbers.items() if count is not None and count >= 0}


def line_names(order: Order) -> Names:
    """Lines of the order by their products."""
    return lambda _keys: {line.pk: line.sku.label for line in lines_of(order)}
