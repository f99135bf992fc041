"""Run the benchmark scripts of `bench/`, one process each, and gather their results."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "bench"


def run_benchmarks(
    names: tuple[str, ...], *, quick: bool, say: Callable[[str], None], own_output: bool = True
) -> int:
    """Run `bench/<name>.py` for each name (all when none is given); return the worst exit code.

    Without `own_output` what the scripts print goes to stderr, so that stdout is the caller's.
    """
    found = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path.stem != "__init__"}
    unknown = set(names) - set(found)
    if unknown:
        told = {"unknown": ", ".join(sorted(unknown)), "known": ", ".join(found)}
        say(_("no such benchmark: %(unknown)s; there are: %(known)s") % told)
        return 2
    worst = 0
    for name in names or tuple(found):
        say(f"== {name}")
        command = [sys.executable, str(found[name]), *(["--quick"] if quick else [])]
        output = None if own_output else sys.stderr
        done = subprocess.run(command, check=False, stdout=output)  # noqa: S603
        worst = max(worst, done.returncode)
    return worst


def read_results(names: tuple[str, ...]) -> dict[str, Any]:
    """What the benchmarks (all, or those named) wrote last, by name."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((FOLDER / "results").glob("*.json"))
        if not names or path.stem in names
    }
