"""Every form and body gets what nobody should send: the answer can be read, and is never a failure.

The forms are read from the pages that a person gets, so none can be forgotten. `FUZZ_EXAMPLES` says how
many wrong values each field gets (`make fuzz`: all of them), `FUZZ_AREAS` narrows to named domains.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html import unescape
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

# one world for the module, rolled back at its end, as in the walk over foreign records
_django_db_helper, own_folders, world = walk._django_db_helper, walk.own_folders, walk.world
Person = walk.Person
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
PERSONS = (
    Role.REGIONAL_MANAGER,
    Role.DATA_STEWARD,
    Role.DEALER_OWNER,
    Role.STORE,
    Role.SALES_OPS,
    Role.POLICY_MANAGER,
    Role.FINANCE,
    Role.IT_ADMIN,
)
SENDERS = (Role.DEALER_OWNER, Role.STORE, Role.SALES_OPS)
AREAS = os.environ.get("FUZZ_AREAS", "").split()
SENT: set[tuple[str, tuple[str, ...]]] = set()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAID = re.compile(
    r'class="(?:y-field-error|y-lead)"[^>]*>(.*?)</p>|class="y-alert y-tone-red"[^>]*>(.*?)</ul>',
    re.DOTALL,
)
TYPED = {"number", "text", "date", "time", "datetime-local", "tel", "email", "url"}
# a scanner's field, emptied when its code was read
READ_AT_ONCE = {"item"}
# whether a browser would send a field's text back as it was typed
PLAIN = re.compile(r"[^\x00\ud800\s]{1,60}")


@pytest.fixture(scope="module")
def people(world: World) -> dict[str, Any]:
    made = {role: Person(world, role) for role in PERSONS}
    for person in made.values():
        person.cookies["django_language"] = "zh-hans"
    return made


@pytest.mark.parametrize("role", PERSONS)
def test_every_form_answers_what_nobody_should_type(
    world: World, people: dict[str, Any], role: str
) -> None:
    person, found, forms = people[role], [], 0
    for case, address, form in forms_of(person, world):
        forms += 1
        for sending in spoilt(form, EXAMPLES):
            body, kind = sending.encoded()
            came = {"HTTP_REFERER": f"http://testserver{address}"}
            answer = in_vain(person.generic, "POST", form.action, body, kind, **came)
            where = f"{form.action} of {case.name}: {sending.what}"
            found += [f"{where} {fault}" for fault in faults(sending, answer)]
    assert forms or SENT
    assert not found, "\n".join(found)


def forms_of(person: Any, world: World) -> Iterator[tuple[Case, str, HtmlForm]]:
    """The forms on the pages that the person may open, each once, with their page.

    With one value a field a form is sent by the first person who has it; with more, by each.
    """
    seen = SENT if EXAMPLES == 1 else set()
    for case in pages():
        if not is_asked(case, person):
            continue
        address = case.address(world, 1)
        page = in_vain(person.get, address)
        if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
            continue
        for form in forms_in(walk.readable(page), address):
            kind = (re.sub(r"\d+", "0", form.action), tuple(c.name for c in form.controls))
            if kind not in seen:
                seen.add(kind)
                yield case, address, form


def is_asked(case: Case, person: Any) -> bool:
    """Pages of the person's own face; signing in and the shell's choices are no records."""
    area = case.name.partition(":")[0].removesuffix("_portal")
    if case.method != "GET" or (AREAS and area not in AREAS):
        return False
    if case.name.startswith(("accounts:sign", "ui:")):
        return False
    return case.portal == (person.role in PARTNERS) or area == "accounts"


def in_vain(ask: Any, *args: Any, **kwargs: Any) -> Any:
    """The answer to a request whose effects are undone."""
    with transaction.atomic():
        answer = ask(*args, **kwargs)
        transaction.set_rollback(True)
    return answer


def faults(sending: Sending, answer: Any) -> Iterator[str]:
    """What is wrong with the answer, in words that follow what was sent."""
    if answer.status_code >= 500:
        yield f"failed: {cause(answer)}"
        return
    html = "html" in answer.headers.get("Content-Type", "")
    page = walk.readable(answer) if html else ""
    said = [text(part) for match in SAID.findall(page) for part in match if part]
    queued = getattr(getattr(answer.wsgi_request, "_messages", None), "_queued_messages", ())
    said += [str(each) for each in queued if each.level_tag in {"error", "warning"}]
    yield from (f"is told “{each[:90]}”" for each in said if not CHINESE.search(each))
    control = sending.spoilt
    value = dict(sending.fields).get(control.name) if control else None
    if control is None or value is None:
        return
    if "<code>unstorable</code>" in page and "\x00" not in value:  # no browser sends a NUL
        yield "reached the database"
    if answer.status_code in {200, 302} and value in NEVER.get(control.kind, ()) and not said:
        yield f"was taken ({answer.status_code})"
    shown = answer.status_code in {409, 422} and "y-error-page" not in page
    typed = control.kind in TYPED and control.name not in READ_AT_ONCE
    if shown and typed and PLAIN.fullmatch(value) and value not in unescape(page):
        yield "is not kept"


def cause(answer: Any) -> str:
    """The status, and the exception behind it where there is one."""
    info = getattr(answer, "exc_info", None)
    return f"{answer.status_code} {info[1]!r}" if info else str(answer.status_code)


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize("role", SENDERS)
def test_every_body_answers_what_nobody_should_send(
    world: World, people: dict[str, Any], role: str
) -> None:
    person, found, sent = people[role], [], 0
    for case in operations():
        area = case.template.split("/")[3]
        if (
            case.method not in UNSAFE
            or not case.body
            or case.files
            or (AREAS and area not in AREAS)
        ):
            continue
        whole, address = case.fields(world, 1), case.address(world, 1)
        for at, way in enumerate(leaves(whole)):
            for step in range(min(EXAMPLES, len(JSON_VALUES))):
                value = JSON_VALUES[(at * EXAMPLES + step) % len(JSON_VALUES)]
                body = json.dumps(with_value(whole, way, value))
                answer = in_vain(person.generic, case.method, address, body, "application/json")
                sent += 1
                if answer.status_code >= 500:
                    found.append(f"{case}: {way} = {str(value)[:20]!a} {cause(answer)}")
    assert sent
    assert not found, "\n".join(found)
