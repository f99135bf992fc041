"""The published shape of the API: a change shows in review as a change of the snapshot.

`UPDATE_SNAPSHOT=1 pytest tests/contract/api` writes it anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from yunhe.platform.api.urls import api

SNAPSHOT = Path(__file__).parent / "openapi.json"


def current() -> str:
    return (
        json.dumps(
            api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, sort_keys=True, default=str
        )
        + "\n"
    )


def test_the_schema_is_openapi_31_and_the_one_published():
    schema = current()
    assert json.loads(schema)["openapi"].startswith("3.1.")
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(schema, encoding="utf-8")
    assert schema == SNAPSHOT.read_text(encoding="utf-8")


def test_every_operation_says_what_it_does_and_has_a_guard():
    for path, methods in json.loads(current())["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert operation.get("security"), (method, path)
            assert operation["operationId"], (method, path)
