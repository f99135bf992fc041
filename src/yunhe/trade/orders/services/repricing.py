"""Prices of a placed order: kept, found again for a smaller quantity, or taken from today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.trade.catalog.queries import unit_factors
from yunhe.trade.orders.choices import OrderKind
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.services.offering import paid_lines
from yunhe.trade.orders.services.placing import NewLine, lines_rule, offer_for
from yunhe.trade.orders.services.rewriting import Rewritten
from yunhe.trade.pricing.compute import PriceRow, compute_amount
from yunhe.trade.pricing.queries import PricedLine, price_lines


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A line whose price today is not the one it has; amounts before promotions."""

    line: OrderLine
    priced: PricedLine
    unit_price: Decimal
    amount: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - listed_amount(self.line)


def listed_amount(line: OrderLine) -> Decimal:
    """What the whole line costs before promotions."""
    return compute_amount(line.unit_price, line.quantity, line.order.currency)


def price_changes(order: Order, *, now: datetime) -> list[PriceChange]:
    """What re-pricing would change, line by line; lines partly shipped or given up keep their price,
    free goods have none."""
    found = order.lines.select_related("sku", "order")
    lines = [line for line in paid_lines(found) if not line.shipped and not line.dropped]
    if not lines or order.kind == OrderKind.SAMPLE:
        return []
    asked = [NewLine(line.sku_id, line.unit, line.quantity) for line in lines]
    priced = price_more(order, asked, on=timezone.localdate(now), require=False)
    return [
        PriceChange(line, new, new.unit_price, amount)
        for line, new in zip(lines, priced, strict=True)
        if new.unit_price is not None
        and (amount := compute_amount(new.unit_price, line.quantity, order.currency)) is not None
        and (new.unit_price, amount) != (line.unit_price, listed_amount(line))
    ]


def price_more(
    order: Order, lines: Sequence[NewLine], *, on: date, require: bool = True
) -> list[PricedLine]:
    """Lines at the prices of a day, those of the order's agreement, or at nothing for gifts and samples.

    What promotions give is counted on the whole order afterwards (`recounting`). Raises as `price_lines`.
    """
    if order.agreement:
        offer = offer_for(
            order.kind, order.node_id, lines, on, free=False, agreement=order.agreement
        )
        return list(offer.lines)
    sample = order.kind == OrderKind.SAMPLE
    found = price_lines(node_id=order.node_id, lines=lines, on=on, require=require and not sample)
    if not sample:
        return found
    return [replace(line, unit_price=Decimal(0), amount=Decimal(0)) for line in found]


def price_kept(order: Order, changed: Mapping[OrderLine, Decimal]) -> list[Rewritten]:
    """Lines with their new quantities, at the price they were placed at.

    A line that no longer reaches the minimum quantity of its price is priced again for what is asked,
    as on the day the order was placed. What is partly shipped keeps its price: the seller changes it.
    Raises LinesRefused when there is no price for so little.
    """
    rows = [
        Rewritten.of(line).having(
            quantity=quantity,
            base_quantity=quantity * line.base_quantity / line.quantity,
            amount=compute_amount(line.unit_price, quantity, order.currency),
            rule=without_promotions(line.rule),
        )
        for line, quantity in changed.items()
    ]
    below = _below_minimum(order, rows)
    if not below:
        return rows
    asked = [NewLine(row.line.sku_id, row.line.unit, row.quantity) for row in below]
    priced = price_more(order, asked, on=order.placed_on, require=False)
    _check_priced(below, priced)
    again = {
        row.line.pk: row.having(
            unit_price=new.unit_price,
            amount=compute_amount(new.unit_price or Decimal(0), row.quantity, order.currency),
            rule=without_promotions(lines_rule(new)),
        )
        for row, new in zip(below, priced, strict=True)
    }
    return [again.get(row.line.pk, row) for row in rows]


def without_promotions(rule: Mapping[str, object]) -> dict[str, object]:
    """What a line keeps of its price alone."""
    return {name: kept for name, kept in rule.items() if name != "promotions"}


def _below_minimum(order: Order, rows: Sequence[Rewritten]) -> list[Rewritten]:
    """Lines that fell below the minimum of the price row they have. At most two statements."""
    fallen = [
        (row, bounds)
        for row in rows
        if row.quantity < row.line.quantity
        and not row.line.shipped
        and (bounds := _row_of(row.line)) is not None
    ]
    if not fallen:
        return []
    elsewhere = _other_parts(order, [row for row, _bounds in fallen])
    factors = unit_factors({row.line.sku_id for row, _bounds in fallen})
    return [
        row
        for row, bounds in fallen
        if row.base_quantity + elsewhere.get(row.line.row, Decimal(0))
        < bounds.min_quantity * factors[row.line.sku_id].get(bounds.unit, Decimal(0))
    ]


def _row_of(line: OrderLine) -> PriceRow | None:
    """The row that priced the line; None when an agreement fixed the price or nothing did."""
    row = line.rule.get("row")
    if not row or "price" in line.rule.get("agreed", {}):
        return None
    return PriceRow(row["unit"], Decimal(row["min_quantity"]), Decimal(row["price"]))


def _other_parts(order: Order, rows: Sequence[Rewritten]) -> dict[int, Decimal]:
    """Row → base units of the same line in the other parts of a split order: together they reach it."""
    if order.parent_id is None:
        return {}
    found: dict[int, Decimal] = {}
    others = OrderLine.objects.filter(
        order__parent_id=order.parent_id, row__in=[row.line.row for row in rows]
    ).exclude(order_id=order.pk)
    for line in others.exclude(order__status="cancelled"):
        found[line.row] = found.get(line.row, Decimal(0)) + line.base_quantity - line.dropped
    return found


def _check_priced(rows: Sequence[Rewritten], priced: Sequence[PricedLine]) -> None:
    faults = [
        {
            "row": row.line.row,
            "sku_id": row.line.sku_id,
            "message": _("There is no price for so small a quantity."),
        }
        for row, new in zip(rows, priced, strict=True)
        if new.unit_price is None
    ]
    if faults:
        raise LinesRefused(_("Some lines cannot be changed."), rows=faults)
