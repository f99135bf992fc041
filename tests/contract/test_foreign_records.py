"""Every page and API operation × every role × own and foreign record, with records that exist.

A role held on side 1 never reads, learns of or changes what belongs to side 2. The cases are walked
from the resolver and the OpenAPI document (addresses.py); the records are in world.py.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.shortcuts import resolve_url
from django.test import Client, override_settings
from django.urls import resolve
from tests.contract.addresses import PERSONAL, UNSAFE, Case, missing, operations, pages
from tests.contract.world import World, build_world, rows_of

from yunhe.platform.access import middleware
from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.roles import PARTNERS, Role
from yunhe.platform.database.elevation import set_role
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.mart.refresh import refresh_mart

REFUSED = {403, 404, 405}
ROLES = [str(role) for role in Role]
# `make test-walk` asks as these, `make test-slow` as all the others
QUICK = {Role.DEALER_OWNER, Role.STORE, Role.REGIONAL_MANAGER}
EACH_ROLE = pytest.mark.parametrize(
    "role",
    [
        pytest.param(role, marks=pytest.mark.walk if role in QUICK else pytest.mark.slow)
        for role in ROLES
    ],
)
# reachable without signing in: they show no record
PUBLIC = {
    "accounts:sign_in",
    "accounts:sign_in_code",
    "accounts:sign_in_password",
    "accounts:sign_out",
    "api:unknown",
    "network:first",
    "ops:live",
    "ops:ready",
    "rebates:keys",
    "ui:design",
    "ui:language",
    "ui:manifest",
    "ui:offline",
    "ui:service_worker",
    "ui:theme",
}
# answer the same whether the record is somebody else's or does not exist, and change nothing
SILENT = {"access:revoke_token", "jobs:progress", "yunhe_platform_accounts_api_delete_token"}
# tables that the request's own machinery writes, whoever asks
MACHINERY = {"accounts_session", "accounts_throttle", "api_idempotencykey"}


pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper() -> None:
    """The module's one transaction takes the place of one for each test."""


@pytest.fixture(autouse=True)
def own_folders() -> None:
    """The module's one mart and file store take the place of one for each test."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """One world for all tests of this module, in a transaction that is rolled back at the end."""
    folder = tmp_path_factory.mktemp("world")
    here = override_settings(
        MEDIA_ROOT=folder / "media",
        MART_DIR=folder / "mart",
        API_REQUESTS_PER_MINUTE=0,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with here, django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


FILE = b"product,price\nX,1\n"


class Person(Client):
    """A signed-in client that hands the owner role back after each request."""

    def __init__(self, world: World, role: str) -> None:
        super().__init__(raise_request_exception=False)
        self.world = world
        self.role = role
        if role:
            self.force_login(world.people[role])

    def request(self, **request: Any) -> Any:
        try:
            return super().request(**request)
        finally:
            set_role("none")

    def ask(self, case: Case, side: int) -> Any:
        address = case.address(self.world, side)
        if case.files:
            sent = {name: value for name, value in case.fields(self.world, side).items() if value}
            sent |= {name: SimpleUploadedFile("rows.csv", FILE) for name in case.files}
            return self.post(address, sent)
        if case.method in UNSAFE and case.is_api:
            body = case.content(self.world, side)
            return self.generic(case.method, address, body, content_type="application/json")
        return getattr(self, case.method.lower())(address)


@pytest.fixture(scope="module")
def persons(world: World) -> dict[str, Person]:
    """One client for every role, and one ("") that nobody signed in with."""
    return {role: Person(world, role) for role in ["", *ROLES]}


def readable(response: Any) -> str:
    """All that the answer tells: text, the files of a workbook or an archive, the address it leads to."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw = b"\n".join(archive.read(name) for name in archive.namelist())
    return raw.decode("utf-8", "replace") + response.headers.get("Location", "")


def every_case() -> list[Case]:
    return [*pages(), *operations()]


def named() -> list[Case]:
    """Cases that name a record of somebody; safe ones first, so that nothing was changed before."""
    return sorted(
        (case for case in every_case() if case.of_a_side), key=lambda case: case.method in UNSAFE
    )


def findings_of_foreign(person: Person, cases: list[Case]) -> list[str]:
    """What is wrong with the answers to somebody of side 1 who asks for side 2's records."""
    found = []
    for case in cases:
        response = person.ask(case, 2)
        leaks = person.world.sides[2].leaks_into(readable(response))
        if response.status_code not in REFUSED and case.name not in SILENT:
            found.append(f"{person.role}: {case} answered {response.status_code}")
        if leaks:
            found.append(f"{person.role}: {case} shows {sorted(leaks)}")
    return found


def checksums(world: World, side: int) -> dict[str, str]:
    """A digest of every table's rows of the side."""
    found = {}
    for model in apps.get_models():
        if not hasattr(model, "scope") or model._meta.db_table in MACHINERY:
            continue
        rows = rows_of(world.sides[side], model)
        if rows is not None:
            found[model._meta.db_table] = _digest(rows)
    return found


