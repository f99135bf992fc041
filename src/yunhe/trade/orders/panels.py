"""What an order's page is made of. Higher domains add theirs with `register_panel`."""

from __future__ import annotations

from yunhe.platform.ui.component import Text
from yunhe.platform.ui.views import Panel

_help: list[tuple[Text, str]] = []
_panels: dict[str, list[tuple[int, type[Panel]]]] = {"console": [], "portal": []}


def register_panel(
    panel: type[Panel], *, faces: tuple[str, ...] = ("console", "portal"), order: int = 100
) -> type[Panel]:
    """Show a panel on every order's page (`self.record` is the Order). Lower `order` is higher up."""
    for face in faces:
        if all(known is not panel for _order, known in _panels[face]):
            _panels[face].append((order, panel))
    return panel


def order_panels(face: str) -> tuple[type[Panel], ...]:
    """Every registered panel of the console or the portal in order."""
    return tuple(panel for _order, panel in sorted(_panels[face], key=lambda pair: pair[0]))


def offer_help(label: Text, url_name: str) -> None:
    """Show a button in the cart when its supplier is short of stock: a page that knows a way out."""
    if (label, url_name) not in _help:
        _help.append((label, url_name))


def help_offered() -> tuple[tuple[Text, str], ...]:
    """(label, URL name) of every way out of a shortage."""
    return tuple(_help)
