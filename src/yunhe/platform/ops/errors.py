"""Why the product cannot start or go on, in sentences for whoever runs it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yunhe.platform.errors import DomainError


class DatabaseUnreachable(DomainError):
    """No connection could be made, or it broke."""

    code = "ops.database_unreachable"
    status = 503

    def __init__(self, cause: Exception) -> None:
        super().__init__(
            _("The database does not answer: %(why)s") % {"why": " ".join(str(cause).split())}
        )


class DatabaseTooOld(DomainError):
    """The server behind DATABASE_URL lacks what the product uses."""

    code = "ops.database_too_old"

    def __init__(self, found: str, wanted: int) -> None:
        super().__init__(
            _(
                "The database server is PostgreSQL %(found)s; version %(wanted)s or newer is needed. "
                "Point DATABASE_URL at one, or unset it to use the embedded server."
            )
            % {"found": found, "wanted": wanted}
        )


class DatabaseRightsMissing(DomainError):
    """The login may not create what a migration creates."""

    code = "ops.database_rights"

    def __init__(self, cause: Exception) -> None:
        super().__init__(
            _(
                "The database login lacks a right: %(why)s. It must own the database and, for the "
                "first migration, hold CREATEROLE."
            )
            % {"why": " ".join(str(cause).split())}
        )


class NotMigrated(DomainError):
    """The schema is older than the program."""

    code = "ops.not_migrated"

    def __init__(self, missing: int) -> None:
        super().__init__(
            _("The database lacks %(count)d migrations: run `yunhe migrate` first.")
            % {"count": missing}
        )


class PortTaken(DomainError):
    """Another process listens where the web shall."""

    code = "ops.port_taken"

    def __init__(self, host: str, port: int, cause: OSError) -> None:
        super().__init__(
            _(
                "http://%(host)s:%(port)d cannot be served (%(why)s). Is Yunhe running already? "
                "Choose another port with --port."
            )
            % {"host": host, "port": port, "why": cause.strerror or cause}
        )
