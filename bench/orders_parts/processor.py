"""Processor time of process families, their dead children included."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import psutil


def processor_seconds(pids: Iterable[int]) -> float:
    """User and system time that these processes, their children and the database have spent."""
    postmaster = Path(os.environ["YUNHE_VAR"]) / "postgres" / "postmaster.pid"
    return sum(_family(pid) for pid in (*pids, int(postmaster.read_text().split()[0])))


def processor_here() -> float:
    """Seconds of processor time so far of this process and of its database connection."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    own = time.process_time()
    return own + int(stat.read_text().split()[0]) / 1e9 if stat.exists() else own


def _family(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        total = _spent(process)
        for child in process.children(recursive=True):
            total += _spent(child)
    except psutil.NoSuchProcess:
        return 0.0
    return total


def _spent(process: psutil.Process) -> float:
    """With the time of children that ended and were waited for."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return sum((times.user, times.system, times.children_user, times.children_system))
