"""Say what a partner does not want to fall below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.channel.network.models import Partner
from yunhe.goods.transfers.models import SafetyStock
from yunhe.goods.transfers.permissions import SAFETY
from yunhe.goods.transfers.queries import Wish, suggest_safety
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError
from yunhe.trade.catalog.units import Counted, count_faults


def set_safety(node: Node, quantities: Mapping[int, Decimal], *, actor: Principal) -> int:
    """Set the safety stock of products (SKU id -> base units, 0 takes it away) of a partner.

    What is not named stays. Two statements whatever the number. Returns how many products were named.
    Raises NotAllowed, and DomainError for a place that is no partner or a quantity below zero.
    """
    actor.check(SAFETY, path=node.path)
    if not Partner.objects.filter(node=node).exists():
        raise DomainError(_("Only partners have safety stock."), field="node")
    named = enumerate(quantities.items(), start=1)
    if faults := count_faults(Counted(at, sku_id, quantity) for at, (sku_id, quantity) in named):
        raise DomainError(str(faults[0]["message"]), rows=faults)
    if any(quantity < 0 for quantity in quantities.values()):
        raise DomainError(_("Safety stock cannot be below zero."))
    SafetyStock.objects.bulk_create(
        [
            SafetyStock(node=node, sku_id=sku_id, quantity=quantity)
            for sku_id, quantity in quantities.items()
            if quantity
        ],
        update_conflicts=True,
        unique_fields=["node", "sku"],
        update_fields=["quantity"],
    )
    gone = [sku_id for sku_id, quantity in quantities.items() if not quantity]
    SafetyStock.objects.filter(node=node, sku_id__in=gone).delete()
    return len(quantities)


def take_over_suggestions(node: Node, wish: Wish, *, on: date, actor: Principal) -> int:
    """Set what the sales suggest for every product sold; returns their number. Raises as `set_safety`."""
    found = {row.sku.pk: row.suggested for row in suggest_safety(node, wish, on=on)}
    return set_safety(node, found, actor=actor)
