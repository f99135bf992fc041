"""A listener that leaves two marks, and whose process may be killed between them."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django.db import connection

from yunhe.platform.events.registry import Event, listen


@dataclass(frozen=True, kw_only=True)
class Struck(Event):
    type: ClassVar = "yunhe.trial.worker.struck.v1"

    number: int
    calls: str


@listen(Struck)
def write_down(event: Struck, *, actor: Any) -> None:
    """A row, which the event's number makes idempotent; and a line in a file, which nothing undoes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO t_struck (number) VALUES (%s) ON CONFLICT DO NOTHING", [event.number]
        )
    with Path(event.calls).open("a") as calls:
        calls.write(f"{event.number}\n")
    if os.environ.get("DIE_AT") == str(event.number):
        os.kill(os.getpid(), signal.SIGKILL)
