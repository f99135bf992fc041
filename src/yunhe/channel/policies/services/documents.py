"""Documents and videos that come with a version: attached to its draft, read by whom it reaches."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import File

from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.services.writing import open_draft
from yunhe.platform.access.principal import Principal
from yunhe.platform.files.models import FileObject
from yunhe.platform.files.services import attach_files, detach_file, store_file
from yunhe.platform.files.signatures import DOCUMENTS, EVIDENCE


def attach_document(
    version: PolicyVersion, upload: File, *, actor: Principal, now: datetime
) -> FileObject:
    """Put a file on a draft; its readers find it below the text.

    Raises NotAllowed, IllegalMove (not a draft), FileRefused, FileTooLarge.
    """
    version = open_draft(version, actor)
    stored = store_file(
        upload, node_id=version.node_id, actor=actor, now=now, allowed=DOCUMENTS | EVIDENCE
    )
    attach_files(version, [stored.pk], node_id=version.node_id, now=now)
    return stored


def detach_document(version: PolicyVersion, file_id: int, *, actor: Principal) -> None:
    """Take a file off a draft. Raises NotAllowed, IllegalMove, NotFound."""
    detach_file(open_draft(version, actor), file_id)
