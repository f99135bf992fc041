"""Small arithmetic of the network on values. No Django."""

from __future__ import annotations

import re

_SHOWN_FRONT, _SHOWN_BACK, _LONG = 3, 4, 10


def mask_phone(phone: str) -> str:
    """138****5678: three figures in front and four behind are shown; of a short number the last two."""
    figures = re.sub(r"\D", "", phone)
    if len(figures) >= _LONG:
        return f"{figures[:_SHOWN_FRONT]}****{figures[-_SHOWN_BACK:]}"
    return f"****{figures[-2:]}" if figures else ""
