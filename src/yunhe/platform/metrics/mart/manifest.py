"""The manifest: which Parquet files make up the mart right now.

A reader takes one manifest and sees one consistent mart; a refresh writes new files first and then
replaces the manifest by an atomic rename. Files that no manifest names are swept later.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

NAME = "manifest.json"


@dataclass(frozen=True)
class Part:
    """One Parquet file: a month of a fact or all of an entity; `through`: its last day."""

    file: str
    rows: int
    digest: str
    built_at: datetime
    through: date | None = None


@dataclass(frozen=True)
class Table:
    """A source in the mart. `fingerprint` is its declaration's; another one means rebuild.

    `schema_file` is an empty Parquet file with its columns.
    """

    fingerprint: str
    schema_file: str
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def through(self) -> date | None:
        """The last business date in it."""
        return max((part.through for part in self.parts.values() if part.through), default=None)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts.values())

    @property
    def built_at(self) -> datetime | None:
        return max((part.built_at for part in self.parts.values()), default=None)

    @property
    def files(self) -> list[str]:
        """Every file, the empty one first: readers always learn the columns."""
        return [self.schema_file, *(part.file for _, part in sorted(self.parts.items()))]


@dataclass(frozen=True)
class Manifest:
    """`checked_at`: every change committed before then is in. `version` rises with the content."""

    version: int = 0
    checked_at: datetime | None = None
    tables: dict[str, Table] = field(default_factory=dict)

    def next(self, tables: dict[str, Table], *, checked_at: datetime) -> Manifest:
        changed = tables != self.tables
        return replace(self, version=self.version + changed, checked_at=checked_at, tables=tables)


def read_manifest(folder: Path) -> Manifest:
    """The current manifest; an empty one before the first refresh."""
    try:
        found = json.loads((folder / NAME).read_text())
    except FileNotFoundError:
        return Manifest()
    return Manifest(
        version=found["version"],
        checked_at=datetime.fromisoformat(found["checked_at"]) if found["checked_at"] else None,
        tables={name: _table(table) for name, table in found["tables"].items()},
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step; a crash leaves the old or the new one."""
    text = json.dumps(_plain(manifest), ensure_ascii=False, indent=1)
    draft = folder / f"{NAME}.{os.getpid()}.tmp"
    with draft.open("w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(folder / NAME)


def _table(found: dict[str, Any]) -> Table:
    return Table(
        fingerprint=found["fingerprint"],
        schema_file=found["schema_file"],
        parts={month: _part(part) for month, part in found["parts"].items()},
    )


def _part(found: dict[str, Any]) -> Part:
    return Part(
        file=found["file"],
        rows=found["rows"],
        digest=found["digest"],
        built_at=datetime.fromisoformat(found["built_at"]),
        through=date.fromisoformat(found["through"]) if found["through"] else None,
    )


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {
        "version": manifest.version,
        "checked_at": manifest.checked_at.isoformat() if manifest.checked_at else None,
        "tables": {
            name: {
                "fingerprint": table.fingerprint,
                "schema_file": table.schema_file,
                "parts": {
                    month: {
                        "file": part.file,
                        "rows": part.rows,
                        "digest": part.digest,
                        "built_at": part.built_at.isoformat(),
                        "through": part.through.isoformat() if part.through else None,
                    }
                    for month, part in sorted(table.parts.items())
                },
            }
            for name, table in sorted(manifest.tables.items())
        },
    }
