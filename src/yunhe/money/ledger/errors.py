"""What the ledger refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class EntryRefused(DomainError):
    """An amount or an account that cannot be posted."""

    code = "ledger.entry_refused"


class KeyTaken(Conflict):
    """An entry with this key exists and says something else."""

    code = "ledger.key_taken"


class LimitTooLow(Conflict):
    """A credit limit below what is already used."""

    code = "ledger.limit_too_low"
