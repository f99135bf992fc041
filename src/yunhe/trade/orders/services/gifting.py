"""Free goods and the stock: what is there of them, and orders that are never refused for a gift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from yunhe.goods.stock.queries import SUPPLY, supply_key
from yunhe.platform.capacity import services as capacity
from yunhe.platform.errors import DomainError
from yunhe.trade.catalog.choices import ORDERABLE
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.errors import GiftsGone, StockShort
from yunhe.trade.orders.gates import Asking
from yunhe.trade.orders.services.holding import hold
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.queries import (
    Basket,
    Choices,
    Fitted,
    PromotionBook,
    Remark,
    There,
    fit_to_stock,
    free_skus,
)
from yunhe.trade.promotions.wording import remark_snapshot

ZERO = Decimal(0)
_SUPPLIERS = """
SELECT n.id, s.id, stock_resells(s.id)
  FROM unnest(%s::bigint[]) AS n (id), LATERAL (SELECT stock_supplier_of(n.id)) AS s (id)
"""


@dataclass(frozen=True)
class FittedToStock(Fitted):
    """`there` is what free goods could take."""

    there: There = field(default_factory=dict)


@dataclass
class FreeStock:
    """What supply places have of goods that may be free, and who supplies whom.

    Of what a partner sells, the stock is not known: it has no limit here.
    """

    suppliers: Mapping[int, int | None]
    left: dict[tuple[int, int], Decimal]
    ended: set[int]

    def there(self, node_id: int, skus: Iterable[int], paid: Sequence[PricedLine]) -> There:
        """SKU → base units for free goods once the paid lines took theirs; no key: no limit."""
        supplier = self.suppliers.get(node_id)
        wanted = set(skus)
        found: dict[int, Decimal] = {}
        if supplier is not None:
            found = {sku: self.left[supplier, sku] for sku in wanted}
            for line in paid:
                if line.sku_id in found:
                    found[line.sku_id] = max(found[line.sku_id] - line.base_quantity, ZERO)
        return found | dict.fromkeys(wanted & self.ended, ZERO)

    def take(self, node_id: int, lines: Sequence[PricedLine]) -> None:
        """What one order of several is going to hold is not there for the next."""
        supplier = self.suppliers.get(node_id)
        for line in lines:
            key = (supplier or 0, line.sku_id)
            if key in self.left:
                self.left[key] = max(self.left[key] - line.base_quantity, ZERO)


def stock_for_free(
    wanted: Mapping[int, Iterable[int]],
    *,
    ref: str = "",
    suppliers: Mapping[int, int | None] | None = None,
) -> FreeStock:
    """What there is of SKUs (by the partner that would get them free) at their suppliers.

    Three statements for any number of partners, four with `ref`, whose own holds are added back; one less
    when `suppliers` are given (None: it resells).
    """
    suppliers = suppliers or _suppliers_of(wanted)
    skus = {sku for found in wanted.values() for sku in found}
    pairs = {(place, sku) for place in set(suppliers.values()) - {None} for sku in skus if place}
    keys = {pair: supply_key(*pair) for pair in pairs}
    available = capacity.available(SUPPLY, sorted(keys.values())) if keys else {}
    own = capacity.held(SUPPLY, ref) if ref else {}
    sold = set(Sku.objects.filter(pk__in=skus, status__in=ORDERABLE).values_list("pk", flat=True))
    left = {
        pair: max((available.get(key) or ZERO) + own.get(key, ZERO), ZERO)
        for pair, key in keys.items()
    }
    return FreeStock(suppliers, left, skus - sold)


def _suppliers_of(nodes: Iterable[int]) -> dict[int, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(_SUPPLIERS, [sorted(nodes)])
        return {
            node_id: None if resells else supplier
            for node_id, supplier, resells in cursor.fetchall()
        }


def fit_free_goods(
    book: PromotionBook,
    basket: Basket,
    paid: Sequence[PricedLine],
    *,
    choices: Choices | None,
    ref: str = "",
    there: There | None = None,
) -> FittedToStock:
    """The basket with the gifts and free goods that are in stock after the paid lines."""
    if there is None:
        wanted = free_skus(basket)
        stock = stock_for_free({basket.node_id: wanted}, ref=ref)
        there = stock.there(basket.node_id, wanted, paid)
    fitted = fit_to_stock(book, basket, paid, choices=choices, there=there)
    return FittedToStock(fitted.basket, fitted.remarks, there)


def gifts_json(choices: Choices | None, remarks: Sequence[Remark] = ()) -> dict[str, Any] | None:
    """What an order keeps of the choice and of what was replaced or short; None when nothing."""
    chosen = {str(number): list(at) for number, at in (choices or {}).items() if at}
    kept: dict[str, Any] = {"chosen": chosen} if chosen else {}
    if remarks:
        kept["remarks"] = [remark_snapshot(remark) for remark in remarks]
    return kept or None


def gifts_text(choices: Choices | None, remarks: Sequence[Remark] = ()) -> str | None:
    """The same as JSON text."""
    kept = gifts_json(choices, remarks)
    return orjson.dumps(kept).decode() if kept else None


def hold_offer(ref: str, asking: Asking) -> None:
    """As `hold`, but an order is not refused for goods that nobody ordered: GiftsGone says to send it again."""
    try:
        hold(ref, asking)
    except StockShort as error:
        raise of_paid_lines(error, asking) from error


def of_paid_lines(error: DomainError, asking: Asking) -> DomainError:
    """A shortage without the rows of free goods; GiftsGone when it names no others."""
    if not isinstance(error, StockShort):
        return error
    free = set(asking.facts.get("free", ()))
    rows = [row for row in error.rows if row["row"] not in free]
    if rows:
        return StockShort(error.message, rows=rows)
    return GiftsGone(_("Free goods have just run out. Check the order and send it again."))
