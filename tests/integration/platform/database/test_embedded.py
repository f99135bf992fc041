"""The embedded server as processes live and die: start, share, kill, stop."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

SOURCE = Path(__file__).resolve().parents[4] / "src"
PROGRAM = """
import sys, time
sys.path.insert(0, {source!r})
from pathlib import Path
from yunhe.platform.database.embedded import ensure_server
params = ensure_server(Path({folder!r}) / "pg")
print(params["host"], flush=True)
time.sleep({seconds})
"""


@pytest.fixture
def folder():
    # not pytest's tmp_path: a socket's path must be short
    made = tempfile.mkdtemp(prefix="yh")
    Path(made).chmod(0o755)
    yield made
    for process in servers(made):
        process.kill()
    shutil.rmtree(made, ignore_errors=True)


def user_of(folder: str, seconds: float = 60) -> subprocess.Popen[str]:
    """A process that uses the server for some seconds; returns once it has it."""
    program = PROGRAM.format(source=str(SOURCE), folder=folder, seconds=seconds)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == f"{folder}/pg"
    return process


def servers(folder: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if f"{folder}/pg" in (process.info["cmdline"] or [])
        and "postgres" in process.info["cmdline"][0]
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def end(process: subprocess.Popen[str], how: int = signal.SIGINT) -> None:
    process.send_signal(how)
    process.wait(30)


def test_the_last_user_stops_the_server(folder):
    first, second = user_of(folder), user_of(folder)
    assert len(servers(folder)) == 1
    end(first)
    assert len(servers(folder)) == 1
    end(second)
    assert servers(folder) == []


def test_a_killed_user_does_not_keep_the_server_for_ever(folder):
    killed = user_of(folder)
    end(killed, signal.SIGKILL)
    assert len(servers(folder)) == 1
    user_of(folder, seconds=0).wait(30)
    assert servers(folder) == []


def test_a_killed_server_comes_back_with_what_was_committed(folder):
    user = user_of(folder)
    with psycopg.connect(host=f"{folder}/pg", user="postgres", dbname="postgres") as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    for process in servers(folder):
        os.kill(process.pid, signal.SIGKILL)
    time.sleep(0.3)
    again = user_of(folder)
    with psycopg.connect(host=f"{folder}/pg", user="postgres", dbname="postgres") as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(42,)]
    end(user)
    end(again)
    assert servers(folder) == []
