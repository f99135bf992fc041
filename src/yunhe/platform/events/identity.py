"""Client-made keys in time order (UUID version 7, RFC 9562 section 5.7)."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of milliseconds, 12 bits of sequence, 62 random bits.

    Ids made by one process sort in the order in which they were made.
    """
    global _last  # noqa: PLW0603  # the sequence belongs to the process
    with _lock:
        ticks = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = ticks
    milliseconds, sequence = divmod(ticks, 4096)
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | sequence << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))
