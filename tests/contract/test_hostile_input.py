"""Every form and body gets what nobody should send: the answer can be read, and is never a failure."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

import pytest
from django.db import transaction
from tests.contract import test_foreign_records as walk
from tests.contract.addresses import UNSAFE, Case, operations, pages
from tests.contract.hostile import (
    JSON_VALUES,
    NEVER,
    HtmlForm,
    Sending,
    forms_in,
    leaves,
    spoilt,
    with_value,
)
from tests.contract.world import World

from yunhe.platform.access.roles import PARTNERS, Role
from yunhe.platform.database.elevation import set_role

_django_db_helper, own_folders, world = walk._django_db_helper, walk.own_folders, walk.world
Person = walk.Person
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PERSONS = [
    Role.REGIONAL_MANAGER,
    Role.DATA_STEWARD,
    Role.DEALER_OWNER,
    Role.STORE,
    Role.SALES_OPS,
    Role.POLICY_MANAGER,
    Role.FINANCE,
    Role.IT_ADMIN,
]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAID = re.compile(
    r'class="(?:y-field-error|y-row-error|y-lead)"[^>]*>(.*?)</p>'
    r'|class="y-alert y-tone-red"[^>]*>(.*?)</ul>',
    re.S,
)
KEPT = {"number", "text", "date", "time", "datetime-local", "search", "tel", "email", "url"}
AREAS = os.environ.get("HOSTILE_AREAS", "").split()


@pytest.fixture(scope="module")
def people(world: World) -> dict[str, Any]:
    made = {role: Person(world, role) for role in PERSONS}
    for person in made.values():
        person.cookies["django_language"] = "zh-hans"
    return made


def areas(person: Any) -> list[Case]:
    """The pages with forms that the person may open."""
    portal = person.role in PARTNERS
    return [
        case
        for case in pages()
        if case.method == "GET"
        and not case.name.startswith(("accounts:sign", "ui:"))
        and (not AREAS or case.name.partition(":")[0].removesuffix("_portal") in AREAS)
        and (case.portal == portal or case.name.startswith(("accounts:", "files:")))
    ]


@pytest.mark.parametrize("role", PERSONS)
def test_every_form_answers_what_nobody_should_type(
    world: World, people: dict[str, Any], role: str
) -> None:
    person, found, seen = people[role], [], set()
    for case in areas(person):
        address = case.address(world, 1)
        page = in_vain(person.get, address)
        if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
            continue
        for form in forms_in(walk.readable(page), address):
            kind = (shape(form.action), tuple(control.name for control in form.controls))
            if kind in seen or not form.action.startswith("/"):
                continue
            seen.add(kind)
            for sending in spoilt(form):
                body, content_type = sending.encoded()
                answer = in_vain(
                    person.generic,
                    "POST",
                    form.action,
                    body,
                    content_type,
                    HTTP_REFERER=f"http://testserver{address}",
                )
                if sending.what == "as it should be":
                    OUT.write(
                        f"{role} {answer.status_code} {form.action} {sending.fields} {said_in(answer)}\n"
                    )
                    OUT.flush()
                found += [
                    f"{form.action} of {case.name}: {sending.what} {fault}"
                    for fault in faults(sending, answer)
                ]
    assert len(seen) > 5 or AREAS
    assert not found, "\n".join(found)


def shape(address: str) -> str:
    return re.sub(r"\d+", "0", address)


def in_vain(ask: Any, *args: Any, **kwargs: Any) -> Any:
    """The answer to a request whose effects are undone."""
    with transaction.atomic():
        answer = ask(*args, **kwargs)
        transaction.set_rollback(True)
    return answer


def faults(sending: Sending, answer: Any) -> Iterator[str]:
    status = answer.status_code
    if status >= 500:
        info = getattr(answer, "exc_info", None)
        yield f"failed with {status}: {info[1]!r}" if info else f"failed with {status}"
        return
    control = sending.spoilt
    value = next((v for k, v in sending.fields if control and k == control.name), None)
    page = walk.readable(answer) if "html" in answer.headers.get("Content-Type", "") else ""
    said = said_in(answer)
    complaints = [str(m) for m in queued(answer) if m.level_tag in {"error", "warning"}]
    for sentence in [*said, *complaints]:
        if not CHINESE.search(sentence):
            yield f"is told “{sentence[:90]}”"
    if "unstorable" in page:
        yield "reached the database"
    if (
        status in {200, 302}
        and control
        and value in NEVER.get(control.kind, ())
        and not said
        and not complaints
    ):
        yield f"was taken ({status})"
    if status in {422, 409, 400} and control and value and control.kind in KEPT:
        if "y-error-page" in page:
            yield f"is answered on a page of its own: {said[:1]}"
        elif (
            len(value) < 100
            and "\x00" not in value
            and "\ud800" not in value
            and value.strip() not in unescape(page)
        ):
            yield "is not kept"


OUT = open("/tmp/me/sound.txt", "a")


def said_in(answer: Any) -> list[str]:
    page = walk.readable(answer) if "html" in answer.headers.get("Content-Type", "") else ""
    return [text(part) for match in SAID.findall(page) for part in match if part]


def queued(answer: Any) -> Any:
    return getattr(getattr(answer.wsgi_request, "_messages", None), "_queued_messages", ())


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize("role", PERSONS)
def test_every_body_answers_what_nobody_should_send(
    world: World, people: dict[str, Any], role: str
) -> None:
    person, found, sent = people[role], [], 0
    for case in operations():
        if case.method not in UNSAFE or not case.body or case.files:
            continue
        if AREAS and case.template.split("/")[3] not in AREAS:
            continue
        whole = case.fields(world, 1)
        for way in leaves(whole):
            for value in JSON_VALUES:
                body = json.dumps(with_value(whole, way, value))
                answer = in_vain(
                    person.generic, case.method, case.address(world, 1), body, "application/json"
                )
                if answer.status_code >= 500:
                    info = getattr(answer, "exc_info", None)
                    found.append(
                        f"{case}: {way} = {str(value)[:20]!a} {answer.status_code} {info and info[1]!r}"
                    )
    set_role("none")
    print(role, sent)
    assert not found, "\n".join(found)
