"""Every paged list of the API is narrowed by declared filters; a wrong value is refused by name."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from tests.contract import test_foreign_records as walk
from tests.contract.addresses import Case, openapi, operations
from tests.contract.test_versions import own
from tests.contract.world import World

from yunhe.platform.access.roles import Role
from yunhe.platform.api.filtering import parameters_of
from yunhe.platform.api.versions import marked
from yunhe.platform.ui.filters import BooleanFilter, ChoiceFilter, Filter, FilterSet

# one world for the module, rolled back at its end, as in the walk over foreign records
_django_db_helper, own_folders, world = walk._django_db_helper, walk.own_folders, walk.world
persons = walk.persons
pytestmark = [pytest.mark.django_db, pytest.mark.walk]

# short by nature, a person's own, or of one record
WITHOUT = {
    "allocation/rules",
    "delivery/depots",
    "delivery/drivers",
    "events/given-up",
    "events/webhooks/given-up",
    "events/webhooks/{endpoint_id}/deliveries",
    "files",
    "network/nodes",
    "orders/terms",
    "pricing/history/{code}",
    "pricing/own-lists",
    "returns/rights",
    "sales/periods",
    "stock/readings",
    "transfers/rules",
    "transfers/terms",
    "workflow/chains",
    "workflow/inbox",
    "workflow/mine",
}


@cache
def filters() -> dict[str, type[FilterSet]]:
    openapi()  # mounts the operations
    from yunhe.platform.api.urls import api

    return marked(api, "filters")


def lists() -> list[Case]:
    return [case for case in operations() if case.method == "GET" and own(case) in filters()]


def read(person: Any, case: Case, world: World, query: str) -> Any:
    return person.get(f"{case.address(world, 1)}?limit=500&{query}")


def reader(world: World, persons: dict[str, Any], case: Case) -> Any:
    """Who sees most of the list."""
    seen = [
        (len(answer.json()["items"]), role)
        for role in Role
        if (answer := read(persons[role], case, world, "")).status_code == 200
    ]
    assert seen, f"nobody reads {case}"
    return persons[max(seen)[1]]


def splits(one: Filter) -> list[str]:
    """Values of which every row has exactly one."""
    if one.custom or getattr(one, "multiple", False):
        return []
    if isinstance(one, ChoiceFilter) and not callable(one.choices):
        return [str(key) for key, _label in one.choices]
    return ["1", "0"] if isinstance(one, BooleanFilter) else []


def test_every_paged_list_has_filters() -> None:
    asked = {
        own(case): {
            p["name"]
            for p in openapi()["paths"][case.template]["get"].get("parameters", [])
            if p["in"] == "query"
        }
        for case in operations()
        if case.method == "GET"
    }
    plain = {path for path, names in asked.items() if names == {"limit", "cursor"}}
    assert plain == WITHOUT


@pytest.mark.parametrize("case", lists(), ids=own)
def test_each_filter_narrows_and_refuses_what_it_does_not_know(
    world: World, persons: dict[str, Any], case: Case
) -> None:
    person, declared = reader(world, persons, case), filters()[own(case)]
    whole = len(read(person, case, world, "").json()["items"])
    documented = {p["name"]: p["schema"] for p in parameters_of(declared)}
    for name, schema in documented.items():
        if schema == {"type": "string"} and not isinstance(
            declared.declared.get(name), ChoiceFilter
        ):
            found = read(person, case, world, f"{name}=%E4%B8%8D%E5%9C%A8")
            assert (found.status_code, found.json()["items"]) == (200, []), name
            continue
        refused = read(person, case, world, f"{name}=no-such-value")
        assert refused.status_code == 422, name
        problem = refused.json()
        assert problem["code"] == "api.invalid"
        assert {each["pointer"] for each in problem["errors"]} == {f"query/{name}"}
        for value in schema.get("items", schema).get("enum", ()):
            assert read(person, case, world, f"{name}={value}").status_code == 200
    for one in declared.declared.values():
        parts = [
            len(read(person, case, world, f"{one.name}={value}").json()["items"])
            for value in splits(one)
        ]
        assert sum(parts) <= whole, f"{one.name}: a row has at most one of the values"


@pytest.mark.parametrize("case", lists(), ids=own)
def test_the_document_names_the_filters(case: Case) -> None:
    named = {p["name"] for p in openapi()["paths"][case.template]["get"]["parameters"]}
    assert {p["name"] for p in parameters_of(filters()[own(case)])} <= named
