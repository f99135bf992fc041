"""Menu entries of one's own account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("My account"), "accounts:profile", "user-circle", "platform", order=900),
    NavItem(_("Sign-in and security"), "accounts:security", "shield-lock", "platform", order=910),
    NavItem(_("My account"), "accounts:profile", "user-circle", "me", order=900, face="portal"),
    NavItem(
        _("Sign-in and security"),
        "accounts:security",
        "shield-lock",
        "me",
        order=910,
        face="portal",
    ),
]
