"""Menu entries of access."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.declared import TOKENS, VIEW_USERS
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Accounts and roles"), "access:users", "users", "platform", VIEW_USERS, order=10),
    NavItem(_("Why do I see this?"), "access:explain", "eye", "platform", order=20),
    NavItem(_("API tokens"), "access:tokens", "key", "platform", TOKENS, order=30),
    NavItem(_("My staff"), "access:users", "users", "me", VIEW_USERS, order=50, face="portal"),
    NavItem(_("Why do I see this?"), "access:explain", "eye", "me", order=920, face="portal"),
    NavItem(_("API tokens"), "access:tokens", "key", "me", TOKENS, order=930, face="portal"),
]
