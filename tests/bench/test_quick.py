"""Every benchmark runs in its small size and leaves the published results alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
NAMES = ["intake", "metrics", "orders", "pages", "pricing", "rebates", "routes"]


def test_these_are_all_benchmarks() -> None:
    assert sorted(path.stem for path in BENCH.glob("*.py")) == NAMES


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_in_its_small_size(name: str) -> None:
    kept = {path: path.read_bytes() for path in (BENCH / "results").glob("*.json")}
    command = [sys.executable, "-m", "yunhe", "bench", name, "--quick"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert {path: path.read_bytes() for path in (BENCH / "results").glob("*.json")} == kept
