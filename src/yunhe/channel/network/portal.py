"""The dealer's own company file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.models import Partner
from yunhe.channel.network.panels import (
    BelowPanel,
    ContactsPanel,
    DossierPanel,
    LicencesPanel,
    StaffPanel,
)
from yunhe.channel.network.permissions import VIEW_OWN
from yunhe.channel.network.tables import OwnLicenceTable
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Badge, Button
from yunhe.platform.ui.tables import BadgeColumn, Table, TextColumn
from yunhe.platform.ui.views import DetailView


class OwnPartnerTable(Table):
    name = TextColumn(_("Partner"), source="node.label", secondary="node.code", card="title")
    level = BadgeColumn(_("Level"))
    city = TextColumn(_("City"), source="city_label", sort="city")


class OwnDossier(DossierPanel):
    def actions(self) -> Sequence[Button]:
        return ()


class OwnLicences(LicencesPanel):
    table = OwnLicenceTable

    def actions(self) -> Sequence[Button]:
        return ()


class OwnContacts(ContactsPanel):
    def actions(self) -> Sequence[Button]:
        return ()


class OwnBelow(BelowPanel):
    table = OwnPartnerTable


class MyCompany(DetailView):
    """The file of the partner that the reader works for."""

    permission, face, title = VIEW_OWN, "portal", _("My company")
    panels = (OwnDossier, OwnLicences, OwnContacts, StaffPanel, OwnBelow)

    def get_queryset(self) -> QuerySet[Any]:
        return Partner.objects.select_related("node__parent")

    def get_record(self) -> Any:
        record = self.get_queryset().filter(pk__in=self.principal.node_ids).order_by("pk").first()
        if record is None:
            raise NotFound(_("You do not work for a partner."))
        return record

    def get_title(self) -> str:
        return str(self.record)

    def get_status(self) -> Badge:
        return Badge(label=self.record.get_level_display(), tone="teal")
