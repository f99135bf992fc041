"""What gates are asked: an order or a part of one as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yunhe.platform.access.principal import Principal
from yunhe.trade.orders.compute import compute_part
from yunhe.trade.orders.gates import Asking, GateLine
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import is_free
from yunhe.trade.pricing.queries import PricedLine


def gate_lines(priced: Sequence[PricedLine]) -> list[GateLine]:
    """Priced lines as gates see them; rows count from 1."""
    return [
        GateLine(
            row,
            line.sku_id,
            line.unit,
            line.quantity,
            line.base_quantity,
            line.amount or Decimal(0),
            free="free" in getattr(line, "promotions", {}),
        )
        for row, line in enumerate(priced, start=1)
    ]


def asking_of(
    order: Order,
    lines: Sequence[GateLine],
    *,
    actor: Principal,
    now: datetime,
    on: date | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Asking:
    """An order that exists, with these lines."""
    return Asking(
        order_id=order.pk,
        node_id=order.node_id,
        supplier_id=order.supplier_id,
        between_partners=order.between_partners,
        on=on or order.placed_on,
        now=now,
        actor=actor,
        lines=lines,
        total=sum((line.amount for line in lines), Decimal(0)),
        currency=order.currency,
        kind=order.kind,
        agreement=order.agreement,
        awaiting=order.awaiting,
        from_shelf=order.from_shelf,
        facts=facts or {},
    )


def part_lines(
    lines: Sequence[OrderLine], parts: Mapping[int, tuple[Decimal, Decimal]]
) -> list[GateLine]:
    """Parts of written lines: line id → (base units, amount). Lines not named are left out."""
    return [
        GateLine(line.row, line.sku_id, line.unit, line.quantity, *parts[line.pk])
        for line in lines
        if line.pk in parts
    ]


def open_lines(lines: Sequence[OrderLine], currency: str) -> list[GateLine]:
    """What is still to be shipped of written lines, with its part of their amounts."""
    return [
        GateLine(
            line.row,
            line.sku_id,
            line.unit,
            line.quantity,
            line.open_quantity,
            amount,
            free=is_free(line),
        )
        for line in lines
        if line.open_quantity
        for amount in [
            compute_part(
                line.amount, line.open_quantity, line.base_quantity, line.shipped, currency
            )
        ]
    ]
