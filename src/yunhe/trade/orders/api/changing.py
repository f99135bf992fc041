"""Placed orders changed: quantities, lines, address, prices of today."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.bodies import Body
from yunhe.trade.orders import services
from yunhe.trade.orders.api.placing import QuantityIn
from yunhe.trade.orders.api.shown import READ, LineIn, OrderDetail, asked_lines, show_order
from yunhe.trade.orders.queries import order_for

router = Router(tags=["orders"])


class AmendIn(Body):
    """Quantities by line in the line's unit (0 takes it out), and further lines."""

    quantities: list[QuantityIn] = Field(default_factory=list)
    lines: list[LineIn] = Field(default_factory=list, max_length=5000)


class SubstituteIn(Body):
    """Which line gives way to which product."""

    line_id: int
    by: LineIn


class PriceChangeOut(Schema):
    """A line whose price today differs."""

    line_id: int
    row: int
    unit_price: Decimal
    unit_price_today: Decimal
    difference: Decimal


@router.patch(
    "/{int:order_id}/lines",
    response=OrderDetail,
    summary="Amend a placed order",
    operation_id="amend_order",
)
def amend(request: HttpRequest, order_id: int, body: AmendIn) -> Any:
    """Credit, stock and gates then hold exactly what is open; prices of kept lines stay."""
    actor = principal_of(request)
    services.amend_order(
        order_for(order_id),
        quantities={entry.line_id: entry.quantity for entry in body.quantities},
        more=asked_lines(body.lines),
        actor=actor,
        now=timezone.now(),
    )
    return show_order(order_for(order_id), principal_of(request))


class AddressIn(Body):
    """Which of the partner's addresses."""

    address_id: int


@router.put(
    "/{int:order_id}/address",
    response=OrderDetail,
    summary="Send an order elsewhere",
    operation_id="change_order_address",
)
def readdress(request: HttpRequest, order_id: int, body: AddressIn) -> Any:
    """A partner until the order is confirmed, headquarters until everything is shipped."""
    actor = principal_of(request)
    services.change_address(order_for(order_id), body.address_id, actor=actor, now=timezone.now())
    return show_order(order_for(order_id), actor)


@router.post(
    "/{int:order_id}/substitute",
    response=OrderDetail,
    summary="Substitute a line",
    operation_id="substitute_line",
)
def substitute(request: HttpRequest, order_id: int, body: SubstituteIn) -> Any:
    """What is open of the line is given up and the other product ordered at today's price."""
    actor = principal_of(request)
    [by] = asked_lines([body.by])
    services.substitute_line(
        order_for(order_id), body.line_id, by=by, actor=actor, now=timezone.now()
    )
    return show_order(order_for(order_id), principal_of(request))


@router.get(
    "/{int:order_id}/price-changes",
    response=list[PriceChangeOut],
    auth=READ,
    summary="What re-pricing would change",
    operation_id="preview_repricing",
)
def repricing(request: HttpRequest, order_id: int) -> Any:
    return [
        {
            "line_id": change.line.pk,
            "row": change.line.row,
            "unit_price": change.line.unit_price,
            "unit_price_today": change.unit_price,
            "difference": change.difference,
        }
        for change in services.price_changes(order_for(order_id), now=timezone.now())
    ]
