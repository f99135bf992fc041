"""Which credits pay which debts, and how old debts are. No Django."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """An open item: `amount` above zero is owed to us, below zero is credit not yet applied."""

    id: int
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Match:
    """`amount` (above zero) of a credit applied to a debt."""

    debt_id: int
    credit_id: int
    amount: Decimal


def compute_matches(items: Sequence[Item]) -> list[Match]:
    """Apply credits to debts, both oldest due date first (ties by id), until one side is used up.

    The sum of open amounts does not change, and afterwards debts or credits remain, never both.
    """
    by_age = sorted(items, key=lambda item: (item.due_on, item.id))
    debts = deque(item for item in by_age if item.amount > 0)
    surplus = deque(item for item in by_age if item.amount < 0)
    matches: list[Match] = []
    while debts and surplus:
        debt, credit = debts.popleft(), surplus.popleft()
        amount = min(debt.amount, -credit.amount)
        matches.append(Match(debt.id, credit.id, amount))
        if debt.amount > amount:
            debts.appendleft(replace(debt, amount=debt.amount - amount))
        if -credit.amount > amount:
            surplus.appendleft(replace(credit, amount=credit.amount + amount))
    return matches


BUCKET_DAYS = ((0, "not_due"), (30, "to_30"), (60, "to_60"), (90, "to_90"))


def bucket_of(item: Item, *, on: date) -> str:
    """The ageing bucket of an open item on a day; 30 days overdue still belongs to `to_30`."""
    if item.amount < 0:
        return "credit"
    overdue = (on - item.due_on).days
    return next((name for most, name in BUCKET_DAYS if overdue <= most), "over_90")


def compute_ageing(items: Iterable[Item], *, on: date) -> dict[str, Decimal]:
    """Sum of open amounts by bucket; empty buckets are absent. The values sum to the balance."""
    sums: dict[str, Decimal] = {}
    for item in items:
        bucket = bucket_of(item, on=on)
        sums[bucket] = sums.get(bucket, Decimal(0)) + item.amount
    return sums
