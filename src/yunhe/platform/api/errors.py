"""What the API itself refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import Conflict, DomainError


class SignInNeeded(DomainError):
    """No session and no valid token."""

    code = "api.sign_in_needed"
    status = 401

    def __init__(self) -> None:
        super().__init__(_("Sign in, or send a valid API token."))


class CsrfRefused(DomainError):
    """A session request that changes something without the CSRF token."""

    code = "api.csrf"
    status = 403

    def __init__(self) -> None:
        super().__init__(_("The X-CSRFToken header is missing or wrong."))


class KeyReused(Conflict):
    """The same idempotency key with another request."""

    code = "api.idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(_("This Idempotency-Key was already used for another request."))


class ChangedMeanwhile(DomainError):
    """The record is not in the version that `If-Match` or `If-None-Match` asks for."""

    code = "api.changed_meanwhile"
    status = 412

    def __init__(self) -> None:
        super().__init__(
            _(
                "The record is not as you know it: somebody changed it meanwhile. Read it again, then"
                " repeat your change with its new ETag."
            )
        )


class BadKey(DomainError):
    """An idempotency key that cannot be stored."""

    code = "api.idempotency_key"
    status = 400

    def __init__(self) -> None:
        super().__init__(_("An Idempotency-Key has 1 to 200 characters."))


class TooManyRequests(DomainError):
    """More requests than allowed in a minute; `seconds` to wait."""

    code = "api.too_many_requests"
    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(_("Too many requests. Try again in a moment."))
