"""The components. Importing the modules registers them."""

from __future__ import annotations

from importlib import import_module

MODULES = ("basics", "charts", "controls", "figures", "lists", "routes")


def load() -> None:
    """Register every component of the kit."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
