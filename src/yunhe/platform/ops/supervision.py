"""Keep child processes up: start them again when they die, stop them together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from types import FrameType

Say = Callable[[str], None]
STOP_TIMEOUT_S = 15
QUICK_DEATH_S = 10
QUICK_DEATHS = 3
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process that shall run; `quick_deaths` in a row say that starting it again is no use."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self) -> None:
        self.started = time.monotonic()
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "yunhe.config.settings"}
        # a session of its own: Ctrl-C reaches us alone, and we stop the children in order
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            list(self.command),
            env=environment,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - before any thread of ours
        )

    def code(self) -> int | None:
        """The exit code of a process that has ended."""
        return self.process.poll() if self.process else None

    def note_death(self) -> bool:
        """Count the death; true when another start is worth trying."""
        quick = time.monotonic() - self.started < QUICK_DEATH_S
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        return self.quick_deaths < QUICK_DEATHS


def end_with_parent() -> None:
    """Where the kernel can (Linux): a killed parent's child gets SIGTERM and is no orphan."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def supervise(
    children: Sequence[Child], *, ready: Callable[[], str | None], say: Say, pause_s: float = 0.3
) -> int:
    """Start the children and keep them up until a signal; return the exit code.

    `ready` is asked until it has something to say. A child that dies three times within ten seconds
    of its start ends everything with its code.
    """
    stopping: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.append(signum)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.start()
    waiting = True
    while not stopping:
        if waiting and (words := ready()):
            say(words)
            waiting = False
        for child in children:
            if (code := child.code()) is None:
                continue
            if not child.note_death():
                say(
                    _("the process “%(name)s” ends at once, with code %(code)s; stopping")
                    % {"name": child.name, "code": code}
                )
                return abs(code) or 1
            say(
                _("the process “%(name)s” ended with code %(code)s; starting it again")
                % {"name": child.name, "code": code}
            )
            child.start()
        time.sleep(pause_s)
    say(_("stopping…"))
    return 0


def stop_all(children: Sequence[Child]) -> None:
    """SIGTERM to all, then wait; who does not end in time is killed."""
    running = [child.process for child in children if child.process and child.code() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
