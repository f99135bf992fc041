"""Columns of shipping's lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.goods.shipping.choices import CLAIM_TONES, STATUS_TONES, ClaimStatus, ShipmentStatus
from yunhe.platform.ui.columns import (
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.tables import Table
from yunhe.platform.values import to_text


def _shipments(url: str, *, partner_card: str) -> type[Table]:
    class Shipments(Table):
        number = LinkColumn(_("Shipment"), url=url, card="title")
        partner = TextColumn(
            _("Partner"), source="partner_label", sort="partner_label", card=partner_card
        )
        order = TextColumn(_("Order"), source="order.number", sort="order__number", card="text")
        packages = NumberColumn(_("Packages"), source="package_count", sort="package_count")
        shipped = MomentColumn(_("Shipped"), source="shipped_at", card="text")
        tracking = TextColumn(_("Tracking number"), card="")
        status = StatusColumn(
            _("Status"), tones=STATUS_TONES, labels=dict(ShipmentStatus.choices), card="badge"
        )

    return Shipments


ShipmentTable = _shipments("shipping:detail", partner_card="text")
OwnShipmentTable = _shipments("shipping_portal:detail", partner_card="")


def picked_lots(line: Any) -> str:
    """Lots to take, first expired first."""
    return "; ".join(
        f"{pick['lot'] or '–'} {pick['expires_on']} × {to_text(Decimal(pick['quantity']))}".replace(
            "  ", " "
        )
        for pick in line.picks
    )


class LineTable(Table):
    """What goes, from which lots, and what arrived."""

    sku = TextColumn(
        _("Product"), source="line.sku.label", secondary="line.sku.code", sort=False, card="title"
    )
    quantity = NumberColumn(_("Base units"), sort=False, card="value")
    lots = TextColumn(_("Lots, first expired first"), source=picked_lots, sort=False, card="text")
    received = NumberColumn(_("Received"), sort=False, card="text")
    damaged = NumberColumn(_("Damaged"), sort=False, card="")


class PackageTable(Table):
    """Packages with their SSCC."""

    position = NumberColumn(_("Package"), sort=False, card="badge")
    sscc = TextColumn("SSCC", sort=False, card="title")
    text = TextColumn(_("Contents"), sort=False, card="text")
    scanned = MomentColumn(_("Scanned"), source="scanned_at", sort=False, card="text")


class ClaimTable(Table):
    """Claims."""

    shipment = LinkColumn(
        _("Shipment"), url="shipping:claim", source="shipment.number", sort="shipment__number"
    )
    partner = TextColumn(_("Partner"), source="partner_label", sort="partner_label", card="text")
    kind = TextColumn(_("Kind"), source="get_kind_display", sort="kind", card="text")
    amount = MoneyColumn(_("Amount"), currency=".currency", card="value")
    note = TextColumn(_("Remark"), card="")
    status = StatusColumn(
        _("Status"), tones=CLAIM_TONES, labels=dict(ClaimStatus.choices), card="badge"
    )


class OwnClaimTable(Table):
    """Claims of one shipment, for who claims."""

    kind = TextColumn(_("Kind"), source="get_kind_display", sort=False, card="title")
    amount = MoneyColumn(_("Amount"), currency=".currency", sort=False, card="value")
    answer = TextColumn(pgettext_lazy("from a partner", "Answer"), sort=False, card="text")
    status = StatusColumn(
        _("Status"),
        tones=CLAIM_TONES,
        labels=dict(ClaimStatus.choices),
        sort=False,
        card="badge",
    )
