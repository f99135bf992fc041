"""What can go wrong when someone signs in or manages the own account."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from yunhe.platform.errors import DomainError


class SignInRefused(DomainError):
    """Unknown name, wrong password, closed account: the answer is the same."""

    code = "accounts.sign_in_refused"

    def __init__(self) -> None:
        super().__init__(_("User name or password is not right. Please check both and try again."))


class CodeRefused(DomainError):
    """The one-time code is wrong, too old or already used."""

    code = "accounts.code_refused"

    def __init__(self) -> None:
        super().__init__(
            _("This code is not valid (any more). Wait for the next one and enter it again."),
            field="code",
        )


class SecondFactorNeeded(DomainError):
    """The installation lets this role work only with an authenticator."""

    code = "accounts.second_factor_needed"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            _("Your role needs a second factor. Set up the authenticator app and go on.")
        )


class TooManyAttempts(DomainError):
    """The throttle is shut; `seconds` until it opens."""

    code = "accounts.too_many_attempts"
    status = 429

    def __init__(self, until: datetime, now: datetime) -> None:
        self.seconds = max(1, ceil((until - now).total_seconds()))
        minutes = ceil(self.seconds / 60)
        sentence = ngettext_lazy(
            "Too many attempts. Please try again in %(minutes)d minute.",
            "Too many attempts. Please try again in %(minutes)d minutes.",
            "minutes",
        )
        super().__init__(sentence % {"minutes": minutes})


class PasswordRefused(DomainError):
    """The new password is too weak; `message` says why."""

    code = "accounts.password_refused"


class WrongPassword(DomainError):
    """The current password, asked again before a sensitive change, is wrong."""

    code = "accounts.wrong_password"

    def __init__(self) -> None:
        super().__init__(_("The current password is not right."), field="current")


class TokenRefused(DomainError):
    """The token asked for has no name, no end or more rights than its owner."""

    code = "accounts.token_refused"


class FilterRefused(DomainError):
    """A filter that cannot be saved under this name."""

    code = "accounts.filter_refused"
