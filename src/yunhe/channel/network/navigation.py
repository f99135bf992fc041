"""Menu entries of the network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.permissions import ADDRESSES, VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Partners"), "network:list", "building-store", "channel", permission=VIEW, order=5),
    NavItem(_("Network tree"), "network:tree", "sitemap", "channel", permission=VIEW, order=6),
    NavItem(
        _("Documents to renew"),
        "network:licences",
        "certificate",
        "channel",
        permission=VIEW,
        order=7,
    ),
    NavItem(
        _("My company"),
        "network_portal:company",
        "building-store",
        "me",
        permission=VIEW_OWN,
        order=10,
        face="portal",
    ),
    NavItem(
        _("Delivery addresses"),
        "network_portal:addresses",
        "map-pin",
        "me",
        permission=ADDRESSES,
        order=11,
        face="portal",
    ),
]
