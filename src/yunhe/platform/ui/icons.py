"""The icons in the sprite. `icons.json` is read here and by the asset build: one list."""

from __future__ import annotations

import json
from pathlib import Path

ICONS: frozenset[str] = frozenset(json.loads(Path(__file__).with_name("icons.json").read_text()))


def check_icon(name: str) -> None:
    """Raise ValueError for a name that the sprite does not hold; "" means no icon."""
    if name and name not in ICONS:
        raise ValueError(f"no icon {name!r}: add the Tabler icon's name to ui/icons.json")
