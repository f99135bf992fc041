"""Why a file is not taken."""

from __future__ import annotations

import logging

from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError

logger = logging.getLogger(__name__)


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


class FileInfected(FileRefused):
    """The virus scanner found something."""

    code = "files.infected"

    def __init__(self, virus: str) -> None:
        super().__init__(
            _("The virus scanner found “%(virus)s” in this file.") % {"virus": virus}, field="file"
        )


class ScannerAway(DomainError):
    """Nobody can say whether the file is clean; it is not kept."""

    code = "files.scanner_away"
    status = 503

    def __init__(self) -> None:
        super().__init__(_("The virus scanner does not answer. Try again in a minute."))


class FilesAway(DomainError):
    """The store of files does not answer, or refuses us; `reason` goes to the log."""

    code = "files.away"
    status = 503

    def __init__(self, reason: str) -> None:
        self.reason = reason
        logger.warning("the store of files: %s", reason)
        super().__init__(_("The store of files does not answer. Try again in a minute."))
