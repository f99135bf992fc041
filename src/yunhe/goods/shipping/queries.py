"""Reads of shipping."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.compute import is_sscc, read_scan, sum_contents
from yunhe.goods.shipping.errors import LinesRefused
from yunhe.goods.shipping.models import Claim, Package, Shipment, ShipmentLine
from yunhe.goods.shipping.permissions import VIEW
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.platform.files.models import FileObject
from yunhe.platform.files.services import attachments_of
from yunhe.platform.files.signatures import PICTURES
from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import NodeLabel


def list_shipments() -> QuerySet[Shipment]:
    """Shipments in scope with order, names of both sides and number of packages, newest first.

    No join with the nodes: a reader may see one side's node alone.
    """
    return (
        Shipment.objects.select_related("order")
        .annotate(
            package_count=Count("packages"),
            partner_label=NodeLabel("node_id"),
            supplier_label=NodeLabel("supplier_id"),
        )
        .order_by("-id")
    )


def search_shipments(text: str) -> QuerySet[Shipment]:
    """Shipments by a part of their number, tracking or order number, or by a package's whole SSCC,
    as typed or as a scanner writes it."""
    code = read_scan(text)
    named = Q(number__icontains=text) | Q(tracking__icontains=text)
    named |= Q(order__number__icontains=text)
    if is_sscc(code):
        named |= Q(pk__in=Package.objects.filter(sscc=code).values("shipment_id"))
    return list_shipments().filter(named)


def shipment_for(shipment_id: int) -> Shipment:
    """One shipment. Raises NotFound out of scope."""
    found = list_shipments().filter(pk=shipment_id).first()
    if found is None:
        raise NotFound()
    return found


def packed_by(shipment_id: int, actor: Principal) -> Shipment:
    """One shipment for whoever packs it: the house, or the partner that sends it. Raises NotFound out of
    scope, NotAllowed for anybody else."""
    shipment = shipment_for(shipment_id)
    if not actor.can(VIEW) and shipment.supplier_id != actor.home_id:
        raise NotAllowed()
    return shipment


def lines_of(shipment: Shipment) -> QuerySet[ShipmentLine]:
    """The lines with their products, in the order's sequence."""
    return shipment.lines.select_related("line__sku").order_by("line__row")


def packages_of(shipment: Shipment) -> QuerySet[Package]:
    return shipment.packages.order_by("position")


@dataclass(frozen=True)
class Packed:
    """A package with what lies in it, in words."""

    pk: int
    position: int
    sscc: str
    text: str
    scanned_at: datetime | None


def packed_of(shipment: Shipment) -> list[Packed]:
    """The packages with the names of their goods. Two statements."""
    goods = {
        line.pk: (line.line.sku.label, line.line.sku.get_base_unit_display())
        for line in lines_of(shipment)
    }
    return [
        Packed(
            package.pk,
            package.position,
            package.sscc,
            "; ".join(
                f"{goods[line][0]} × {to_text(quantity)} {goods[line][1]}"
                for line, quantity in sum_contents([package.contents]).items()
            ),
            package.scanned_at,
        )
        for package in packages_of(shipment)
    ]


def pictures_for(file_ids: Sequence[int], *, field: str) -> list[FileObject]:
    """Pictures in scope, in the order asked. Raises NotFound, LinesRefused for another kind of file."""
    found = FileObject.objects.in_bulk(file_ids)
    if len(found) != len(set(file_ids)):
        raise NotFound(_("One of the files does not exist or is not yours."), field=field)
    kinds = {kind.media_type for kind in PICTURES}
    if any(file.media_type not in kinds for file in found.values()):
        raise LinesRefused(_("One of the files is not a picture."), field=field)
    return [found[pk] for pk in dict.fromkeys(file_ids)]


def photos_of(shipment: Shipment) -> list[FileObject]:
    """What was photographed at the receipt, the proof of delivery first."""
    return [attachment.file for attachment in attachments_of(shipment)]


def overtaken(shipments: Iterable[Shipment]) -> set[int]:
    """Of shipments that have not left, those whose goods are no longer open on their orders. One
    statement."""
    lines = ShipmentLine.objects.filter(shipment__in=list(shipments)).select_related("line")
    return {line.shipment_id for line in lines if line.quantity > line.line.open_quantity}


def claimed_of(claim: Claim) -> str:
    """The goods claimed, in words."""
    wanted = {int(line): Decimal(quantity) for line, quantity in claim.quantities.items()}
    lines = claim.shipment.lines.filter(pk__in=wanted).select_related("line__sku")
    return "; ".join(
        f"{line.line.sku.label} × {to_text(wanted[line.pk])}"
        f" {counted(line.line.sku.get_base_unit_display(), wanted[line.pk])}"
        for line in lines
    )


def list_claims() -> QuerySet[Claim]:
    """Claims in scope with the partner's name, newest first."""
    found = Claim.objects.select_related("shipment", "photo")
    return found.annotate(partner_label=NodeLabel("node_id")).order_by("-id")


def planned_of(order: Order) -> dict[int, Decimal]:
    """Order line id -> base units in shipments that have not left yet."""
    rows = (
        ShipmentLine.objects.filter(
            shipment__order=order,
            shipment__status__in=(ShipmentStatus.PICKING, ShipmentStatus.PACKED),
        )
        .values_list("line_id")
        .annotate(total=Sum("quantity"))
        .order_by()
    )
    return dict(rows)
