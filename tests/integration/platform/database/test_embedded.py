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

from yunhe.platform.database.embedded import EmbeddedServerError, ensure_server

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
    """The servers on the folder; a child that was just forked still has its parent's command line."""
    found = [
        process
        for process in psutil.process_iter(["cmdline", "status", "ppid"])
        if f"{folder}/pg" in (process.info["cmdline"] or [])
        and "postgres" in process.info["cmdline"][0]
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]
    alive = {process.pid for process in found}
    return [process for process in found if process.info["ppid"] not in alive]


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


def test_a_stranger_with_the_server_s_old_number_is_not_taken_for_it(folder):
    end(user_of(folder))
    # after a reboot the number in a stale file may be anybody's: here, this test's
    (Path(folder) / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/pg\n0\n5432\n")
    again = user_of(folder)
    assert len(servers(folder)) == 1
    end(again)


def test_a_folder_that_was_half_made_is_made_again(folder):
    half = Path(folder) / "pg.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    end(user_of(folder))
    assert (Path(folder) / "pg" / "PG_VERSION").exists()
    assert not half.exists()


def test_what_is_no_database_is_left_alone(folder):
    kept = Path(folder) / "pg" / "mine.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(EmbeddedServerError, match=f"{folder}/pg"):
        ensure_server(Path(folder) / "pg")
    assert kept.read_text() == "mine"


def test_a_new_connection_revives_a_killed_server(folder):
    data_dir = Path(folder) / "pg"
    program = PROGRAM.format(source=str(SOURCE), folder=folder, seconds=0) + (
        "import psycopg\n"
        "from yunhe.platform.database.embedded import revive_server\n"
        "input()\n"
        "psycopg.connect(**revive_server(Path(params['host'])), dbname='postgres').close()\n"
        "print('revived', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline().strip() == str(data_dir)
    for server in servers(folder):
        os.kill(server.pid, signal.SIGKILL)
    gone_by = time.monotonic() + 10
    while servers(folder) and time.monotonic() < gone_by:
        time.sleep(0.05)
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == "revived"
    process.wait(30)
    assert servers(folder) == []
