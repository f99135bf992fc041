"""What happens to transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class TransferMoved(Event):
    """A transfer took a step; `status` is the new state."""

    type: ClassVar = "yunhe.transfers.transfer.moved.v1"

    transfer_id: int
    number: str
    sender_id: int
    receiver_id: int
    action: str
    status: str
