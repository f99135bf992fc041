"""What catalogue and cart share: whose cart it is, what a page asks for, units of a product."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.views import Page
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders import permissions
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import cart_of
from yunhe.trade.orders.services import Wish


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
        """Product → wish, from the fields `quantity-<id>` and `unit-<id>`; unreadable ones are zero."""
        found = {}
        for name, value in self.request.POST.items():
            kind, _sep, sku_id = name.partition("-")
            if kind == "quantity" and sku_id.isdecimal():
                unit = self.request.POST.get(f"unit-{sku_id}", "")
                found[int(sku_id)] = Wish(unit, _decimal(value))
        return found


def unit_choices(sku: Sku) -> list[tuple[str, str]]:
    """Units of the product with their names, the base unit first."""
    base = (sku.base_unit, str(sku.get_base_unit_display()))
    return [base, *((pack.unit, str(pack)) for pack in sku.packs.all())]


def base_units(sku: Sku, unit: str, quantity: Decimal) -> Decimal:
    """The same quantity in base units; the packs are read already."""
    factors = {sku.base_unit: Decimal(1)} | {pack.unit: pack.factor for pack in sku.packs.all()}
    return quantity * factors.get(unit, Decimal(1))


def _decimal(text: Any) -> Decimal:
    try:
        value = Decimal(str(text or 0).strip())
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() and value >= 0 else Decimal(0)
