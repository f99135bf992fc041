"""Scratch space and the DuckDB connection of one run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
from django.conf import settings

from yunhe.platform.intake.cells import MACROS

MEMORY_LIMIT = os.environ.get("YUNHE_INTAKE_MEMORY", "2GB")


@contextmanager
def workdir() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    base = settings.VAR_DIR / "intake"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base) as folder:
        yield Path(folder)


def scratch_file() -> BinaryIO:
    """An open nameless file in the scratch space; gone when closed."""
    base = settings.VAR_DIR / "intake"
    base.mkdir(parents=True, exist_ok=True)
    handle: BinaryIO = tempfile.TemporaryFile(dir=base)  # noqa: SIM115  # the answer closes it
    return handle


@contextmanager
def engine(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with intake's macros, bounded memory and room to spill in `folder`."""
    with duckdb.connect() as duck:
        duck.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        duck.execute(f"SET temp_directory = '{folder / 'spill'}'")
        duck.execute("SET autoinstall_known_extensions = false")
        for macro in MACROS:
            duck.execute(macro)
        yield duck
