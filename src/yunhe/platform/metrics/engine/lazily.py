"""Ibis, imported by the first question: it takes half a second that no process should pay at its start."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Lazily:
    """A module that is imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


ibis: Any = _Lazily("ibis")
