"""Two people drag two categories below each other: unlocked they make a circle, locked one is refused."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.trade.catalog.errors import CategoryRefused
from yunhe.trade.catalog.models import Category
from yunhe.trade.catalog.services import move_category, tree

pytestmark = pytest.mark.django_db(transaction=True)


def unlocked() -> dict[int, Category]:
    return {category.pk: category for category in Category.objects.order_by("pk")}


@pytest.fixture
def drag():
    """`drag(n)` puts the first below the second (0), or the second below the first (1)."""
    pair = [Category.objects.create(code=code, name=code).pk for code in "AB"]

    def move(number: int) -> str:
        moved, below = pair if number == 0 else reversed(pair)
        try:
            with transaction.atomic():
                move_category(moved, parent_id=below, actor=ACTOR)
        except CategoryRefused:
            return "refused"
        return "moved"

    return move


def test_reading_and_then_moving_makes_a_circle(drag, monkeypatch) -> None:
    replace_lock(monkeypatch, (tree,), "lock_categories", unlocked)
    meet_after(monkeypatch, (tree,), "lock_categories")
    assert in_threads(2, drag, workers=2) == {"moved": 2}
    first, second = Category.objects.order_by("code")
    assert (first.parent_id, second.parent_id) == (second.pk, first.pk)


def test_one_of_two_moves_below_each_other_is_refused(drag) -> None:
    assert in_threads(2, drag, workers=2) == {"moved": 1, "refused": 1}
    assert Category.objects.filter(parent=None).count() == 1
