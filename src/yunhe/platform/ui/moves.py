"""A legal move of a document, as its domain's `transitions.py` lists it."""

from __future__ import annotations

from dataclasses import dataclass

from yunhe.platform.ui.component import Text


@dataclass(frozen=True)
class Move:
    """An action: from which states, to which, with which permission; `confirm` is asked before.

    One without a permission happens by itself: no person takes it.
    """

    action: str
    label: Text
    sources: frozenset[str]
    target: str
    permission: str
    icon: str = ""
    confirm: Text = ""
