"""Menu entries of policies."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.permissions import READ, VIEW
from yunhe.channel.policies.queries import waiting_count
from yunhe.platform.access.principal import principal_of
from yunhe.platform.ui.navigation import NavItem


def _waiting(request: HttpRequest) -> int:
    return waiting_count(principal_of(request))


ITEMS = [
    NavItem(_("Policies"), "policies:list", "news", "channel", permission=VIEW, order=20),
    NavItem(
        _("Policies"),
        "policies_portal:list",
        "news",
        "messages",
        permission=READ,
        order=20,
        face="portal",
        counter=_waiting,
    ),
]
