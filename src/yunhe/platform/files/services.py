"""Take files in, attach them, clean up what no record knows."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import PurePath

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.platform.files.errors import FileRefused, FileTooLarge
from yunhe.platform.files.models import Attachment, FileObject
from yunhe.platform.files.permissions import UPLOAD
from yunhe.platform.files.scanning import check_clean
from yunhe.platform.files.signatures import (
    ANY,
    HEAD_BYTES,
    ZIP,
    Kind,
    detect,
    detect_zip,
)

MAX_BYTES = 20 * 2**20
ORPHAN_AGE = timedelta(days=1)
SWEPT_DAYS = 7


@dataclass(frozen=True)
class Capture:
    """When and where a picture was taken, as the device said. Degrees, WGS 84."""

    at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def store_file(
    upload: File,
    *,
    node_id: int,
    actor: Principal,
    now: datetime,
    allowed: Collection[Kind] = ANY,
    max_bytes: int = MAX_BYTES,
    capture: Capture | None = None,
) -> FileObject:
    """Check a file by its content, store it under a random name, record it for the node.

    Raises NotAllowed, FileTooLarge, FileRefused (empty, of no allowed kind, with macros), FileInfected,
    ScannerAway, FilesAway. The bytes are written before the transaction commits; if it does not,
    `sweep_orphans` removes them.
    """
    actor.check(UPLOAD)
    size = int(upload.size or 0)
    if size > max_bytes:
        raise FileTooLarge(size, max_bytes)
    kind = _checked_kind(upload, allowed)
    check_clean(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    wanted = f"{now:%Y/%m/%d}/{secrets.token_hex(16)}.{kind.extension}"
    place = capture or Capture()
    return FileObject.objects.create(
        node_id=node_id,
        storage_name=default_storage.save(wanted, upload),
        name=_safe_name(upload.name or "", kind),
        media_type=kind.media_type,
        size=size,
        sha256=digest.hexdigest(),
        uploaded_by_id=actor.user_id,
        created_at=now,
        captured_at=place.at,
        latitude=place.latitude,
        longitude=place.longitude,
    )


def attach_files(
    target: models.Model, file_ids: Sequence[int], *, node_id: int, now: datetime
) -> int:
    """Attach files to a record; return how many are new. Raises NotFound for a foreign file."""
    wanted = set(file_ids)
    if FileObject.objects.filter(pk__in=wanted).count() != len(wanted):
        raise NotFound(_("One of the files does not exist or is not yours."), field="files")
    before = attachments_of(target).count()
    Attachment.objects.bulk_create(
        [
            Attachment(
                file_id=pk,
                node_id=node_id,
                target_type=target._meta.label_lower,
                target_id=str(target.pk),
                created_at=now,
            )
            for pk in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    return attachments_of(target).count() - before


def detach_file(target: models.Model, file_id: int) -> None:
    """Take a file off a record; the file itself stays. Raises NotFound."""
    if not attachments_of(target).filter(file_id=file_id).delete()[0]:
        raise NotFound()


def attachments_of(target: models.Model) -> models.QuerySet[Attachment]:
    """What is attached to a record, oldest first, with the files. One query."""
    rows = Attachment.objects.select_related("file").filter(
        target_type=target._meta.label_lower, target_id=str(target.pk)
    )
    return rows.order_by("id")


def sweep_orphans(*, now: datetime) -> int:
    """Delete stored bytes of the last days that no committed row knows; return how many.

    Runs as the owner. Younger than a day stays: its transaction may be on its way.
    """
    removed = 0
    for days in range(1, SWEPT_DAYS + 1):
        folder = f"{now - ORPHAN_AGE * days:%Y/%m/%d}"
        try:
            names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
        except FileNotFoundError:
            continue
        known = FileObject.objects.filter(storage_name__in=names)
        for name in names - set(known.values_list("storage_name", flat=True)):
            if default_storage.get_modified_time(name) < now - ORPHAN_AGE:
                default_storage.delete(name)
                removed += 1
    return removed


def _checked_kind(upload: File, allowed: Collection[Kind]) -> Kind:
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    if not head:
        raise FileRefused(_("The file is empty."), code="files.empty", field="file")
    kind = detect(head)
    if kind == ZIP:
        upload.seek(0)
        kind = detect_zip(upload)  # type: ignore[arg-type]
    upload.seek(0)
    if kind is None or kind not in allowed:
        wanted = ", ".join(sorted({each.extension for each in allowed}))
        raise FileRefused(
            _("The content of this file is not of a kind that may be sent here (%(kinds)s).")
            % {"kinds": wanted},
            code="files.kind",
            field="file",
        )
    return kind


def _safe_name(name: str, kind: Kind) -> str:
    """The sender's name without folders and control characters, with the true extension."""
    plain = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    path = PurePath(plain.strip(" .") or "file")
    same = path.suffix.lstrip(".").lower() in {kind.extension, *_ALIASES.get(kind.extension, ())}
    stem = path.stem if same else path.name
    suffix = path.suffix.lower() if same else f".{kind.extension}"
    return stem[: 200 - len(suffix)] + suffix


_ALIASES = {"jpg": ("jpeg",), "txt": ("csv", "tsv"), "xls": ("doc", "ppt"), "heic": ("heif",)}
