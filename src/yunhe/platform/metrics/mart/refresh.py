"""Bring the mart up to date: rebuild exactly what changed since the last time."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from yunhe.platform.errors import Text
from yunhe.platform.metrics.declarations import Fact, Source
from yunhe.platform.metrics.mart import extract as extraction
from yunhe.platform.metrics.mart.manifest import (
    Manifest,
    Part,
    Table,
    read_manifest,
    write_manifest,
)
from yunhe.platform.metrics.registry import sources

LOCK = 0x59756E6865  # "Yunhe": one refresh at a time for the whole database
GRACE_S = 900
WHOLE = "all"
Report = Callable[[int, int, Text], None]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: parts rebuilt, rows written, the manifest's version now."""

    parts: int
    rows: int
    version: int
    busy: bool = False


def refresh_mart(*, now: datetime, full: bool = False, report: Report | None = None) -> Refreshed:
    """Rebuild dirty months (all with `full`) as the owner role; idempotent, safe to kill.

    Marks are taken before the rows are read and vanish when the transaction commits, after the new
    manifest stands. A crash in between leaves the marks: the months are built once more. A writer
    that commits after its mark could be read leaves its own mark for the next refresh.

    Args:
        report: called with (done, total, name) after each part.
    """
    with transaction.atomic():
        if not _lock():
            return Refreshed(0, 0, read_manifest(mart_folder()).version, busy=True)
        folder = mart_folder()
        folder.mkdir(parents=True, exist_ok=True)
        marks = _take_marks()
        standing = read_manifest(folder)
        old = Manifest(version=standing.version) if full else standing
        work = _plan(old, marks)
        tables = {name: _carried(folder, old, source) for name, source in sources().items()}
        rows = 0
        for done, (source, month) in enumerate(work, start=1):
            rows += _build(folder, tables, source, month, now)
            if report:
                report(done, len(work), source.label)
        manifest = old.next(tables, checked_at=now)
        write_manifest(folder, manifest)
        _sweep(folder, standing, manifest)
    return Refreshed(len(work), rows, manifest.version)


def mart_folder() -> Path:
    return Path(settings.MART_DIR)


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _take_marks() -> dict[str, set[date | None]]:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM metrics_mark RETURNING source, month")
        marks: dict[str, set[date | None]] = {}
        for source, month in cursor.fetchall():
            marks.setdefault(source, set()).add(month)
    return marks


def _plan(old: Manifest, marks: dict[str, set[date | None]]) -> list[tuple[Source, date | None]]:
    """The (source, month) pairs to build; entities have no months."""
    work: list[tuple[Source, date | None]] = []
    for name, source in sources().items():
        known = old.tables.get(name)
        fresh = known is not None and known.fingerprint == fingerprint(source)
        dirty = marks.get(name, set()) | marks.get(source.follows, set())
        if source.volatile:
            dirty = {None}
        if not isinstance(source, Fact):
            work += [(source, None)] if dirty or not fresh else []
        elif fresh and None not in dirty:
            work += [(source, month) for month in sorted(m for m in dirty if m)]
        else:
            gone = {date.fromisoformat(f"{m}-01") for m in (known.parts if known and fresh else ())}
            work += [(source, m) for m in sorted({*extraction.months_of(source), *gone})]
    return work


def fingerprint(source: Source) -> str:
    """Changes when the declaration gives other rows or columns."""
    text = repr((source.sql, dict(source.columns), source.key, getattr(source, "date", "")))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _carried(folder: Path, old: Manifest, source: Source) -> Table:
    """The table as the last refresh left it, or an empty one."""
    mark = fingerprint(source)
    known = old.tables.get(source.name)
    if known and known.fingerprint == mark:
        return Table(mark, known.schema_file, dict(known.parts))
    file = f"{source.name}/schema-{mark}.parquet"
    (folder / source.name).mkdir(exist_ok=True)
    extraction.write_empty(source, folder / file)
    return Table(mark, file)


def _build(
    folder: Path, tables: dict[str, Table], source: Source, month: date | None, now: datetime
) -> int:
    name = f"{month:%Y-%m}" if month else WHOLE
    file = f"{source.name}/{name}-{uuid.uuid4().hex[:12]}.parquet"
    found = extraction.extract(source, folder / file, month=month)
    table = tables[source.name]
    known = table.parts.get(name)
    if known and (known.rows, known.digest) == (found.rows, found.digest):
        (folder / file).unlink()
        return 0
    parts = {key: part for key, part in table.parts.items() if key != name}
    if found.rows:
        parts[name] = Part(file, found.rows, found.digest, now, found.through)
    else:
        (folder / file).unlink()
    tables[source.name] = Table(table.fingerprint, table.schema_file, parts)
    return found.rows


def _sweep(folder: Path, *held: Manifest) -> None:
    """Remove files that neither the last manifest nor this one names, and abandoned drafts."""
    kept = {file for manifest in held for table in manifest.tables.values() for file in table.files}
    for path in folder.glob("*/*"):
        old = time.time() - path.stat().st_mtime > GRACE_S
        if old and path.relative_to(folder).as_posix() not in kept:
            path.unlink(missing_ok=True)
