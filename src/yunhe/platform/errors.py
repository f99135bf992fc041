"""The one error tree.

A domain error has a stable code, a sentence for the user and an HTTP status. One handler a face
turns it into a form error, a toast, an RFC 9457 problem document or an exit code.
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """Something the user asked for that the rules refuse.

    Args:
        message: a translated sentence that says what happened and what to do next.
        code: stable, machine-readable, `<domain>.<what>`; default: the class's.
        field: the form field or API attribute at fault.
        rows: offending rows, each a mapping with at least `message`; 1-based `row` where counted.
    """

    code = "error"
    status = 422

    def __init__(
        self,
        message: Text,
        *,
        code: str | None = None,
        field: str | None = None,
        rows: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.rows = rows or []

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The principal lacks the permission."""

    code = "access.not_allowed"
    status = 403

    def __init__(self, message: Text | None = None, **kwargs: Any) -> None:
        super().__init__(message or _("You do not have the permission for this."), **kwargs)


class NotFound(DomainError):
    """No such record, or none that the principal may see: the answer is the same."""

    code = "access.not_found"
    status = 404

    def __init__(self, message: Text | None = None, **kwargs: Any) -> None:
        super().__init__(
            message or _("There is no such record, or it is not yours to see."), **kwargs
        )


class Conflict(DomainError):
    """The record is not in a state that allows this, or somebody was faster."""

    code = "conflict"
    status = 409


class Unstorable(DomainError):
    """The database cannot hold a value: a NUL character, a number or a date out of its range."""

    code = "unstorable"
    status = 422

    def __init__(self) -> None:
        super().__init__(_("A value is out of range or holds a character that cannot be kept."))


class Unavailable(DomainError):
    """The database is away; what was asked for was not done and may be asked for again."""

    code = "unavailable"
    status = 503

    def __init__(self) -> None:
        super().__init__(_("The database does not answer at the moment. Try again in a minute."))
