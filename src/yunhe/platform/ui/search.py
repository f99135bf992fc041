"""Global search: menu entries plus what the domains' `search.py` modules find (`PROVIDERS`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from django.apps import apps
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import navigation
from yunhe.platform.ui.component import Text

LIMIT = 6


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: Text
    url: str
    subtitle: Text = ""
    icon: str = "arrow-right"


@dataclass(frozen=True)
class SearchProvider:
    """How one kind of record is found.

    Args:
        label: the heading above its hits, e.g. `_("Orders")`.
        permission: who may search it; "" for everybody.
        find: called with the request, the text and a limit; scope is the database's matter.
        face: which shell offers it.
    """

    label: Text
    permission: str
    find: Callable[[HttpRequest, str, int], Iterable[Hit]]
    face: navigation.Face = "console"


@dataclass(frozen=True)
class HitGroup:
    label: Text
    hits: tuple[Hit, ...]


_providers: list[SearchProvider] = []


def discover() -> None:
    """Read `PROVIDERS` of every installed domain's `search.py`."""
    _providers.clear()
    own = __name__.rsplit(".", 1)[0]
    for config in apps.get_app_configs():
        if config.name != own and module_has_submodule(config.module, "search"):
            _providers.extend(getattr(import_module(f"{config.name}.search"), "PROVIDERS", ()))


def search(request: HttpRequest, text: str, face: navigation.Face) -> list[HitGroup]:
    """What the text finds for this reader: pages first, then records by provider."""
    text = text.strip()
    principal = getattr(request, "principal", None)
    pages = [
        Hit(title=item.label, url=item.url, icon=item.icon)
        for item in navigation.items_for(principal, face)
        if text.casefold() in str(item.label).casefold()
    ]
    groups = [HitGroup(_("Pages"), tuple(pages if text else pages[:LIMIT]))]
    if len(text) >= 2 and principal is not None:
        for provider in _providers:
            if provider.face == face and (
                not provider.permission or provider.permission in principal.permissions
            ):
                groups.append(HitGroup(provider.label, tuple(provider.find(request, text, LIMIT))))
    return [group for group in groups if group.hits]
