"""The comparison of versions, on values."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class DiffLine:
    """A line of the comparison of two texts."""

    kind: Literal["same", "added", "removed"]
    text: str


def compare_texts(old: str, new: str) -> list[DiffLine]:
    """Every line of both texts: kept, removed from the old, added by the new."""
    lines = []
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        mark, text = line[:2], line[2:]
        if mark != "? ":
            kinds: dict[str, Literal["same", "added", "removed"]] = {"+ ": "added", "- ": "removed"}
            lines.append(DiffLine(kinds.get(mark, "same"), text))
    return lines
