"""Say what orders of a region must satisfy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.trade.orders.models import OrderTerms
from yunhe.trade.orders.permissions import TERMS


@dataclass(frozen=True, kw_only=True)
class NewTerms:
    """`weekdays` 1 Monday … 7 Sunday, none named for every day; `cut_off` the hour until which."""

    minimum: Decimal = Decimal(0)
    weekdays: frozenset[int] = field(default_factory=frozenset)
    cut_off: time | None = None


def set_order_terms(node: Node, level: str, terms: NewTerms, *, actor: Principal) -> OrderTerms:
    """Write the terms of a region and of a level in it ("" for all); again replaces them.

    Raises NotAllowed.
    """
    actor.check(TERMS, path=node.path)
    written, _made = OrderTerms.objects.update_or_create(
        node=node,
        level=level,
        defaults={
            "minimum": terms.minimum,
            "weekdays": sorted(terms.weekdays),
            "cut_off": terms.cut_off,
        },
    )
    return written
