"""An earlier call-off as a new one begins with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from yunhe.platform.values import to_text
from yunhe.trade.blankets.models import Frame, FrameLine
from yunhe.trade.blankets.queries import lines_by_sku, lines_of
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import lines_of as order_lines
from yunhe.trade.orders.queries import list_call_offs
from yunhe.trade.orders.services.offering import paid_lines


@dataclass(frozen=True)
class Earlier:
    """What an earlier call-off asked for.

    `by_line` is line of the frame → quantity in the line's unit; `typed` are products of groups as
    one types them; `gone` are products that the frame has no more.
    """

    order: Order
    by_line: Mapping[int, Decimal]
    typed: Sequence[str]
    gone: Sequence[str]


def earlier_call(frame: Frame, order_id: int) -> Earlier | None:
    """The call-off of this frame with this id; None when it is none in scope. At most six statements."""
    order = list_call_offs(frame.number).filter(pk=order_id, node_id=frame.node_id).first()
    if order is None:
        return None
    lines = paid_lines(order_lines(order))
    terms = lines_by_sku(lines_of(frame), [line.sku_id for line in lines])
    base: dict[FrameLine, Decimal] = {}
    typed, gone = [], []
    for line in lines:
        term = terms.get(line.sku_id)
        if term is None:
            gone.append(line.sku.label)
        elif term.sku_id is None:
            typed.append(f"{line.sku.code} {to_text(line.quantity)} {line.unit}")
        else:
            base[term] = base.get(term, Decimal(0)) + line.base_quantity
    by_line = {term.pk: _counted(amount / term.factor) for term, amount in base.items()}
    return Earlier(order, by_line, typed, gone)


def _counted(quantity: Decimal) -> Decimal:
    """Whole units where bottles make no exact part of a case: a page proposes no third of one."""
    exact = quantity == quantity.quantize(Decimal("0.001"))
    return quantity if exact else quantity.to_integral_value(ROUND_CEILING)
