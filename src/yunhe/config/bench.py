"""Run the benchmark scripts of `bench/`, one process each, and gather their results."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "bench"


def run_benchmarks(names: tuple[str, ...], *, quick: bool, say: Callable[[str], None]) -> int:
    """Run `bench/<name>.py` for each name (all when none is given); return the worst exit code."""
    found = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path.stem != "__init__"}
    unknown = set(names) - set(found)
    if unknown:
        say(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(found)}")
        return 2
    worst = 0
    for name in names or tuple(found):
        say(f"== {name}")
        command = [sys.executable, str(found[name]), *(["--quick"] if quick else [])]
        worst = max(worst, subprocess.run(command, check=False).returncode)  # noqa: S603
    return worst
