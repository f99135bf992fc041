"""Every page that the resolver knows, in a browser, with records on it.

The pages are walked as in tests/contract: a new domain is here as soon as its records are in
tests/contract/world.py. Each page is opened by the first person who may see it: in Chinese on a desk,
as headquarters reads it, and in English on a phone, where the longer words have the least room.
`YUNHE_EVERY_PAGE=all` walks both sizes in both languages and keeps a screenshot of each.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client
from tests.contract.addresses import PERSONAL, Case, pages
from tests.contract.world import World, build_world
from tests.e2e.checks import failures
from tests.e2e.conftest import DESK, PHONE, SCREENSHOTS, Visit

from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS, Role
from yunhe.platform.metrics.mart.refresh import refresh_mart

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-42"
WHOLE = os.environ.get("YUNHE_EVERY_PAGE") == "all"
WINDOWS = [("zh-hans", DESK), ("en", PHONE)]
if WHOLE:
    WINDOWS += [("zh-hans", PHONE), ("en", DESK)]
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
    """The windows of a language and size, one a person; what was wrong on the way."""

    visit: Callable[..., Visit]
    world: World
    language: str
    width: int
    windows: dict[str, Visit] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)

    def window(self, role: str) -> Visit:
        if role not in self.windows:
            window = self.visit(width=self.width, language=self.language)
            window.sign_in(self.world.people[role].username, PASSWORD)
            self.windows[role] = window
        return self.windows[role]

    def at(self, stop: Stop) -> None:
        """Open the page, let it draw everything, and note what is wrong with it."""
        window = self.window(stop.role)
        window.console.clear()
        window.open(stop.path)
        window.settle(pause_ms=50)
        if WHOLE:
            self.picture(window, stop)
        place = f"{stop.case.name} {stop.path} as {stop.role} at {self.width} px"
        wrong = failures(window.page, self.language, window.console)
        self.found += [f"{place}: {line}" for line in wrong]

    def picture(self, window: Visit, stop: Stop) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        name = stop.case.name.replace(":", "-")
        file = SCREENSHOTS / f"page-{name}-{self.width}-{self.language}.png"
        window.page.screenshot(path=file, full_page=True)


def read_only() -> list[Case]:
    """The addresses that only show something, in a lasting order."""
    shown = [case for case in pages() if case.method == "GET" and case.name not in NO_PAGES]
    return sorted(shown, key=lambda case: (case.portal, case.name))


def stops(world: World, cases: Sequence[Case]) -> Iterator[Stop]:
    """Pages that answer with HTML; redirects, files and answers to scripts are left out."""
    for case in cases:
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
@pytest.mark.parametrize(("language", "width"), WINDOWS)
def test_every_page(visit: Callable[..., Visit], language: str, width: int, part: int) -> None:
    with transaction.atomic():
        world = build_world()
    refresh_mart(now=world.now)
    walk = Walk(visit, world, language, width)
    listed = list(stops(world, read_only()[part::PARTS]))
    assert len(listed) > 80
    for stop in sorted(listed, key=lambda stop: stop.role):
        walk.at(stop)
    assert not walk.found, "\n".join(walk.found)
