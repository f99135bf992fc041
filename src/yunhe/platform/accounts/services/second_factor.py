"""The authenticator app (TOTP, RFC 6238) and the recovery codes that stand in for it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

from yunhe.platform.accounts.errors import CodeRefused
from yunhe.platform.accounts.models import RecoveryCode, Totp
from yunhe.platform.accounts.services.throttle import check_own_password
from yunhe.platform.accounts.sessions import hash_key

ISSUER = "Yunhe"
STEP_S = 30
DRIFT_STEPS = 1
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without characters that look alike
CODE_LENGTH = 16  # 16 × log2(31) ≈ 79 bits: a hash of it cannot be searched


@dataclass(frozen=True)
class Enrolment:
    """What the person needs to add the account to an authenticator app."""

    secret: str
    uri: str

    @property
    def spaced(self) -> str:
        """The secret in groups of four, for typing."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))

    @property
    def qr(self) -> str:
        """The QR code as a data URI of an SVG."""
        return str(segno.make(self.uri, error="m").svg_data_uri(scale=5, border=2))


def start_enrolment(*, user_id: int) -> None:
    """Keep a fresh secret that does nothing until it is confirmed; a confirmed one stays."""
    Totp.objects.filter(user_id=user_id, confirmed_at=None).delete()
    Totp.objects.get_or_create(user_id=user_id, defaults={"secret": pyotp.random_base32()})


def get_enrolment(*, user_id: int) -> Enrolment | None:
    """The secret that waits for its first code; None when none does."""
    totp = Totp.objects.select_related("user").filter(user_id=user_id, confirmed_at=None).first()
    if totp is None:
        return None
    uri = pyotp.TOTP(totp.secret).provisioning_uri(name=totp.user.username, issuer_name=ISSUER)
    return Enrolment(totp.secret, uri)


def confirm_enrolment(*, user_id: int, code: str, now: datetime) -> list[str]:
    """Switch the second factor on with a first right code; return the recovery codes, once.

    Raises CodeRefused.
    """
    if not _accept_totp(user_id, code, now):
        raise CodeRefused
    Totp.objects.filter(user_id=user_id).update(confirmed_at=now)
    return renew_recovery_codes(user_id=user_id)


def renew_recovery_codes(*, user_id: int) -> list[str]:
    """Replace all recovery codes; return the new ones in readable form, once."""
    codes = [
        "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=user_id, code_hash=hash_key(code)) for code in codes
    )
    return ["-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4)) for code in codes]


def remove_second_factor(
    *, user_id: int, password: str, address: str | None, now: datetime
) -> None:
    """Switch the second factor off after the password was given again.

    Raises WrongPassword (counted like a failed sign-in) or TooManyAttempts.
    """
    check_own_password(user_id=user_id, password=password, address=address, now=now)
    Totp.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.filter(user_id=user_id).delete()


def accept_code(user_id: int, code: str, *, now: datetime) -> bool:
    """Whether the code is right and unused; it is used up by asking."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    if plain.isdigit() and len(plain) == 6:
        return _accept_totp(user_id, plain, now)
    unused = RecoveryCode.objects.filter(user_id=user_id, code_hash=hash_key(plain), used_at=None)
    return bool(unused.update(used_at=now))


def _accept_totp(user_id: int, code: str, now: datetime) -> bool:
    """Compare-and-set on the last used step: of two equal codes at once, one is refused."""
    totp = Totp.objects.filter(user_id=user_id).first()
    if totp is None:
        return False
    step, generator = int(now.timestamp()) // STEP_S, pyotp.TOTP(totp.secret)
    for candidate in range(step - DRIFT_STEPS, step + DRIFT_STEPS + 1):
        if hmac.compare_digest(generator.generate_otp(candidate), code.strip()):
            newer = Totp.objects.filter(pk=totp.pk, last_step__lt=candidate)
            return bool(newer.update(last_step=candidate))
    return False
