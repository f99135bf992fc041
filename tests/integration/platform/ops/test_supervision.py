"""Children that die, children that cannot live, and a parent that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from yunhe.platform.ops.supervision import Child, stop_all, supervise

SOURCE = Path(__file__).resolve().parents[4] / "src"
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT = """
import sys
sys.path.insert(0, {source!r})
from yunhe.platform.ops.supervision import Child, supervise
child = Child("sleeper", {command!r})
supervise([child], ready=lambda: str(child.process.pid), say=lambda text: print(text, flush=True))
"""


@pytest.fixture(autouse=True)
def own_signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_killed_child_is_started_again():
    said: list[str] = []
    child = Child("sleeper", SLEEP)

    def kill_once_then_stop() -> None:
        first = wait_for(lambda: child.process)
        first.kill()
        wait_for(lambda: child.process is not first and child.process)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=kill_once_then_stop).start()
    try:
        assert supervise([child], ready=lambda: None, say=said.append, pause_s=0.02) == 0
    finally:
        stop_all([child])
    assert said == ["the process “sleeper” ended with code -9; starting it again", "stopping…"]
    assert child.code() == -signal.SIGTERM


def test_a_child_that_cannot_live_ends_everything_with_its_code():
    said: list[str] = []
    broken = Child("broken", [sys.executable, "-c", "raise SystemExit(7)"])
    other = Child("sleeper", SLEEP)
    try:
        assert supervise([other, broken], ready=lambda: None, say=said.append, pause_s=0.02) == 7
        assert said == [
            *["the process “broken” ended with code 7; starting it again"] * 2,
            "the process “broken” ends at once, with code 7; stopping",
        ]
    finally:
        stop_all([other, broken])
    assert other.code() == -signal.SIGTERM


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
def test_a_killed_parent_leaves_no_orphan():
    program = PARENT.format(source=str(SOURCE), command=SLEEP)
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    orphan = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait(10)
    orphan.wait(10)


def wait_for(look):
    """What `look` finds, within ten seconds."""
    until = time.monotonic() + 10
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found
