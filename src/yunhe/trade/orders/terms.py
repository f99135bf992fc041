"""The gate of order terms: minimum value, order days and the hour until which orders are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.ui import formatting
from yunhe.trade.orders.choices import OrderKind
from yunhe.trade.orders.compute import next_order_day
from yunhe.trade.orders.gates import Asking, Gate, Refusal, register_gate

_TERMS = """
SELECT t.minimum, t.weekdays, to_char(t.cut_off, 'HH24:MI')
  FROM network_place(%s::bigint) place
  JOIN orders_orderterms t ON t.node_id = ANY (place.path_ids) AND t.level IN ('', place.level)
 ORDER BY array_position(place.path_ids, t.node_id) DESC, t.level DESC LIMIT 1
"""


class Terms(NamedTuple):
    """What applies to a partner; `cut_off` as HH:MI or None."""

    minimum: Decimal
    weekdays: list[int]
    cut_off: str | None


def terms_of(node_id: int) -> Terms | None:
    """The terms nearest to the partner, those of its level first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [node_id])
        row = cursor.fetchone()
    return Terms(*row) if row else None


class TermsGate(Gate):
    """Binds partners that order from the manufacturer, not headquarters, and no samples."""

    code = "terms"

    def check(self, asking: Asking) -> Iterable[Refusal]:
        return self.check_many([asking])[0]

    def check_many(self, askings: Sequence[Asking]) -> list[list[Refusal]]:
        """One statement a partner."""
        bound = {asking.node_id for asking in askings if self.binds(asking)}
        known = {node_id: terms_of(node_id) for node_id in sorted(bound)}
        return [
            list(self.refusals(asking, terms))
            if self.binds(asking) and (terms := known[asking.node_id])
            else []
            for asking in askings
        ]

    @staticmethod
    def binds(asking: Asking) -> bool:
        return (
            asking.actor.is_partner
            and not asking.between_partners
            and asking.kind == OrderKind.STANDARD
        )

    @staticmethod
    def refusals(asking: Asking, terms: Terms) -> Iterator[Refusal]:
        if asking.total < terms.minimum:
            message = _("The order is worth %(total)s; the minimum order value is %(minimum)s.")
            figures = {
                "total": formatting.money(asking.total, asking.currency),
                "minimum": formatting.money(terms.minimum, asking.currency),
            }
            yield Refusal(message=message % figures, code="orders.minimum")
        local = timezone.localtime(asking.now)
        late = terms.cut_off is not None and f"{local:%H:%M}" >= terms.cut_off
        if (terms.weekdays and local.isoweekday() not in terms.weekdays) or late:
            day = next_order_day(local.date() + timedelta(days=late), terms.weekdays)
            message = _("No orders are taken now; the next order day is %(day)s%(until)s.")
            until = _(" until %(hour)s") % {"hour": terms.cut_off} if terms.cut_off else ""
            yield Refusal(
                message=message % {"day": day.isoformat(), "until": until}, code="orders.calendar"
            )


register_gate(TermsGate())
