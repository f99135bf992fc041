"""What higher domains do when goods were produced, in the same transaction.

Orders that wait for them register here, so that nobody else takes the goods in between.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from yunhe.platform.access.principal import Principal


class Arrival(Protocol):
    """Called with the place and the SKUs that came."""

    def __call__(
        self, place_id: int, sku_ids: Collection[int], *, actor: Principal, now: datetime
    ) -> Any: ...


_arrivals: list[Arrival] = []


def on_arrival(hear: Arrival) -> None:
    """Call this whenever production reaches a place."""
    if hear not in _arrivals:
        _arrivals.append(hear)


def arrivals() -> tuple[Arrival, ...]:
    """Everybody who wants to know."""
    return tuple(_arrivals)
