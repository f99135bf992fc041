"""Pick by expiry, pack with SSCC, hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.shipping.carriers import carrier_named
from yunhe.goods.shipping.compute import make_sscc, split_into_packages
from yunhe.goods.shipping.errors import LinesRefused
from yunhe.goods.shipping.events import ShipmentLeft
from yunhe.goods.shipping.locks import lock_shipment
from yunhe.goods.shipping.models import Package, Shipment, ShipmentLine
from yunhe.goods.shipping.permissions import SHIP, SUPPLY
from yunhe.goods.shipping.queries import lines_of, planned_of
from yunhe.goods.shipping.transitions import MOVES
from yunhe.goods.stock.models import Lot
from yunhe.goods.stock.services import pick_fefo
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.services import check_stocked, ship_order
from yunhe.trade.orders.transitions import MOVES as ORDER_MOVES

MAX_PACKAGES = 999


def check_sender(order: Order, permission: str, *, actor: Principal) -> None:
    """Who sends an order's goods: headquarters with the permission, or the partner that supplies it.

    Raises NotAllowed.
    """
    supplies = actor.is_partner and actor.home_id == order.supplier_id
    actor.check(SUPPLY if supplies and not actor.can(permission) else permission)


def create_shipment(
    order: Order,
    *,
    quantities: Mapping[int, Decimal] | None = None,
    actor: Principal,
    now: datetime,
) -> Shipment:
    """Start picking: order line id -> base units, or everything that no other shipment carries.

    The first expired lots are named for the picker. Raises NotAllowed, the order's IllegalMove,
    LinesRefused, NoFitLot.
    """
    check_sender(order, SHIP, actor=actor)
    ORDER_MOVES.check(order.status, "ship", number=order.number)
    check_stocked(order)
    lines = list(order.lines.select_related("sku").order_by("row"))
    parts = _parts(order, lines, quantities)
    number = f"{order.number}-P{Shipment.objects.filter(order=order).count() + 1}"
    shipment = Shipment.objects.create(
        number=number,
        order=order,
        node_id=order.node_id,
        supplier_id=order.supplier_id,
        created_at=now,
    )
    picks = _picks(order, lines, parts, on=timezone.localdate(now))
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, line=line, quantity=parts[line.pk], picks=picks[line.pk])
        for line in lines
        if line.pk in parts
    )
    return shipment


def _parts(
    order: Order, lines: list[OrderLine], quantities: Mapping[int, Decimal] | None
) -> dict[int, Decimal]:
    planned = planned_of(order)
    open_by_line = {
        line.pk: line.open_quantity - planned.get(line.pk, Decimal(0)) for line in lines
    }
    asked = open_by_line if quantities is None else quantities
    rows = [
        {"row": line.row, "message": _("More than is open on this line.")}
        for line in lines
        if not 0 <= asked.get(line.pk, Decimal(0)) <= open_by_line[line.pk]
    ]
    if quantities is not None:
        rows += count_faults(
            Counted(line.row, line.sku_id, quantities[line.pk])
            for line in lines
            if line.pk in quantities
        )
    if rows:
        raise LinesRefused(_("Some lines cannot be shipped."), rows=rows)
    parts = {line.pk: asked[line.pk] for line in lines if asked.get(line.pk)}
    if not parts:
        raise LinesRefused(_("There is nothing to ship."))
    return parts


@dataclass
class _Rest:
    """What is left of a pick while lines share it."""

    lot: Lot | None
    quantity: Decimal


def _picks(
    order: Order, lines: list[OrderLine], parts: Mapping[int, Decimal], *, on: date
) -> dict[int, list[dict[str, Any]]]:
    """Lots by order line, first expired first; lines of one SKU share its lots in their order."""
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if line.pk in parts:
            wanted[line.sku_id] = wanted.get(line.sku_id, Decimal(0)) + parts[line.pk]
    found = pick_fefo(order.supplier_id, wanted, receiver=order.node_id, on=on)
    ids = {pick.lot_id for picks in found.values() for pick in picks if pick.lot_id}
    lots = Lot.objects.in_bulk(ids)
    rest = {
        sku: [_Rest(lots.get(pick.lot_id or 0), pick.quantity) for pick in picks]
        for sku, picks in found.items()
    }
    named: dict[int, list[dict[str, Any]]] = {}
    for line in lines:
        left = parts.get(line.pk, Decimal(0))
        for entry in rest.get(line.sku_id, []):
            part = min(left, entry.quantity)
            if not part:
                continue
            entry.quantity -= part
            left -= part
            lot = entry.lot
            named.setdefault(line.pk, []).append(
                {
                    "lot": lot.code if lot else "",
                    "expires_on": lot.expires_on.isoformat() if lot and lot.expires_on else "",
                    "quantity": str(part),
                }
            )
        named.setdefault(line.pk, [])
    return named


def pack_shipment(
    shipment: Shipment, *, packages: int, actor: Principal, now: datetime
) -> Shipment:
    """Put the goods into packages, each with an SSCC of our prefix. Raises NotAllowed, IllegalMove,
    LinesRefused for no or too many packages."""
    shipment = lock_shipment(shipment.pk)
    move = MOVES.check(shipment.status, "pack")
    check_sender(shipment.order, move.permission, actor=actor)
    if not 1 <= packages <= MAX_PACKAGES:
        raise LinesRefused(_("A shipment has 1 to 999 packages."), field="packages")
    contents = split_into_packages(
        [(line.pk, line.quantity) for line in lines_of(shipment)], packages
    )
    Package.objects.bulk_create(
        Package(
            shipment=shipment,
            sscc=make_sscc(settings.GS1_PREFIX, serial),
            position=at,
            contents={str(line): str(quantity) for line, quantity in part.items()},
        )
        for at, (part, serial) in enumerate(
            zip(contents, _serials(len(contents)), strict=True), start=1
        )
    )
    shipment.status, shipment.packed_at = move.target, now
    shipment.save(update_fields=["status", "packed_at"])
    return shipment


def _serials(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('shipping_serial') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def ship_shipment(shipment: Shipment, *, carrier: str, actor: Principal, now: datetime) -> Shipment:
    """Hand over: book the carrier, ship this part of the order (stock, credit, invoice).

    Emits ShipmentLeft beside what the order emits. Raises NotAllowed, IllegalMove, what
    `ship_order` raises, Conflict for an unknown carrier.
    """
    shipment = lock_shipment(shipment.pk)
    move = MOVES.check(shipment.status, "ship")
    check_sender(shipment.order, move.permission, actor=actor)
    quantities = {line.line_id: line.quantity for line in shipment.lines.all()}
    ship_order(shipment.order, quantities=quantities, actor=actor, now=now)
    codes = [package.sscc for package in shipment.packages.all()]
    shipment.carrier = carrier
    shipment.tracking = carrier_named(carrier).book(shipment.number, codes)
    shipment.status, shipment.shipped_at = move.target, now
    shipment.save(update_fields=["carrier", "tracking", "status", "shipped_at"])
    event = ShipmentLeft(
        shipment_id=shipment.pk,
        number=shipment.number,
        order_id=shipment.order_id,
        node_id=shipment.node_id,
        carrier=carrier,
        tracking=shipment.tracking,
    )
    emit(event, node_id=shipment.node_id, subject=shipment.number)
    return shipment


def cancel_shipment(shipment: Shipment, *, actor: Principal, now: datetime) -> Shipment:
    """Take a shipment back that has not left: its goods are open again. Raises NotAllowed,
    IllegalMove."""
    shipment = lock_shipment(shipment.pk)
    move = MOVES.check(shipment.status, "cancel")
    check_sender(shipment.order, move.permission, actor=actor)
    shipment.status = move.target
    shipment.save(update_fields=["status"])
    return shipment
