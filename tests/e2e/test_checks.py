"""The page checks themselves: each sees what it is for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.e2e.checks import axe_failures, overflowing, untranslated
from tests.e2e.conftest import PHONE, Visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    page = visit(width=PHONE, language="en").open("/offline/")
    assert overflowing(page) == []
    assert axe_failures(page) == []
    return page


def add(page: Page, html: str) -> None:
    page.evaluate(
        "(html) => document.querySelector('main').insertAdjacentHTML('beforeend', html)", html
    )


def test_overflow_is_seen(page: Page) -> None:
    add(page, "<svg width='900' height='10'></svg>")
    assert overflowing(page) != []


def test_missing_label_and_contrast_are_seen(page: Page) -> None:
    add(page, "<input type='text'><div class='card'><p id='pale'>pale</p></div>")
    page.evaluate("() => { document.getElementById('pale').style.color = '#dddddd' }")
    assert sorted(line.split(":")[0] for line in axe_failures(page)) == ["color-contrast", "label"]


def test_words_of_the_other_language_are_seen() -> None:
    assert untranslated(["Save", "杭州临安商贸有限公司", "¥12"], "zh-hans") == ["Save"]
    assert untranslated(["Something nobody translated"], "zh-hans") == [
        "Something nobody translated"
    ]
    assert untranslated(["保存", "杭州临安商贸有限公司", "Save"], "en") == ["保存"]


def test_console_errors_are_kept(visit: Callable[..., Visit]) -> None:
    window = visit()
    window.open("/offline/").evaluate("() => console.error('broken')")
    assert [line.split(" ")[0] for line in window.console] == ["broken"]
