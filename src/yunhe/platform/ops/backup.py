"""Backup and restore: one file with the database, the stored files and checksums."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

import yunhe
from yunhe.platform.database.embedded import binary
from yunhe.platform.errors import DomainError

FORMAT = 2
WITHOUT_FILE_SUMS = 1
"""Backups of this older format name the checksum of the database alone."""
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"


class BackupError(DomainError):
    code = "ops.backup"


def create_backup(target: Path) -> dict[str, Any]:
    """Write `target` (tar); return its manifest, which names the SHA-256 of every member.

    The dump is one consistent snapshot. Files are only ever added, so those that the snapshot
    names are there when they are copied after it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", settings_url())
        partial = Path(folder) / "backup.tar"
        with tarfile.open(partial, "w") as archive:
            manifest = {
                "format": FORMAT,
                "version": yunhe.__version__,
                "created_at": timezone.now().isoformat(),
                "database_sha256": _add(archive, dump, DUMP),
                "files": _add_files(archive),
            }
            (Path(folder) / MANIFEST).write_text(json.dumps(manifest, indent=1))
            archive.add(Path(folder) / MANIFEST, MANIFEST)
        partial.replace(target)
    return manifest


def _add_files(archive: tarfile.TarFile) -> dict[str, str]:
    """The stored files into the archive; their checksums by name."""
    root = Path(settings.MEDIA_ROOT)
    found = sorted(path for path in root.rglob("*") if path.is_file())
    names = [path.relative_to(root).as_posix() for path in found]
    return {
        name: _add(archive, path, f"{FILES}/{name}")
        for name, path in zip(names, found, strict=True)
    }


def _add(archive: tarfile.TarFile, path: Path, name: str) -> str:
    """Copy a file into the archive; the checksum of what was copied."""
    with path.open("rb") as handle:
        reader = _Summing(handle)
        archive.addfile(archive.gettarinfo(path, name), reader)
    return reader.sum.hexdigest()


class _Summing(io.RawIOBase):
    """Reads through to a file and sums up what was read."""

    def __init__(self, handle: BinaryIO) -> None:
        super().__init__()
        self.handle, self.sum = handle, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self.handle.read(size)
        self.sum.update(data)
        return data


def restore_backup(source: Path) -> dict[str, Any]:
    """Replace the database's content, add the files of a backup and repair those that differ;
    return its manifest.

    Raises BackupError when the file is no backup or any checksum differs; then nothing changed.
    """
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        root = Path(folder)
        try:
            with tarfile.open(source) as archive:
                archive.extractall(root, filter="data")
            manifest = json.loads((root / MANIFEST).read_text())
        except (tarfile.TarError, OSError, ValueError) as error:
            raise BackupError(
                _("%(file)s is no Yunhe backup, or it was cut off; nothing was restored.")
                % {"file": source},
                code="ops.no_backup",
            ) from error
        _check_sums(source, root, manifest)
        _restore_database(root / DUMP)
        _restore_files(root / FILES)
    return manifest


def _check_sums(source: Path, root: Path, manifest: Any) -> None:
    """Raises BackupError naming the first member that is missing, unknown or different."""
    known = isinstance(manifest, dict) and manifest.get("format") in {FORMAT, WITHOUT_FILE_SUMS}
    if not known:
        raise BackupError(
            _("%(file)s is a backup of another format; nothing was restored.") % {"file": source},
            code="ops.backup_format",
        )
    expected = {DUMP: manifest.get("database_sha256")}
    found = [DUMP]
    if manifest["format"] == FORMAT:
        expected |= {f"{FILES}/{name}": told for name, told in manifest["files"].items()}
        stored = (path for path in (root / FILES).rglob("*") if path.is_file())
        found += [path.relative_to(root).as_posix() for path in stored]
    for name in sorted({*expected, *found}):
        path = root / name
        if not path.is_file() or _sha256(path) != expected.get(name):
            raise BackupError(
                _("%(file)s is damaged at %(member)s; nothing was restored.")
                % {"file": source, "member": name},
                code="ops.backup_damaged",
            )


def _restore_database(dump: Path) -> None:
    connection.close()
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", *options, f"--dbname={settings_url()}", str(dump))


def _restore_files(folder: Path) -> None:
    """Files that lack here or differ; each appears whole or not at all."""
    for path in folder.rglob("*"):
        target = Path(settings.MEDIA_ROOT) / path.relative_to(folder)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.is_file() or _sha256(target) != _sha256(path):
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f".{target.name}.restoring")
            shutil.copyfile(path, partial)
            partial.replace(target)


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
        why = (done.stderr.strip().splitlines() or [""])[-1]
        raise BackupError(_("%(program)s failed: %(why)s") % {"program": program, "why": why})


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
