"""What catalogue and cart share: whose cart it is, what a page asks for, units of a product."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cached_property

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.views import Page
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders import permissions
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import cart_of
from yunhe.trade.orders.services import Wish
from yunhe.trade.orders.views.counts import read_counts, readable, typed


class Shopping(Page):
    """What catalogue and cart share."""

    permission, face = permissions.CREATE, "portal"

    @cached_property
    def node_id(self) -> int:
        if self.principal.home_id is None:
            raise NotFound()
        return int(self.principal.home_id)

    @cached_property
    def cart(self) -> Order | None:
        return cart_of(self.principal, self.node_id)

    def seen(self) -> str | None:
        """The cart that the page showed; None from a page that does not say."""
        return self.request.POST.get("seen")

    def wishes(self) -> dict[int, Wish]:
        """Product → wish, from the fields `quantity-<id>` and `unit-<id>`; nothing typed is zero.

        Raises LinesRefused for what is no quantity.
        """
        return self._wished(read_counts(self._typed(), _names))

    def readable_wishes(self) -> dict[int, Wish]:
        """The same without what is no quantity, to show the page again."""
        return self._wished(readable(self._typed()))

    def _typed(self) -> dict[int, str]:
        return {
            sku_id: text or "0" for sku_id, text in typed(self.request.POST, "quantity").items()
        }

    def _wished(self, counts: Mapping[int, Decimal]) -> dict[int, Wish]:
        told = self.request.POST
        return {
            sku_id: Wish(told.get(f"unit-{sku_id}", ""), count) for sku_id, count in counts.items()
        }


def unit_choices(sku: Sku) -> list[tuple[str, str]]:
    """Units of the product with their names, the base unit first."""
    base = (sku.base_unit, str(sku.get_base_unit_display()))
    return [base, *((pack.unit, str(pack)) for pack in sku.packs.all())]


def base_units(sku: Sku, unit: str, quantity: Decimal) -> Decimal:
    """The same quantity in base units; the packs are read already."""
    factors = {sku.base_unit: Decimal(1)} | {pack.unit: pack.factor for pack in sku.packs.all()}
    return quantity * factors.get(unit, Decimal(1))


def _names(sku_ids: Collection[int]) -> dict[int, str]:
    return {pk: sku.label for pk, sku in Sku.objects.in_bulk(sku_ids).items()}
