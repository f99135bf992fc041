"""Receive by scan: what was scanned arrived, the rest is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.core.files.base import File
from django.utils.translation import gettext as _

from yunhe.goods.shipping.choices import ClaimKind, ShipmentStatus
from yunhe.goods.shipping.compute import read_scan, sum_contents
from yunhe.goods.shipping.errors import LinesRefused, UnknownPackage
from yunhe.goods.shipping.events import ShipmentReceived
from yunhe.goods.shipping.locks import lock_shipment
from yunhe.goods.shipping.models import Claim, Package, Shipment, ShipmentLine
from yunhe.goods.shipping.queries import lines_of, pictures_for
from yunhe.goods.shipping.transitions import MOVES
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.platform.files.models import FileObject
from yunhe.platform.files.services import attach_files, store_file
from yunhe.platform.files.signatures import PICTURES
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.compute import compute_part
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import receive_order, sells

MAX_PHOTOS = 9


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """`scanned` are codes as the scanner gave them; `arrived` and `damaged` shipment line id -> base
    units: what was in the scanned packages, where it is less than should be there, and what of it is
    broken. `photos` prove the delivery or show the damage, the first one is the proof; `signature` is
    drawn by who takes the goods. `photo_files` and `signature_file` are files sent before."""

    scanned: Iterable[str]
    arrived: Mapping[int, Decimal] = field(default_factory=dict)
    damaged: Mapping[int, Decimal] = field(default_factory=dict)
    receiver: str = ""
    note: str = ""
    photos: Sequence[File] = ()
    signature: File | None = None
    photo_files: Sequence[int] = ()
    signature_file: int | None = None


def receive_shipment(
    shipment: Shipment,
    receipt: Receipt,
    *,
    at_door: bool = False,
    actor: Principal,
    now: datetime,
) -> Shipment:
    """Take a delivery: goods of scanned packages arrived, short and damaged goods become claims.

    When the last shipment of a fully shipped order is in, the order is received with the sums.
    A dealer receives for its buyer only `at_door`, where the buyer's person takes the goods from
    its driver and is named. Emits ShipmentReceived. Raises NotAllowed, IllegalMove, UnknownPackage,
    LinesRefused.
    """
    shipment = lock_shipment(shipment.pk)
    move = MOVES.check(shipment.status, "receive")
    actor.check(move.permission)
    _check_receiver(shipment.order, receipt, at_door=at_door, actor=actor)
    packages = _scanned(shipment, receipt.scanned)
    lines = list(lines_of(shipment))
    packed = sum_contents([package.contents for package in packages])
    _check_known(lines, receipt)
    _write(lines, packed, receipt)
    Package.objects.filter(pk__in=[package.pk for package in packages]).update(scanned_at=now)
    shipment.status, shipment.received_at = move.target, now
    shipment.receiver, shipment.note = receipt.receiver, receipt.note
    shipment.received_by_id = actor.user_id
    _keep_photos(shipment, receipt, actor=actor, now=now)
    if receipt.signature is not None:
        shipment.signature = _keep(receipt.signature, shipment, actor=actor, now=now)
    elif receipt.signature_file is not None:
        shipment.signature = pictures_for([receipt.signature_file], field="signature_file")[0]
    shipment.save()
    claims = _claim(shipment, lines, receipt.note, now=now)
    _receive_order(shipment.order, at_door=at_door, actor=actor, now=now)
    event = ShipmentReceived(
        shipment_id=shipment.pk,
        number=shipment.number,
        order_id=shipment.order_id,
        node_id=shipment.node_id,
        claims=claims,
    )
    emit(event, node_id=shipment.node_id, subject=shipment.number)
    return shipment


def _check_receiver(order: Order, receipt: Receipt, *, at_door: bool, actor: Principal) -> None:
    if not sells(order, actor):
        return
    if not at_door:
        raise NotAllowed(_("Only who ordered the goods can say what arrived."))
    if not receipt.receiver.strip():
        raise LinesRefused(_("Say who took the goods."), field="receiver")


def _keep_photos(shipment: Shipment, receipt: Receipt, *, actor: Principal, now: datetime) -> None:
    if len(receipt.photos) + len(receipt.photo_files) > MAX_PHOTOS:
        message = _("At most %(most)s photos.") % {"most": MAX_PHOTOS}
        raise LinesRefused(message, field="photos")
    kept = pictures_for(receipt.photo_files, field="photo_files")
    kept += [_keep(photo, shipment, actor=actor, now=now) for photo in receipt.photos]
    if kept:
        shipment.proof = kept[0]
        attach_files(shipment, [file.pk for file in kept], node_id=shipment.node_id, now=now)


def _keep(picture: File, shipment: Shipment, *, actor: Principal, now: datetime) -> FileObject:
    return store_file(picture, node_id=shipment.node_id, actor=actor, now=now, allowed=PICTURES)


def _scanned(shipment: Shipment, codes: Iterable[str]) -> list[Package]:
    packages = {package.sscc: package for package in shipment.packages.all()}
    read = [(code, read_scan(code)) for code in codes if code.strip()]
    strange = [code for code, sscc in read if sscc not in packages]
    if strange:
        rows = [{"code": code, "message": code} for code in strange]
        message = _("No package of this shipment: %(codes)s")
        raise UnknownPackage(message % {"codes": ", ".join(strange)}, rows=rows, field="scanned")
    return [packages[sscc] for sscc in sorted({sscc for _code, sscc in read})]


def _check_known(lines: list[ShipmentLine], receipt: Receipt) -> None:
    ours = {line.pk for line in lines}
    message = _("Line %(id)s is not one of this shipment.")
    rows = [
        {"line": pk, "field": name, "message": message % {"id": pk}}
        for name, told in (("arrived", receipt.arrived), ("damaged", receipt.damaged))
        for pk in sorted(set(told) - ours)
    ]
    if rows:
        raise LinesRefused(_("Some lines cannot be received as entered."), rows=rows)


def _write(lines: list[ShipmentLine], packed: Mapping[int, Decimal], receipt: Receipt) -> None:
    """`packed` is what should have been in the scanned packages."""
    rows = []
    for line in lines:
        there = packed.get(line.pk, Decimal(0))
        line.received = receipt.arrived.get(line.pk, there)
        line.damaged = receipt.damaged.get(line.pk, Decimal(0))
        faults = (
            (
                not 0 <= line.received <= there,
                _("Arrived must be between 0 and the %(there)s in the scanned packages.")
                % {"there": there.normalize()},
            ),
            (
                not 0 <= line.damaged <= line.received,
                _("Damaged must be between 0 and what arrived."),
            ),
        )
        rows += [
            {"row": line.line.row, "line": line.pk, "message": message}
            for bad, message in faults
            if bad
        ]
    rows += count_faults(
        Counted(line.line.row, line.line.sku_id, entered)
        for line in lines
        for entered in (line.received or Decimal(0), line.damaged)
    )
    if rows:
        raise LinesRefused(_("Some lines cannot be received as entered."), rows=rows)
    ShipmentLine.objects.bulk_update(lines, ["received", "damaged"])


def _claim(shipment: Shipment, lines: list[ShipmentLine], note: str, *, now: datetime) -> int:
    wanted = {
        ClaimKind.SHORT: {line: line.missing for line in lines if line.missing},
        ClaimKind.DAMAGE: {line: line.damaged for line in lines if line.damaged},
    }
    claims = [
        Claim(
            shipment=shipment,
            node_id=shipment.node_id,
            supplier_id=shipment.supplier_id,
            kind=kind,
            quantities={str(line.pk): str(quantity) for line, quantity in found.items()},
            amount=sum((_value(shipment, line, q) for line, q in found.items()), Decimal(0)),
            currency=shipment.order.currency,
            note=note,
            photo=shipment.proof,
            created_at=now,
        )
        for kind, found in wanted.items()
        if found
    ]
    Claim.objects.bulk_create(claims)
    return len(claims)


def _value(shipment: Shipment, line: ShipmentLine, quantity: Decimal) -> Decimal:
    """The goods' part of the order line's amount."""
    of = line.line
    return compute_part(of.amount, quantity, of.base_quantity, Decimal(0), shipment.order.currency)


def _receive_order(order: Order, *, at_door: bool, actor: Principal, now: datetime) -> None:
    """Once everything is shipped and every shipment is in, the order itself."""
    order.refresh_from_db()
    if order.status != OrderStatus.SHIPPED:
        return
    ours = ShipmentLine.objects.filter(shipment__order=order)
    if ours.filter(shipment__status=ShipmentStatus.SHIPPED).exists():
        return
    received: dict[int, Decimal] = {}
    missing: dict[int, Decimal] = {}
    for line in ours.filter(shipment__status=ShipmentStatus.RECEIVED):
        missing[line.line_id] = missing.get(line.line_id, Decimal(0)) + line.missing
    for of in order.lines.all():
        received[of.pk] = of.shipped - missing.get(of.pk, Decimal(0))
    receive_order(order, received=received, at_door=at_door, actor=actor, now=now)
