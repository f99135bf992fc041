"""“Why do I see this, or not?” says what the page really does: every record's page × every role."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import get_resolver
from tests.contract.addresses import Case, _patterns, pages
from tests.contract.test_foreign_records import (
    EACH_ROLE,
    Person,
    _django_db_helper,  # noqa: F401  a fixture
    own_folders,  # noqa: F401  a fixture
    persons,  # noqa: F401  a fixture
    world,  # noqa: F401  a fixture
)

from yunhe.platform.access.explain import explain_record
from yunhe.platform.access.session import scoped
from yunhe.platform.database.elevation import set_role

pytestmark = pytest.mark.django_db


def record_pages() -> list[Case]:
    """Pages of one record: those that have panels, and those that say which record they show."""
    return [case for case in pages() if case.method == "GET" and case.records and _shows(case)]


def _shows(case: Case) -> bool:
    view = _view(case)
    return getattr(view, "model", None) is not None and (
        hasattr(view, "panels") or case.name in {"policies_portal:read", "network_portal:address"}
    )


def _view(case: Case) -> Any:
    return next(
        getattr(pattern.callback, "view_class", None)
        for name, pattern in _patterns(get_resolver())
        if name == case.name
    )


def findings(person: Person, cases: list[Case]) -> list[str]:
    """Pages whose answer differs from what the explanation says of them."""
    wrong, user = [], person.world.people[person.role]
    for case in cases:
        for side in (1, 2):
            address = case.address(person.world, side)
            opened = person.get(address).status_code == 200
            with scoped(user.pk) as actor:
                found = explain_record(actor=actor, user_id=user.pk, record=address)
            set_role("none")
            if (found.sees and found.may_open) is not opened:
                wrong.append(f"{person.role}: {case} {address} opened {opened}, told {found}")
    return wrong


def test_there_are_pages_to_ask_about() -> None:
    names = {case.name for case in record_pages()}
    assert {"orders_portal:detail", "policies_portal:read", "network_portal:address"} <= names
    assert len(names) > 40


@EACH_ROLE
def test_the_explanation_agrees_with_the_page(
    persons: dict[str, Person],  # noqa: F811
    role: str,
) -> None:
    assert findings(persons[role], record_pages()) == []
