"""Every page that the resolver knows, at both sizes and in both languages, with records on it.

The pages are walked as in tests/contract: a new domain is here as soon as its records are in
tests/contract/world.py. Each page is opened by the first person who may see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client
from tests.contract.addresses import PERSONAL, Case, pages
from tests.contract.world import World, build_world
from tests.e2e.checks import axe_failures, failures, overflowing
from tests.e2e.conftest import DESK, HEIGHTS, PHONE, SCREENSHOTS, Visit

from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS, Role
from yunhe.platform.metrics.mart.refresh import refresh_mart

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-42"
LANGUAGES = ("zh-hans", "en")
PARTS = 3  # each a test of its own, so that several processes share the walk
# who opens a page is the first of these who holds its permission
CONSOLE_PEOPLE = [Role.DIRECTOR, *(role for role in HEADQUARTERS if role != Role.DIRECTOR)]
PORTAL_PEOPLE = [Role.DEALER_OWNER, *(role for role in PARTNERS if role != Role.DEALER_OWNER)]
# what a browser shows no page for: files, scripts, answers to scripts, ways out
NO_PAGES = {"accounts:sign_out", "api:unknown", "ui:service_worker", "ui:manifest", "ui:icon"}
PUBLIC = {"public", ""}


@dataclass
class Stop:
    """A page to open, and by whom."""

    case: Case
    path: str
    role: str


@dataclass
class Walk:
    """The windows of a language, one a person; what was wrong on the way."""

    visit: Callable[..., Visit]
    world: World
    language: str
    windows: dict[str, Visit] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)

    def window(self, role: str) -> Visit:
        if role not in self.windows:
            window = self.visit(width=PHONE, language=self.language)
            window.sign_in(self.world.people[role].username, PASSWORD)
            self.windows[role] = window
        return self.windows[role]

    def at(self, stop: Stop) -> None:
        """The page on the phone with every check, then widened with those that width changes."""
        window = self.window(stop.role)
        window.console.clear()
        window.page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
        window.open(stop.path)
        self.look(window, stop, PHONE, failures(window.page, self.language, window.console))
        window.page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})
        self.look(window, stop, DESK, [])
        wide = [f"overflow: {line}" for line in overflowing(window.page)]
        wide += [f"axe: {line}" for line in axe_failures(window.page)]
        self.note(stop, DESK, wide)

    def look(self, window: Visit, stop: Stop, width: int, found: list[str]) -> None:
        window.settle(pause_ms=50)
        SCREENSHOTS.mkdir(exist_ok=True)
        name = stop.case.name.replace(":", "-")
        file = SCREENSHOTS / f"page-{name}-{width}-{self.language}.png"
        window.page.screenshot(path=file, full_page=True)
        self.note(stop, width, found)

    def note(self, stop: Stop, width: int, found: list[str]) -> None:
        place = f"{stop.case.name} {stop.path} as {stop.role} at {width} px"
        self.found += [f"{place}: {line}" for line in found]


def stops(world: World) -> Iterator[Stop]:
    """Pages that answer with HTML; redirects, files and answers to scripts are left out."""
    for case in pages():
        if case.method != "GET" or case.name in NO_PAGES:
            continue
        for role in _readers(case):
            path = case.address(world, 1)
            client = Client()
            client.force_login(world.people[role])
            answer = client.get(path)
            kind = answer.headers.get("Content-Type", "")
            whole = kind.startswith("text/html") and b"<html" in answer.content[:200]
            if answer.status_code == 200 and whole:
                yield Stop(case, path, role)
                break


def _readers(case: Case) -> list[str]:
    people = PORTAL_PEOPLE if case.portal else CONSOLE_PEOPLE
    if PERSONAL & set(case.records.values()):
        people = PORTAL_PEOPLE  # the side's personal records are its dealer's
    open_to_all = case.permission in {"signed-in", *PUBLIC}
    return [str(r) for r in people if open_to_all or case.permission in permissions_of(r)]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page(visit: Callable[..., Visit], language: str, part: int) -> None:
    with transaction.atomic():
        world = build_world()
    refresh_mart(now=world.now)
    walk = Walk(visit, world, language)
    listed = sorted(stops(world), key=lambda stop: (stop.role, stop.path))
    assert len(listed) > 80
    for stop in listed[part::PARTS]:
        walk.at(stop)
    assert not walk.found, "\n".join(walk.found)
