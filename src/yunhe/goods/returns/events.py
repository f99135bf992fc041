"""What happens to returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class ReturnMoved(Event):
    """A return took a step; `status` is the new state."""

    type: ClassVar = "yunhe.returns.return.moved.v1"

    return_id: int
    number: str
    node_id: int
    action: str
    status: str
