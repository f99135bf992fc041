"""Guesses and codes sent at the same moment: the counters hold, a code works once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest
from django.db import connection, transaction
from django.utils import timezone

from yunhe.platform.accounts.errors import SignInRefused, TooManyAttempts
from yunhe.platform.accounts.models import Totp, User
from yunhe.platform.accounts.services.second_factor import accept_code
from yunhe.platform.accounts.services.sign_in import check_credentials

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(work: Callable[[], str]) -> Counter[str]:
    """Run `work` in eight threads that start together; count what they return."""
    barrier = Barrier(THREADS)

    def run() -> str:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(future.result() for future in [pool.submit(run) for _ in range(THREADS)])


def test_eight_guesses_at_once_are_five_guesses():
    User.objects.create_user("owner", "correct-horse-42", name="owner")

    def guess() -> str:
        with transaction.atomic():
            try:
                check_credentials(
                    username="owner", password="wrong", address="10.0.0.1", now=timezone.now()
                )
            except (SignInRefused, TooManyAttempts) as error:
                return error.code
            return "in"

    assert at_once(guess) == {"accounts.sign_in_refused": 5, "accounts.too_many_attempts": 3}


def test_the_race_for_a_code_exists_and_one_wins():
    user = User.objects.create_user("owner", None, name="owner")
    secret = pyotp.random_base32()
    Totp.objects.create(user=user, secret=secret, confirmed_at=timezone.now())
    code = pyotp.TOTP(secret).now()

    def seems_unused() -> str:
        """What the compare-and-set replaces: all eight read before any of them writes."""
        return str(Totp.objects.get(user=user).last_step == 0)

    assert at_once(seems_unused) == {"True": THREADS}

    def use() -> str:
        with transaction.atomic():
            return str(accept_code(user.pk, code, now=timezone.now()))

    assert at_once(use) == {"True": 1, "False": 7}
