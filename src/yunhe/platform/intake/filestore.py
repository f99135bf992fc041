"""Where received files lie: in the default storage, named by their hash."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage

from yunhe.platform.intake.errors import too_large
from yunhe.platform.intake.reading.limits import MAX_FILE_BYTES, MEGABYTE

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Received:
    """A file's fingerprint, its size in bytes and its name in the storage."""

    sha256: str
    size: int
    stored_as: str


def keep_file(handle: BinaryIO) -> Received:
    """Hash the stream and keep it; bytes already kept are not kept twice.

    Raises FileRefused (intake.too_large) before anything is stored.
    """
    digest, size = hashlib.sha256(), 0
    handle.seek(0)
    while chunk := handle.read(_CHUNK):
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise too_large(MAX_FILE_BYTES // MEGABYTE)
        digest.update(chunk)
    sha256 = digest.hexdigest()
    name = f"intake/{sha256[:2]}/{sha256}"
    if not default_storage.exists(name):
        handle.seek(0)
        name = default_storage.save(name, File(handle))
    return Received(sha256, size, name)


@contextmanager
def local_file(stored_as: str, workdir: Path) -> Iterator[Path]:
    """The file on this machine: itself in a local storage, else a copy in `workdir`."""
    try:
        yield Path(default_storage.path(stored_as))
    except NotImplementedError:
        copy = workdir / "file"
        with default_storage.open(stored_as) as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, _CHUNK)
        yield copy
