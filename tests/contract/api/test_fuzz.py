"""The API against its own description: generated requests, valid and invalid, on records that exist.

schemathesis reads the OpenAPI document and makes requests; where it names a record, one of the world's
takes its place more often than not, of the own side or the foreign one. No answer may be a server
error or differ from what the document promises, and none may show what belongs to the other side.
`FUZZ_EXAMPLES` says how many requests each operation gets of each kind (`make fuzz`: many).
"""

from __future__ import annotations

import os
import random
from typing import Any
from uuid import UUID

import pytest
import requests
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.contract import test_foreign_records as walk
from tests.contract.addresses import FIELDS, PARAMETERS, Fixed, openapi
from tests.contract.world import World

from yunhe.platform.database.elevation import set_role

# one world for the module, rolled back at its end, as in the walk over foreign records
_django_db_helper, own_folders, world = walk._django_db_helper, walk.own_folders, walk.world
Person = walk.Person
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(openapi())
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}
PARTS = ("params", "json", "data", "files", "headers", "cookies")
OWN_HEADERS = {"cookie", "host", "authorization", "content-type", "content-length", "user-agent"}
FEW = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("role", ["director", "dealer_owner"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_the_document_promises(
    world: World, label: str, mode: GenerationMode, role: str
) -> None:
    operation = OPERATIONS[label]
    if mode.is_negative and not (operation.body or operation.query or operation.path_parameters):
        pytest.skip("takes nothing that could be wrong")
    person = Person(world, role)

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode), seed=st.integers(0, 2**32))
    def check(case: Any, seed: int) -> None:
        name_records(case, world, random.Random(seed))
        with transaction.atomic():
            answer = send(person, case)
            transaction.set_rollback(True)
        set_role("none")
        case.validate_response(answer, checks=CHECKS)
        if role != "director":
            leaks = world.sides[2].leaks_into(answer.content.decode("utf-8", "replace"))
            assert not leaks, f"{case.method} {case.formatted_path} shows {sorted(leaks)}"

    check()


def name_records(case: Any, world: World, chance: random.Random) -> None:
    """Let most parameters and fields name a record of the world: own three times, foreign once."""
    domain = "/".join(case.path.split("/")[:4])
    for name in list(case.path_parameters or {}):
        record = PARAMETERS.get((domain, name))
        if isinstance(record, Fixed) and chance.random() < 0.7:
            case.path_parameters[name] = chance.choice(record.values)
        elif isinstance(record, str) and chance.random() < 0.8:
            sample = world.sample(record, chance.choice((1, 1, 1, 2)))
            case.path_parameters[name] = str(sample) if isinstance(sample, UUID) else sample
    if isinstance(case.query, dict):
        case.query = _named(case.query, world, chance)
    if isinstance(case.body, dict | list):
        case.body = _named(case.body, world, chance)


def _named(value: Any, world: World, chance: random.Random, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _named(inner, world, chance, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_named(inner, world, chance, name) for inner in value]
    record = FIELDS.get(name)
    if record and value is not None and chance.random() < 0.7:
        return world.sample(record, chance.choice((1, 1, 1, 2)))
    return value


def send(person: Person, case: Any) -> Response:
    """The request through Django, its answer as schemathesis reads it."""
    given = case.as_transport_kwargs(base_url="http://testserver")
    parts = {name: given[name] for name in PARTS if given.get(name)}
    request = requests.Request(case.method, given["url"], **parts).prepare()
    headers = {k: v for k, v in request.headers.items() if k.lower() not in OWN_HEADERS}
    body = request.body or b""
    answer = person.generic(
        case.method,
        request.path_url,
        body.encode() if isinstance(body, str) else body,
        content_type=request.headers.get("Content-Type", ""),
        headers=headers,
    )
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.headers.items()},
        content=raw,
        request=request,
        elapsed=0.0,
        verify=False,
    )
