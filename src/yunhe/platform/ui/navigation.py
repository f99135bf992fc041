"""What is in the menus. Each domain's `navigation.py` declares `ITEMS`; they are found at start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, Protocol

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import module_has_submodule
from django.utils.translation import pgettext_lazy

from yunhe.platform.ui.component import Text
from yunhe.platform.ui.icons import check_icon

Face = Literal["console", "portal"]
CONSOLE_SECTIONS: dict[str, Text] = {
    "home": pgettext_lazy("console menu", "Overview"),
    "trade": pgettext_lazy("console menu", "Trade"),
    "goods": pgettext_lazy("console menu", "Goods"),
    "money": pgettext_lazy("console menu", "Money"),
    "info": pgettext_lazy("console menu", "Information"),
    "channel": pgettext_lazy("console menu", "Channel"),
    "platform": pgettext_lazy("console menu", "Platform"),
}
PORTAL_SECTIONS: dict[str, Text] = {
    "home": pgettext_lazy("portal menu", "Home"),
    "order": pgettext_lazy("portal menu", "Order"),
    "scan": pgettext_lazy("portal menu", "Scan"),
    "messages": pgettext_lazy("portal menu", "Messages"),
    "me": pgettext_lazy("portal menu", "Me"),
}
PORTAL_ICONS = {
    "home": "home",
    "order": "shopping-cart",
    "scan": "scan",
    "messages": "message-circle",
    "me": "user-circle",
}


class Principal(Protocol):
    """What the shell must know of the one who asks (platform/access gives more)."""

    @property
    def permissions(self) -> frozenset[str]: ...
    @property
    def is_partner(self) -> bool: ...
    @property
    def user_id(self) -> int | None: ...


@dataclass(frozen=True)
class NavItem:
    """A menu entry.

    Args:
        label: what the reader sees.
        url_name: a URL name without arguments, e.g. `orders:list`.
        icon: a name from icons.json.
        section: a key of CONSOLE_SECTIONS or PORTAL_SECTIONS.
        permission: who sees it; "" for every signed-in person of that face.
        order: lower is higher up. The first portal item of a section owns its place in the
            bottom bar; the others are listed on the page "Me".
        face: which shell shows it.
        counter: how many things wait there, shown as a badge; one query at most.
    """

    label: Text
    url_name: str
    icon: str
    section: str
    permission: str = ""
    order: int = 100
    face: Face = "console"
    counter: Callable[[HttpRequest], int] | None = None

    def __post_init__(self) -> None:
        check_icon(self.icon)
        sections = CONSOLE_SECTIONS if self.face == "console" else PORTAL_SECTIONS
        if self.section not in sections:
            raise ValueError(f"{self.url_name}: no section {self.section!r} in the {self.face}")

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def prefix(self) -> str:
        """The path below which this item is the current one."""
        return self.url.rsplit("/", 1)[0] + "/"


@dataclass(frozen=True)
class Section:
    key: str
    label: Text
    items: tuple[NavItem, ...]

    @property
    def icon(self) -> str:
        return PORTAL_ICONS.get(self.key, "point")


@dataclass(frozen=True)
class Bell:
    """Where the bell leads and how its count is found: `BELL` in a `navigation.py`."""

    url_name: str
    count: Callable[[HttpRequest], int]

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_items: list[NavItem] = []
_bells: list[Bell] = []


def discover() -> None:
    """Read `ITEMS` and `BELL` of every installed domain's `navigation.py`."""
    _items[:] = [
        NavItem(
            pgettext_lazy("portal menu", "Me"), "ui:me", "user-circle", "me", order=0, face="portal"
        )
    ]
    _bells.clear()
    for config in apps.get_app_configs():
        if config.name != __name__.rsplit(".", 1)[0] and module_has_submodule(
            config.module, "navigation"
        ):
            module = import_module(f"{config.name}.navigation")
            register(getattr(module, "ITEMS", ()))
            if bell := getattr(module, "BELL", None):
                _bells.append(bell)


def register(items: Iterable[NavItem]) -> None:
    """Add menu entries."""
    _items.extend(items)


def bell() -> Bell | None:
    """The notifications bell, when a domain offers one."""
    return _bells[0] if _bells else None


def items_for(principal: Principal | None, face: Face) -> list[NavItem]:
    """The entries that this principal may follow, in menu order."""
    if principal is None or principal.user_id is None:
        return []
    permissions = principal.permissions
    allowed = (
        item
        for item in _items
        if item.face == face and (not item.permission or item.permission in permissions)
    )
    return sorted((item for item in allowed if _resolves(item)), key=lambda item: item.order)


def sections_for(principal: Principal | None, face: Face) -> list[Section]:
    """The same, grouped; empty sections are left out."""
    items = items_for(principal, face)
    names = CONSOLE_SECTIONS if face == "console" else PORTAL_SECTIONS
    sections = (
        Section(key, label, tuple(item for item in items if item.section == key))
        for key, label in names.items()
    )
    return [section for section in sections if section.items]


def current_item(items: Iterable[NavItem], path: str) -> NavItem | None:
    """The entry whose address is the longest prefix of `path`."""
    matches = [item for item in items if path.startswith(item.prefix)]
    exact = [item for item in matches if item.url == path]
    ranked = exact or sorted(matches, key=lambda item: -len(item.prefix))
    return ranked[0] if ranked else None


def _resolves(item: NavItem) -> bool:
    try:
        return bool(item.url)
    except NoReverseMatch:
        return False
