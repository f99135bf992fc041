"""Lists in a browser: search, filters, sorting, the address that keeps them; command search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import DESK, PHONE, Visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def audit(
    tree: Any, make_user: Callable[..., Any], visit: Callable[..., Visit]
) -> Callable[..., Visit]:
    """The audit trail as the IT administrator sees it; making the people filled it."""
    make_user("it_admin", tree["HQ"], "it")

    def enter(width: int = DESK, language: str = "en") -> Visit:
        window = visit(width=width, language=language)
        window.sign_in("it", "correct-horse-42")
        window.open("/audit/")
        return window

    return enter


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_list_page(audit: Callable[..., Visit], width: int, language: str) -> None:
    audit(width, language).check("list")


def test_filter_keeps_the_panel_open_and_the_address_clean(audit: Callable[..., Visit]) -> None:
    page: Page = audit().page
    page.get_by_text("Filter", exact=True).click()
    page.locator(".y-filter-fields select").first.select_option(index=1)
    expect(page.locator(".y-chip")).to_have_count(1)
    assert page.url.count("=") == 1
    assert page.locator(".y-filter-fields").is_visible()
    page.keyboard.press("Escape")
    page.get_by_title("Remove this filter").click()
    expect(page.locator(".y-chip")).to_have_count(0)


def test_sorting_is_announced_and_in_the_address(audit: Callable[..., Visit]) -> None:
    page = audit().page
    heading = page.locator("thead th a").first
    heading.click()
    expect(page.locator("#live")).to_contain_text("entr")
    assert "sort=" in page.url
    page.reload()
    assert page.locator("thead th[aria-sort]").count() == 1


def test_command_search_by_keyboard(audit: Callable[..., Visit]) -> None:
    page = audit().page
    page.keyboard.press("/")
    page.keyboard.type("audit")
    expect(page.locator("dialog#search a.y-hit")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("dialog#search")).not_to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("audit")
    expect(page.locator("dialog#search a.y-hit")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/")


def test_ended_session_leads_to_sign_in_not_into_the_table(audit: Callable[..., Visit]) -> None:
    window = audit()
    window.context.clear_cookies()
    window.page.locator("thead th a").first.click()
    window.page.wait_for_url("**/account/sign-in/**")


def test_phone_menu_opens_and_closes(audit: Callable[..., Visit]) -> None:
    page = audit(PHONE).page
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#side")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).not_to_be_in_viewport()


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_filter_is_saved_found_again_renamed_and_deleted(
    audit: Callable[..., Visit], width: int, language: str
) -> None:
    window = audit(width, language)
    page = window.page
    window.open("/audit/?action=insert")
    page.locator(".y-saved summary").click()
    window.check("list-save-filter")
    page.locator(".y-saved-form [name=name]").fill("新增 2026")
    page.locator(".y-saved-form .y-btn-primary").click()
    chip = page.locator(".y-chip-saved")
    expect(chip).to_have_attribute("aria-current", "true")
    window.open("/audit/")
    chip.click()
    page.wait_for_url("**/audit/?action=insert")
    page.locator(".y-saved summary").click()
    window.check("list-saved-filter")
    page.locator(".y-saved-form [name=name]").fill("新增")
    page.locator(".y-saved-form .y-btn-primary").click()
    expect(chip).to_have_text("新增")
    page.locator(".y-saved summary").click()
    page.locator(".y-saved-form [name=delete]").click()
    expect(chip).to_have_count(0)
