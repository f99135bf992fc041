"""Which pages the reader of this request may open, so that no page links to a refusal."""

from __future__ import annotations

from collections.abc import Collection
from contextvars import ContextVar

from django.urls import Resolver404, resolve

SIGNED_IN = "signed-in"
PUBLIC = "public"

_held: ContextVar[Collection[str] | None] = ContextVar("reader's permissions", default=None)
_asked: dict[str, str] = {}


def read_with(permissions: Collection[str] | None) -> None:
    """Until the next request of this thread, links are for somebody with these permissions."""
    _held.set(permissions)


def may_open(url: str, *, name: str = "") -> bool:
    """Whether the reader has the permission that the page at `url` asks for.

    A record that is out of sight is not looked for. `name` is the address's own, where it is known:
    it is looked up once. True outside a page, for addresses elsewhere and for such without a view
    of the house.
    """
    held = _held.get()
    if held is None:
        return True
    needed = _asked.get(name)
    if needed is None:
        needed = _permission_of(url)
        if name:
            _asked[name] = needed
    return not needed or needed in held


def _permission_of(url: str) -> str:
    try:
        view = resolve(url.partition("?")[0].partition("#")[0]).func
    except Resolver404:
        return ""
    needed = getattr(getattr(view, "view_class", None), "permission", "")
    return "" if needed in (SIGNED_IN, PUBLIC) else str(needed)
