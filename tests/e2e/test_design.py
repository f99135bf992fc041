"""Every component, in both shells, sizes, languages and themes; and what the scripts do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.e2e.conftest import DESK, PHONE, Visit

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = [
    (face, width, language, theme)
    for face in ("console", "portal")
    for width in (DESK, PHONE)
    for language, theme in (
        ("zh-hans", "light"),
        ("zh-hans", "dark"),
        ("en", "light"),
        ("en", "dark"),
    )
]


@pytest.mark.parametrize(("face", "width", "language", "theme"), WINDOWS)
def test_components(
    visit: Callable[..., Visit], face: str, width: int, language: str, theme: str
) -> None:
    window = visit(width=width, language=language, theme=theme)
    window.open(f"/design/?face={face}")
    assert window.page.locator("[data-chart][data-drawn]").count() >= 0
    window.check(f"design-{face}")


def test_dialog_opens_and_closes_by_keyboard(visit: Callable[..., Visit]) -> None:
    page = visit(language="en").open("/design/")
    page.get_by_role("button", name="Cancel order").first.click()
    dialog = page.get_by_role("dialog", name="Cancel this order?")
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_theme_and_language_are_chosen_without_script(visit: Callable[..., Visit]) -> None:
    window = visit(language="en", java_script_enabled=False)
    page = window.open("/design/")
    page.get_by_role("button", name="Switch to dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.get_by_role("button", name="中文").click()
    assert page.get_by_role("heading", level=1).inner_text() == "设计规范"


def test_charts_have_their_numbers_in_a_table(visit: Callable[..., Visit]) -> None:
    page = visit(language="en", java_script_enabled=False).open("/design/")
    chart = page.locator("figure", has_text="Why this rebate")
    chart.get_by_text("Table").click()
    rows = chart.locator("tbody tr").all_inner_texts()
    assert [row.replace("\t", " ") for row in rows][-2:] == ["Return −¥120.00", "Rebate ¥3,230.00"]


def test_portal_script_is_small(visit: Callable[..., Visit]) -> None:
    """Under 150 kB compressed: what a phone fetches before anything is asked for."""
    window = visit(width=PHONE)
    sizes: dict[str, int] = {}
    window.page.on(
        "response",
        lambda answer: (
            sizes.update({answer.url: int(answer.headers.get("content-length", 0))})
            if answer.request.resource_type == "script"
            else None
        ),
    )
    page = window.open("/offline/")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes.values()) < 150_000, sizes