def _digest(rows: models.QuerySet[Any]) -> str:
    listed = sorted(repr(row) for row in rows.values_list())
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


def test_every_parameter_has_a_sample() -> None:
    assert missing() == []


def test_every_table_of_a_node_has_rows_of_both_sides(world: World) -> None:
    """Foreign records exist: otherwise refusals prove nothing."""
    empty = {
        model._meta.label
        for side in world.sides.values()
        for model in apps.get_models()
        if hasattr(model, "scope")
        and (rows := rows_of(side, model)) is not None
        and not rows.exists()
    }
    assert empty == {
        "accounts.RecoveryCode",
        "accounts.Totp",
        "api.IdempotencyKey",
        "blankets.FrameStep",
        "catalog.Material",
        "compliance.Rule",
        "events.WebhookDelivery",
        "intake.ValueAlias",
        "ledger.Closing",
        "network.OrganisationUnit",
        "notifications.Preference",
        "orders.Favourite",
        "orders.OrderTemplate",
        "promotions.PromotionStep",
        "rebates.Settlement",
        "sales.ClosedPeriod",
        "stock.LotBalance",
        "stock.ShelfLifeRule",
        "transfers.StockAlert",
    }


@pytest.mark.walk
def test_an_unscoped_read_would_be_found(
    world: World, persons: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With row-level security switched off, the same questions must raise the alarm."""
    scoped_entry = middleware.enter_scope

    def leaky(user_id: int | None, **entry: Any) -> Any:
        principal = scoped_entry(user_id, **entry)
        set_role("none")
        return principal

    monkeypatch.setattr(middleware, "enter_scope", leaky)
    cases = [case for case in named() if case.method == "GET"]
    found = " ".join(findings_of_foreign(persons[Role.REGIONAL_MANAGER], cases))
    for name in ("orders:detail", "network:partner", "ledger:partner", "getImport", "get_partner"):
        assert f"({name}) answered 200" in found
    assert f"shows ['{world.sides[2].mark}'" in found or world.sides[2].mark in found


@EACH_ROLE
def test_foreign_records_are_refused_and_unchanged(
    world: World, persons: dict[str, Person], role: str
) -> None:
    before = checksums(world, 2)
    with transaction.atomic():
        found = findings_of_foreign(persons[role], named())
        after = checksums(world, 2)
        transaction.set_rollback(True)
    changed = [table for table, digest in after.items() if digest != before[table]]
    assert not found, "\n".join(found)
    assert changed == []


# own records that a GET rightly does not find: a first version has none before it to compare with,
# events are for those who hold the whole tree, a request is seen by whoever has a part in it, and labels are
# for the side that packs
ALSO = {
    "policies:compare": (404,),
    "events:detail": (404,),
    "workflow:approval": (404,),
    "shipping_portal:labels": (403,),
}


@EACH_ROLE
def test_own_records_answer_whoever_holds_the_permission(
    world: World, persons: dict[str, Person], role: str
) -> None:
    found = []
    may = permissions_of(role)
    for case in named():
        with transaction.atomic():
            status = persons[role].ask(case, 1).status_code
            transaction.set_rollback(True)
        if status >= 500:
            found.append(f"{role}: {case} answered {status}")
        if case.is_api or not case.permission:
            continue
        holds = case.permission in may or case.permission in {"signed-in", "public"}
        if not holds and status != 403:
            found.append(f"{role}: {case} answered {status} without {case.permission}")
        personal = PERSONAL & set(case.records.values())
        # the side's records are the dealer's: a store below it owns none of them
        fits = (role in PARTNERS) == case.portal and not personal and role != Role.STORE
        answers = {200, 302, 405, *ALSO.get(case.name, ())}
        if holds and fits and case.method == "GET" and status not in answers:
            found.append(f"{role}: {case} answered {status} with {case.permission}")
    assert not found, "\n".join(found)


@EACH_ROLE
def test_no_page_leads_to_a_refusal(world: World, persons: dict[str, Person], role: str) -> None:
    """What a page links to within its content opens for its reader; one link of each kind is followed."""
    person, followed, found = persons[role], set(), []
    for case in every_case():
        fits = not case.is_api and case.portal == (role in PARTNERS)
        if not fits or case.method != "GET" or case.name == "accounts:sign_out":
            continue
        with transaction.atomic():
            page = person.ask(case, 1)
            transaction.set_rollback(True)
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        for href in links_in(readable(page)):
            kind = resolve(href.partition("?")[0]).view_name
            if kind in followed:
                continue
            followed.add(kind)
            with transaction.atomic():
                status = person.get(href).status_code
                transaction.set_rollback(True)
            if status in REFUSED or status >= 500:
                found.append(f"{role}: {case} links to {href} ({kind}), which answers {status}")
    assert len(followed) > 5
    assert not found, "\n".join(found)


def links_in(page: str) -> list[str]:
    """Addresses of this site in the page's own content; the rest is shown to everybody alike."""
    content = page.partition("<main")[2].partition("</main>")[0]
    hrefs = [unescape(href) for href in re.findall(r'<a [^>]*?href="(/[^"#]*)', content)]
    return [
        href for href in hrefs if not href.startswith(("/static/", "/media/", "/account/sign-out"))
    ]


@EACH_ROLE
def test_lists_exports_and_search_show_nothing_foreign(
    world: World, persons: dict[str, Person], role: str
) -> None:
    person, foreign = persons[role], world.sides[2]
    found = []
    for case in every_case():
        if case.of_a_side or case.name == "accounts:sign_out":
            continue
        with transaction.atomic():
            response = person.ask(case, 2)
            found += _faults(role, case, response, foreign)
            if case.is_list and response.status_code == 200:
                for query in ("export=csv", "export=xlsx", "q=ZEBRA2", f"q={foreign.dealer.code}"):
                    answer = person.get(f"{case.address(world, 2)}?{query}")
                    found += _faults(role, f"{case}?{query}", answer, foreign)
            transaction.set_rollback(True)
    assert not found, "\n".join(found)


@EACH_ROLE
def test_a_body_that_names_foreign_records_changes_nothing(
    world: World, persons: dict[str, Person], role: str
) -> None:
    """Fields of a body name records as well as the address does."""
    before = checksums(world, 2)
    found = []
    with transaction.atomic():
        for case in operations():
            if case.method in UNSAFE and case.body and not case.of_a_side:
                response = persons[role].ask(case, 2)
                found += _faults(role, case, response, world.sides[2])
        after = checksums(world, 2)
        transaction.set_rollback(True)
    changed = [table for table, digest in after.items() if digest != before[table]]
    assert not found, "\n".join(found)
    assert changed == []


def _faults(role: str, case: Any, response: Any, foreign: Any) -> list[str]:
    found = []
    if response.status_code >= 500:
        found.append(f"{role}: {case} answered {response.status_code}")
    # a search page repeats what was searched for
    body = readable(response).replace("q=ZEBRA2", "")
    if leaks := foreign.leaks_into(body):
        found.append(f"{role}: {case} shows {sorted(leaks)}")
    return found


def test_headquarters_sees_both_sides(world: World, persons: dict[str, Person]) -> None:
    """The same records answer somebody who holds the whole tree, so the refusals are the scope's."""
    director = Person(world, "")
    director.force_login(world.director)
    for side in (1, 2):
        for case in named():
            if case.name in {"orders:detail", "network:partner", "ledger:partner", "getImport"}:
                response = director.ask(case, side)
                assert response.status_code == 200, case
                assert world.sides[side].leaks_into(readable(response)), case


def test_nobody_reaches_anything_without_signing_in(
    world: World, persons: dict[str, Person]
) -> None:
    found = []
    for case in every_case():
        if case.name in PUBLIC:
            continue
        response = persons[""].ask(case, 2)
        to_sign_in = (
            response.status_code == 302 and resolve_url(settings.LOGIN_URL) in response["Location"]
        )
        if response.status_code != 401 and not (to_sign_in and not case.is_api):
            found.append(f"{case} answered {response.status_code}")
        found += [f"{case} shows {leak}" for leak in world.sides[2].leaks_into(readable(response))]
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def mart(world: World) -> None:
    refresh_mart(now=world.now)


def _question(name: str, world: World) -> dict[str, Any]:
    period = {"from": "2026-01-01", "to": "2030-01-01"}
    return {"metrics": [name], "period": period, "dimensions": ["partner"]}


@pytest.mark.walk
@pytest.mark.parametrize(
    "role", [Role.DEALER_OWNER, Role.STORE, Role.REGIONAL_MANAGER, Role.FINANCE]
)
def test_no_metric_tells_of_the_other_side(
    world: World, persons: dict[str, Person], mart: None, role: str
) -> None:
    found, answered = [], 0
    for name in registry.metrics():
        for address in ("query", "export/csv", "export/xlsx", "rows"):
            body = _question(name, world)
            if address == "rows":
                body = {"metric": name, "period": body["period"]}
            response = persons[role].post(
                f"/api/v1/metrics/{address}", json.dumps(body), content_type="application/json"
            )
            answered += response.status_code == 200
            found += _faults(role, f"{address} {name}", response, world.sides[2])
    assert not found, "\n".join(found)
    assert answered


def test_metrics_tell_headquarters_of_both_sides(world: World, mart: None) -> None:
    director = Person(world, "")
    director.force_login(world.director)
    body = json.dumps(_question("sell_out_amount", world))
    response = director.post("/api/v1/metrics/query", body, content_type="application/json")
    text = readable(response)
    assert response.status_code == 200, text
    assert all(side.mark in text for side in world.sides.values())
