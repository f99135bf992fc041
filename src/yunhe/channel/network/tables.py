"""Columns of the network's lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import LicenceState, Tier
from yunhe.platform.ui.components.basics import Badge, Button
from yunhe.platform.ui.provinces import province_name
from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    ComponentColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    Table,
    TextColumn,
)

TIER_TONES = {Tier.CORE: "teal", Tier.GROWTH: "blue", Tier.OBSERVATION: "amber"}
LICENCE_TONES = {
    LicenceState.VALID: "green",
    LicenceState.EXPIRING: "amber",
    LicenceState.EXPIRED: "red",
}


class PartnerTable(Table):
    name = LinkColumn(
        _("Partner"),
        url="network:partner",
        source="node.label",
        sort="node__name",
        secondary="node.code",
    )
    level = BadgeColumn(_("Level"))
    tier = BadgeColumn(_("Tier"), tones=TIER_TONES)
    above = TextColumn(_("Belongs to"), source="node.parent.label", sort="node__parent__name")
    province = TextColumn(
        _("Province"),
        value=lambda row: province_name(row.province) if row.province else "",
        card="",
    )
    city = TextColumn(_("City"), source="city_label", sort="city")
    contact = TextColumn(_("Contact"), source="contact_name", card="")
    phone = TextColumn(_("Phone"), card="")
    external_code = TextColumn(_("External code"), visible=False)
    opened_on = DateColumn(_("Partner since"), visible=False)
    closed = BooleanColumn(
        _("Closed for business"),
        value=lambda row: not row.node.active,
        yes=_("closed"),
        tone="grey",
    )

    class Meta:
        order_by = "name"


class StaffTable(Table):
    name = TextColumn(_("Person"), source="user.name", card="title")
    role = TextColumn(_("Role"), source="role_label")
    phone = TextColumn(_("Phone"), source="user.phone")
    email = TextColumn(_("E-mail"), source="user.email")


class ContactTable(Table):
    name = TextColumn(_("Name"), card="title")
    duty = TextColumn(_("Duty"))
    phone = TextColumn(_("Phone"))
    email = TextColumn(_("E-mail"))


class AddressTable(Table):
    name = LinkColumn(
        _("Delivery address"), url="network:address", sort=False, secondary="place", card="title"
    )
    receiver = TextColumn(_("Receiver"), sort=False, card="text")
    phone = TextColumn(_("Phone"), sort=False, card="text")
    is_default = BooleanColumn(_("Default"), yes=_("default"), tone="teal", sort=False)


def _state(licence: Any) -> Badge:
    state = licence.state_on(timezone.localdate())
    return Badge(label=state.label, tone=LICENCE_TONES[state])


def _state_text(licence: Any) -> str:
    return str(licence.state_on(timezone.localdate()).label)


def _document(licence: Any) -> Button | str:
    if licence.file_id is None:
        return ""
    url = reverse("files:download", args=[licence.file_id])
    return Button(label=_("Open"), url=url, icon="paperclip", size="small", style="quiet")


class LicenceTable(Table):
    kind = LinkColumn(
        _("Qualification document"),
        url="network:licence",
        source="get_kind_display",
        sort="kind",
        secondary="number",
    )
    issuer = TextColumn(_("Issued by"))
    expires = DateColumn(_("Valid until"), source="expires_on", card="text")
    state = ComponentColumn(_("Status"), build=_state, value=_state_text, card="badge")
    scan = ComponentColumn(_("Scan of the document"), build=_document, value=lambda _row: "")

    class Meta:
        order_by = "expires"


class OwnLicenceTable(Table):
    kind = TextColumn(
        _("Qualification document"), source="get_kind_display", secondary="number", card="title"
    )
    issuer = TextColumn(_("Issued by"))
    expires = DateColumn(_("Valid until"), source="expires_on", card="text")
    state = ComponentColumn(_("Status"), build=_state, value=_state_text, card="badge")
    scan = ComponentColumn(_("Scan of the document"), build=_document, value=lambda _row: "")

    class Meta:
        order_by = "expires"


class ExpiringTable(LicenceTable):
    partner = LinkColumn(
        _("Partner"),
        url="network:partner",
        args=("node_id",),
        source="node.label",
        sort="node__name",
    )


class PlacementTable(Table):
    parent = TextColumn(_("Belongs to"), source="parent.label", card="title", sort="parent__name")
    start = DateColumn(_("Valid from"), source="period.lower", card="text", sort="period")
    end = DateColumn(_("To"), source="period.upper", card="text", sort=False)
    waiting = BooleanColumn(
        _("Status"), value=lambda row: not row.applied, yes=_("planned"), tone="amber"
    )
    reason = TextColumn(_("Reason"))
    by = TextColumn(_("Recorded by"), source="recorded_by.name", visible=False)
    at = MomentColumn(_("Recorded at"), source="recorded_at", visible=False)

    class Meta:
        order_by = "-start"
