"""Every record that the API shows and changes has versions: `ETag`, `If-Match`, `If-None-Match`.

The cases are walked from the OpenAPI document, asked as every role; the records are in world.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from tests.contract import test_foreign_records as walk
from tests.contract.addresses import UNSAFE, Case, operations
from tests.contract.world import World

from yunhe.platform.access.roles import Role
from yunhe.platform.api.versions import Records, plain_path

# one world for the module, rolled back at its end, as in the walk over foreign records
_django_db_helper, own_folders, world = walk._django_db_helper, walk.own_folders, walk.world
persons, Person = walk.persons, walk.Person
pytestmark = [pytest.mark.django_db, pytest.mark.walk]

# what is changed at an address with a parameter and yet has no version, with the reason
WITHOUT = {
    "PUT catalog/categories/{category_code}/parent": "the tree is one record of all categories",
    "PUT orders/favourites/{sku_id}": "is there or is not",
    "PUT rebates/programs/{program_id}/conditions": "one partner's answer; a program never changes",
    "DELETE access/grants/{grant_id}": "is there or is not",
    "DELETE accounts/devices/{device_id}": "is there or is not",
    "DELETE accounts/tokens/{token_id}": "is there or is not",
    "DELETE metrics/targets/{target_id}": "is there or is not",
    "DELETE orders/favourites/{sku_id}": "is there or is not",
    "DELETE transfers/rules/{rule_id}": "set by its place, is there or is not",
    "DELETE transfers/terms/{terms_id}": "set by its place, is there or is not",
}
# the world's version of a policy is a draft, which none of its readers sees
OF_PUBLISHED = {
    "policies/versions/{version_id}/confirm",
    "policies/versions/{version_id}/end",
    "policies/versions/{version_id}/open",
}


@cache
def records() -> Records:
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018  # mounts the operations
    from yunhe.platform.api.urls import api  # the API mounts once the resolver is there

    return Records(api)


def own(case: Case) -> str:
    return plain_path(case.template.removeprefix("/api/v1"))


def shown() -> list[Case]:
    return [case for case in operations() if case.method == "GET" and records().shown_at(own(case))]


def changing() -> list[Case]:
    return [case for case in operations() if case.method in UNSAFE and records().of(own(case))]


def shown_for(case: Case) -> Case:
    """The GET of the record that the case changes."""
    asked = own(case)
    above = [each for each in shown() if f"{asked}/".startswith(own(each) + "/")]
    return max(above, key=lambda each: len(own(each)))


def asked(person: Any, case: Case, world: World, **headers: str) -> Any:
    """The case's answer with these headers, and nothing changed by it."""
    body = case.content(world, 1) if case.method in UNSAFE and not case.files else ""
    with transaction.atomic():
        answer = person.generic(
            case.method,
            case.address(world, 1),
            body,
            content_type="application/json",
            headers=headers,
        )
        transaction.set_rollback(True)
    return answer


def readers(world: World, persons: dict[str, Any], case: Case) -> Iterator[tuple[Any, Any]]:
    """Who sees the record, with the answer."""
    for role in Role:
        answer = asked(persons[role], case, world)
        if answer.status_code == 200:
            yield persons[role], answer


def test_whatever_is_changed_at_its_address_has_versions() -> None:
    without = {
        f"{case.method} {own(case)}"
        for case in operations()
        if case.method in {"PUT", "PATCH", "DELETE"} and "{" in case.template
        if records().of(own(case)) is None
    }
    assert without == set(WITHOUT)


@pytest.mark.parametrize("case", shown(), ids=own)
def test_a_record_has_a_tag_and_is_not_sent_again(
    world: World, persons: dict[str, Any], case: Case
) -> None:
    seen = list(readers(world, persons, case))
    assert seen, f"nobody sees {case}"
    person, answer = seen[0]
    tag = answer["ETag"]
    assert tag.startswith('"')
    again = asked(person, case, world, **{"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    other = asked(person, case, world, **{"If-None-Match": '"other"'})
    assert (other.status_code, other["ETag"]) == (200, tag)


@pytest.mark.parametrize("case", changing(), ids=lambda case: f"{case.method} {own(case)}")
def test_a_change_of_another_version_is_refused(
    world: World, persons: dict[str, Any], case: Case
) -> None:
    for person, answer in readers(world, persons, shown_for(case)):
        tag = answer["ETag"]
        stale = asked(person, case, world, **{"If-Match": '"0000000000000000-0", "x"'})
        if stale.status_code in walk.REFUSED:
            continue
        assert stale.status_code == 412, f"{person.role}: {stale.content!r}"
        problem = stale.json()
        assert (problem["code"], problem["status"]) == ("api.changed_meanwhile", 412)
        for name, value in (("If-Match", f"W/{tag}"), ("If-Match", "?"), ("If-None-Match", "*")):
            assert asked(person, case, world, **{name: value}).status_code == 412
        plain = asked(person, case, world).status_code
        for value in (tag, f'"x", {tag}', "*"):
            assert asked(person, case, world, **{"If-Match": value}).status_code == plain
        return
    assert own(case) in OF_PUBLISHED, f"nobody who sees the record may ask for {case}"
