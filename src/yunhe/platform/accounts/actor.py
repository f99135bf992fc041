"""Who acts, as far as accounts must know (platform/access gives more: its `Principal`)."""

from __future__ import annotations

from typing import Protocol


class Actor(Protocol):
    """The signed-in person or program of a request."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def permissions(self) -> frozenset[str]: ...
