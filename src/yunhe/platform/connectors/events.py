"""What happens to messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class MessageGivenUp(Event):
    """A message did not reach the other system; those behind it in its thread wait."""

    type: ClassVar = "yunhe.connectors.message.given_up.v1"

    message_id: int
    connector: str
    kind: str
    key: str
    error: str
