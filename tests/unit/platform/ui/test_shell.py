"""Menus, search, assets, security headers and preferences."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from yunhe.platform.ui import navigation, search
from yunhe.platform.ui.context import Shell
from yunhe.platform.ui.middleware import LanguageMiddleware, SecurityPolicyMiddleware
from yunhe.platform.ui.navigation import NavItem
from yunhe.platform.ui.preferences import remember, theme_of
from yunhe.platform.ui.search import Hit, SearchProvider
from yunhe.platform.ui.views import Page
from yunhe.platform.ui.views.errors import server_error


@dataclass(frozen=True)
class Reader:
    permissions: frozenset[str] = frozenset({"orders.view"})
    is_partner: bool = False
    user_id: int | None = 1


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        navigation,
        "_items",
        [
            NavItem("Second", "ui:design", "book", "trade", order=20),
            NavItem("First", "ui:me", "user", "trade", order=10),
            NavItem("Hidden", "ui:search", "lock", "money", permission="secret.view"),
            NavItem("Gone", "nowhere:list", "ban", "money"),
            NavItem("Shop", "ui:home", "home", "order", face="portal"),
        ],
    )


@pytest.mark.usefixtures("menu")
def test_menu_shows_what_the_reader_may_follow() -> None:
    sections = navigation.sections_for(Reader(), "console")
    assert [(each.key, [item.label for item in each.items]) for each in sections] == [
        ("trade", ["First", "Second"])
    ]
    assert navigation.items_for(Reader(user_id=None), "console") == []
    assert [item.label for item in navigation.items_for(Reader(), "portal")] == ["Shop"]


@pytest.mark.usefixtures("menu")
def test_current_item_is_the_longest_prefix() -> None:
    items = navigation.items_for(Reader(), "console")
    assert navigation.current_item(items, "/design/x/").label == "Second"  # type: ignore[union-attr]
    assert navigation.current_item(items, "/elsewhere/") is None


@pytest.mark.usefixtures("menu")
@pytest.mark.parametrize(
    ("cookie", "path", "opened"),
    [
        ("", "/elsewhere/", {"home"}),
        ("", "/design/", {"home", "trade"}),
        ("money.goods", "/design/", {"money", "goods", "trade"}),
    ],
)
def test_sections_the_reader_opened_and_the_current_stand_open(
    cookie: str, path: str, opened: set[str]
) -> None:
    request = RequestFactory().get(path)
    request.COOKIES.update({"yunhe_side": cookie} if cookie else {})
    request.principal = Reader()  # type: ignore[attr-defined]
    assert Shell(request).open_sections == opened


def test_item_refuses_unknown_section_and_icon() -> None:
    with pytest.raises(ValueError, match="no section 'scan' in the console"):
        NavItem("x", "ui:me", "user", "scan")
    with pytest.raises(ValueError, match="no icon"):
        NavItem("x", "ui:me", "unicorn", "trade")


@pytest.mark.usefixtures("menu")
def test_search_asks_only_permitted_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(request: object, text: str, limit: int) -> list[Hit]:
        return [Hit(f"{text}-{limit}", "/x/")]

    monkeypatch.setattr(
        search,
        "_providers",
        [
            SearchProvider("Orders", "orders.view", found),
            SearchProvider("Secrets", "secret.view", found),
            SearchProvider("Shelves", "", found, face="portal"),
        ],
    )
    request = RequestFactory().get("/")
    request.principal = Reader()  # type: ignore[attr-defined]
    groups = search.search(request, " fir ", "console")
    assert [[hit.title for hit in group.hits] for group in groups] == [["First"], ["fir-6"]]


def test_page_must_declare_its_permission() -> None:
    with pytest.raises(TypeError, match="declares no permission"):
        type("Open", (Page,), {"__module__": "somewhere"})


def test_every_answer_forbids_inline_script_and_style() -> None:
    answer = SecurityPolicyMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("cookie", "language"),
    [("", "zh-hans"), ("en", "en"), ("xx", "zh-hans"), ("zh-hans", "zh-hans")],
)
def test_language_is_the_cookies(cookie: str, language: str) -> None:
    request = RequestFactory(headers={"accept-language": "en"}).get("/")
    request.COOKIES["django_language"] = cookie
    seen = []
    LanguageMiddleware(lambda request: seen.append(translation.get_language()) or HttpResponse())(
        request
    )
    assert seen == [language]


def test_unknown_preferences_are_not_kept() -> None:
    answer = HttpResponse()
    remember(answer, language="xx", theme="pink")
    assert not answer.cookies
    remember(answer, theme="dark")
    request = RequestFactory().get("/")
    request.COOKIES["yunhe_theme"] = answer.cookies["yunhe_theme"].value
    assert theme_of(request) == "dark"


def test_broken_page_needs_nothing_that_may_be_broken() -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()
