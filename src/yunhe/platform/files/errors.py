"""Why a file is not taken."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError


class FileRefused(DomainError):
    """The file's size or content is not what may be sent here."""

    code = "files.refused"


class FileTooLarge(FileRefused):
    """Larger than the place allows."""

    code = "files.too_large"
    status = 413

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            _("The file has %(size)s MB; at most %(limit)s MB may be sent here.")
            % {"size": f"{size / 2**20:.1f}", "limit": f"{limit / 2**20:.0f}"},
            field="file",
        )
