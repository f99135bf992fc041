"""The published shape of the API: a change shows in review as a change of its document."""

from __future__ import annotations

import json

import pytest

from yunhe.config.docs import FOLDER, openapi_text

RENEW = (
    "the API's shape differs from docs/reference/openapi.json: "
    "run `yunhe docs` (or `make docs`), read its diff, commit the file"
)


def test_the_api_is_the_one_that_is_published():
    kept = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
    differing = sorted(differences(kept, json.loads(openapi_text())))
    if differing:
        pytest.fail(f"{RENEW}\n" + "\n".join(differing[:20]), pytrace=False)


def test_the_schema_is_openapi_31():
    assert json.loads(openapi_text())["openapi"].startswith("3.1.")


def test_every_operation_says_what_it_does_and_has_a_guard():
    for path, methods in json.loads(openapi_text())["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert operation.get("security"), (method, path)
            assert operation["operationId"], (method, path)


def test_a_difference_is_named_by_its_place():
    kept = {"paths": {"/a": {"get": 1}, "/b": [1, 2]}, "info": 1}
    now = {"paths": {"/a": {"get": 2}, "/c": {}}, "info": 1}
    assert sorted(differences(kept, now)) == [
        "added: paths › /c",
        "changed: paths › /a › get",
        "removed: paths › /b",
    ]


def differences(kept: object, now: object, place: tuple[str, ...] = ()) -> list[str]:
    """Where two documents differ, down to the first key that is not in both."""
    if not (isinstance(kept, dict) and isinstance(now, dict)):
        return [] if kept == now else ["changed: " + " › ".join(place)]
    found = []
    for key in kept.keys() | now.keys():
        here = (*place, key)
        if key not in now:
            found.append("removed: " + " › ".join(here))
        elif key not in kept:
            found.append("added: " + " › ".join(here))
        else:
            found += differences(kept[key], now[key], here)
    return found
