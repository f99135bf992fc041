"""What a partner's page is made of. Higher domains add theirs with `register_panel`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.permissions import ADDRESSES, CHANGE, MOVE
from yunhe.channel.network.queries import list_addresses, placements_of, shown_phone
from yunhe.channel.network.tables import (
    TIER_TONES,
    AddressTable,
    ContactTable,
    LicenceTable,
    PartnerTable,
    PlacementTable,
    StaffTable,
)
from yunhe.platform.access.models import Grant
from yunhe.platform.access.roles import Role
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.provinces import province_name
from yunhe.platform.ui.tables import BadgeColumn, DateColumn, Rows, Table, TextColumn
from yunhe.platform.ui.views import FactsPanel, Panel, TablePanel

_panels: list[tuple[int, type[Panel]]] = []


def register_panel(panel: type[Panel], *, order: int = 100) -> type[Panel]:
    """Show a panel on every partner's page (`self.record` is the Partner). Lower `order` is higher up."""
    if all(known is not panel for _order, known in _panels):
        _panels.append((order, panel))
    return panel


def partner_panels() -> tuple[type[Panel], ...]:
    """Every registered panel in order."""
    return tuple(panel for _order, panel in sorted(_panels, key=lambda pair: pair[0]))


class DossierPanel(FactsPanel):
    """The file itself."""

    title, icon = _("Company file"), "building-store"
    fields = (
        TextColumn(_("Reference code"), source="node.code"),
        TextColumn(_("External code"), source="external_code"),
        BadgeColumn(_("Level"), source="level"),
        BadgeColumn(_("Tier"), source="tier", tones=TIER_TONES),
        TextColumn(
            _("Province"), value=lambda row: province_name(row.province) if row.province else ""
        ),
        TextColumn(_("City"), source="city_label"),
        TextColumn(_("Address"), source="address_label"),
        TextColumn(_("Contact"), source="contact_name"),
        TextColumn(_("Phone"), source="phone"),
        TextColumn(_("E-mail"), source="email"),
        DateColumn(_("Partner since"), source="opened_on"),
    )

    def actions(self) -> Sequence[Button]:
        url = reverse("network:partner_change", args=[self.record.pk])
        return [Button(label=_("Change"), url=url, icon="edit", size="small", permission=CHANGE)]


class BelowPanel(TablePanel):
    """Partners that stand below this one."""

    title, icon = _("Partners below"), "sitemap"
    table: ClassVar[type[Table]] = PartnerTable
    empty = Empty(title=_("Nobody stands below this partner"), icon="sitemap")

    def shown(self) -> bool:
        return bool(self.record.level != "store")

    def rows(self) -> Rows:
        model: Any = type(self.record)
        below = model.objects.filter(node__parent_id=self.record.pk)
        return below.select_related("node__parent")


class StaffPanel(TablePanel):
    """Who signs in for this partner."""

    title, icon, table = _("Staff"), "users", StaffTable
    empty = Empty(title=_("Nobody signs in for this partner yet"), icon="users")

    def rows(self) -> Rows:
        labels = dict(Role.choices)
        grants = Grant.objects.filter(node_id=self.record.pk).select_related("user").order_by("pk")
        return [
            {"pk": grant.pk, "user": grant.user, "role_label": labels.get(grant.role, grant.role)}
            for grant in grants
        ]


class ContactsPanel(TablePanel):
    """People to talk to."""

    title, icon, table = _("Contact persons"), "phone", ContactTable
    empty = Empty(title=_("No contact person yet"), icon="phone")

    def actions(self) -> Sequence[Button]:
        url = reverse("network:contact_add", args=[self.record.pk])
        return [Button(label=_("Add"), url=url, icon="plus", size="small", permission=CHANGE)]

    def rows(self) -> Rows:
        return self.record.node.contacts.order_by("pk")


class AddressesPanel(TablePanel):
    """Where the partner takes goods; phone numbers are whole for those who deliver only."""

    title, icon, table = _("Delivery addresses"), "map-pin", AddressTable
    empty = Empty(title=_("No delivery address yet"), icon="map-pin")

    def actions(self) -> Sequence[Button]:
        url = reverse("network:address_add", args=[self.record.pk])
        return [Button(label=_("Add"), url=url, icon="plus", size="small", permission=ADDRESSES)]

    def rows(self) -> Rows:
        principal = self.view.principal
        return [
            {
                "pk": address.pk,
                "name": str(address),
                "place": address.place,
                "receiver": address.receiver,
                "phone": shown_phone(address.phone, principal),
                "is_default": address.is_default,
            }
            for address in list_addresses(self.record.pk)
        ]


class LicencesPanel(TablePanel):
    """Qualification documents and when they expire."""

    title, icon = _("Qualification documents"), "certificate"
    table: ClassVar[type[Table]] = LicenceTable
    empty = Empty(title=_("No document filed"), icon="certificate")

    def actions(self) -> Sequence[Button]:
        url = reverse("network:licence_add", args=[self.record.pk])
        return [Button(label=_("Add"), url=url, icon="plus", size="small", permission=CHANGE)]

    def rows(self) -> Rows:
        return self.record.node.licences.all()


class PlacementsPanel(TablePanel):
    """Where the partner stood, stands and will stand."""

    title, icon, table = _("Place in the network"), "history", PlacementTable

    def actions(self) -> Sequence[Button]:
        waiting = self.record.node.placements.filter(applied=False).first()
        if waiting is not None:
            return [
                Button(
                    label=_("Cancel the planned move"),
                    url=reverse("network:move_cancel", args=[waiting.pk]),
                    method="post",
                    size="small",
                    permission=MOVE,
                    confirm=_("Cancel the planned move?"),
                )
            ]
        url = reverse("network:move", args=[self.record.pk])
        return [
            Button(label=_("Move"), url=url, icon="arrows-exchange", size="small", permission=MOVE)
        ]

    def rows(self) -> Rows:
        return placements_of(self.record.pk)


for _at, _panel in enumerate(
    (
        DossierPanel,
        LicencesPanel,
        ContactsPanel,
        AddressesPanel,
        StaffPanel,
        BelowPanel,
        PlacementsPanel,
    )
):
    register_panel(_panel, order=10 + _at * 10)
