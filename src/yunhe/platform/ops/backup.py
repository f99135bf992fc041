"""Backup and restore: one file with the database, the stored files and checksums."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

import yunhe
from yunhe.platform.database.embedded import binary
from yunhe.platform.errors import DomainError

FORMAT = 1
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"


class BackupError(DomainError):
    code = "ops.backup"


def create_backup(target: Path) -> dict[str, Any]:
    """Write `target` (tar); return its manifest.

    The dump is one consistent snapshot. Files are only ever added, so those that the snapshot
    names are there when they are copied after it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", settings_url())
        manifest = {
            "format": FORMAT,
            "version": yunhe.__version__,
            "created_at": timezone.now().isoformat(),
            "database_sha256": _sha256(dump),
        }
        (Path(folder) / MANIFEST).write_text(json.dumps(manifest, indent=1))
        partial = Path(folder) / "backup.tar"
        with tarfile.open(partial, "w") as archive:
            archive.add(Path(folder) / MANIFEST, MANIFEST)
            archive.add(dump, DUMP)
            if Path(settings.MEDIA_ROOT).exists():
                archive.add(settings.MEDIA_ROOT, FILES)
        partial.replace(target)
    return manifest


def restore_backup(source: Path) -> dict[str, Any]:
    """Replace the database's content and add the files of a backup; return its manifest.

    Raises BackupError when the file is no backup or its checksum differs; then nothing changed.
    """
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
            manifest = json.loads((Path(folder) / MANIFEST).read_text())
        except (tarfile.TarError, OSError, ValueError) as error:
            raise BackupError(f"{source} is not a Yunhe backup: {error}") from error
        dump = Path(folder) / DUMP
        if manifest.get("format") != FORMAT or _sha256(dump) != manifest["database_sha256"]:
            raise BackupError(f"{source} is damaged or of another format; nothing was restored")
        _restore_database(dump)
        _restore_files(Path(folder) / FILES)
    return manifest


def _restore_database(dump: Path) -> None:
    connection.close()
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", *options, f"--dbname={settings_url()}", str(dump))


def _restore_files(folder: Path) -> None:
    if not folder.exists():
        return
    for path in folder.rglob("*"):
        target = Path(settings.MEDIA_ROOT) / path.relative_to(folder)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def settings_url() -> str:
    """The connection string of the configured database, for PostgreSQL's own programs."""
    connection.ensure_connection()
    return str(connection.connection.info.dsn)


def _run(program: str, *arguments: str) -> None:
    connection.ensure_connection()
    password = connection.connection.info.password
    environment = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [binary(program), *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip().splitlines()[-1]}")


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
