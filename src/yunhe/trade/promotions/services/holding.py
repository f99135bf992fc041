"""Accounts of budgets and uses, and what an order is told when one is short."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.trade.promotions.errors import UsedUp
from yunhe.trade.promotions.models import BUDGET, USES, Promotion
from yunhe.trade.promotions.queries import Basket
from yunhe.trade.promotions.wording import listed


def open_accounts(promotion: Promotion) -> None:
    """Give the promotion's budget and uses their limits. Raises CapacityExceeded below what is used."""
    key = str(promotion.pk)
    if promotion.budget is not None:
        capacity.set_limit(BUDGET, key, promotion.budget, node_id=promotion.node_id)
    if promotion.uses is not None:
        capacity.set_limit(USES, key, Decimal(promotion.uses), node_id=promotion.node_id)


def open_partner_uses(baskets: Iterable[Basket]) -> None:
    """Open the partners' own accounts of the promotions that limit a partner's orders.

    One statement when there are such promotions in the baskets, none else. Call it before `holds()`
    are reserved.
    """
    limits: dict[str, int | None] = {}
    nodes: dict[str, int] = {}
    for basket in baskets:
        for one in basket.result.applied:
            most = basket.limits[one.promotion_id][2]
            if most is not None:
                key = basket.partner_key(one.promotion_id)
                limits[key], nodes[key] = most, basket.node_id
    if limits:
        capacity.set_limits(USES, limits, node_id=nodes.__getitem__, floor=True)


def use_promotions(ref: str) -> None:
    """Turn what an order reserved of budgets and uses into committed; again changes nothing."""
    capacity.commit(BUDGET, ref)
    capacity.commit(USES, ref)


def used_up(error: CapacityExceeded) -> UsedUp:
    """The sentence for a promotion that ran out between looking and ordering."""
    numbers = {int(short.key.partition(":")[0]) for short in error.shortages}
    names = [one.label for one in Promotion.objects.filter(pk__in=numbers)]
    message = _("%(promotion)s has just run out. Check the order and submit it again.")
    return UsedUp(message % {"promotion": listed(sorted(names))})
