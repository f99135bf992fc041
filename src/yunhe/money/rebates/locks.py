"""The only place of rebates that locks rows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from yunhe.money.rebates.models import Program, Settlement
from yunhe.platform.errors import NotFound

_ACCRUALS = 0x4EBA7E
_KEYS = 0x4EBA7F


def lock_accruals() -> None:
    """Accruals are computed by one transaction at a time."""
    _advisory(_ACCRUALS)


def lock_keys() -> None:
    """Signing keys are made and retired by one transaction at a time."""
    _advisory(_KEYS)


def lock_programs(program_ids: Iterable[int]) -> list[Program]:
    """The programs, fresh, in order of their ids. Raises NotFound when one does not exist."""
    wanted = sorted(set(program_ids))
    found = list(
        Program.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    )
    if len(found) != len(wanted):
        raise NotFound()
    return found


def lock_settlement(settlement_id: int) -> Settlement:
    """The settlement, fresh, under its lock. Raises NotFound."""
    rows = Settlement.objects.select_for_update(no_key=True)
    found = rows.filter(pk=settlement_id).first()
    if found is None:
        raise NotFound()
    return found


def _advisory(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
