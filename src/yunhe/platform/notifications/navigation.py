"""The bell, and the messages page of both faces."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import principal_of
from yunhe.platform.accounts.actor import person
from yunhe.platform.notifications.queries import unread_count
from yunhe.platform.ui.navigation import Bell, NavItem


def unread(request: HttpRequest) -> int:
    """How many messages wait for the reader."""
    return unread_count(person(principal_of(request)))


ITEMS = [
    NavItem(_("Messages"), "notifications:list", "bell", "home", order=90),
    NavItem(
        _("Messages"), "notifications:list", "message-circle", "messages", order=10, face="portal"
    ),
]
BELL = Bell("notifications:list", unread)
