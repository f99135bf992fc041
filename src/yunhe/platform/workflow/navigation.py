"""Menu entries of approvals."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import principal_of
from yunhe.platform.ui.navigation import NavItem
from yunhe.platform.workflow.permissions import DECIDE, VIEW_CHAINS
from yunhe.platform.workflow.queries import inbox_count


def _waiting(request: HttpRequest) -> int:
    return inbox_count(principal_of(request), now=timezone.now())


ITEMS = [
    NavItem(
        _("Approvals"),
        "workflow:inbox",
        "clipboard-check",
        "home",
        permission=DECIDE,
        order=20,
        counter=_waiting,
    ),
    NavItem(
        _("Approvals"),
        "workflow:inbox",
        "clipboard-check",
        "messages",
        permission=DECIDE,
        order=15,
        face="portal",
        counter=_waiting,
    ),
    NavItem(
        _("Approval chains"),
        "workflow:definitions",
        "git-branch",
        "platform",
        permission=VIEW_CHAINS,
        order=40,
    ),
]
