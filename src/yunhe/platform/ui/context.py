"""What both shells need on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yunhe.platform.ui import navigation
from yunhe.platform.ui.preferences import opened_sections, theme_of


class Shell:
    """Menus, bell and preferences of one request; everything is computed when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.principal = getattr(request, "principal", None)
        self.theme = theme_of(request)
        self.language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        self.languages = settings.LANGUAGES

    @property
    def signed_in(self) -> bool:
        return self.principal is not None and self.principal.user_id is not None

    @property
    def face(self) -> navigation.Face:
        partner = self.principal is not None and self.principal.is_partner
        return "portal" if partner else "console"

    @property
    def template(self) -> str:
        return f"ui/base_{self.face}.html"

    @property
    def console(self) -> list[navigation.Section]:
        return navigation.sections_for(self.principal, "console")

    @property
    def portal(self) -> list[navigation.Section]:
        return navigation.sections_for(self.principal, "portal")

    @property
    def current(self) -> navigation.NavItem | None:
        items = navigation.items_for(self.principal, self.face)
        return navigation.current_item(items, self.request.path)

    @property
    def open_sections(self) -> frozenset[str]:
        """The sections of the console's menu that stand open: the reader's, and always the current."""
        current = self.current
        return opened_sections(self.request) | {current.section if current else "home"}

    @property
    def bell(self) -> navigation.Bell | None:
        return navigation.bell()

    @property
    def unread(self) -> int:
        return self.bell.count(self.request) if self.bell and self.signed_in else 0


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` and the name of the reader's base template."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
