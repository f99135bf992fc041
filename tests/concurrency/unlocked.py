"""The same race with its lock taken out: two read, then both write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Barrier, BrokenBarrierError
from types import ModuleType
from typing import Any

import pytest

PATIENCE = 20


def replace_lock(
    monkeypatch: pytest.MonkeyPatch,
    modules: Iterable[ModuleType],
    name: str,
    read: Callable[..., Any],
) -> None:
    """In each module, `read` instead of the locking function of this name."""
    for module in modules:
        monkeypatch.setattr(module, name, read)


def meet_after(monkeypatch: pytest.MonkeyPatch, modules: Iterable[ModuleType], name: str) -> None:
    """The first two callers of the function wait for each other when they have its answer."""
    both_have_read = Barrier(2, timeout=PATIENCE)
    for module in modules:
        monkeypatch.setattr(module, name, _meeting(getattr(module, name), both_have_read))


def _meeting(read: Callable[..., Any], both_have_read: Barrier) -> Callable[..., Any]:
    def met(*args: Any, **named: Any) -> Any:
        found = read(*args, **named)
        try:
            both_have_read.wait()
        except BrokenBarrierError:
            pytest.fail("nobody else came to read: the lock is still there")
        return found

    return met
