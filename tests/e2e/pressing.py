"""Buttons that lead to another page, some of which ask once first."""

from __future__ import annotations

from playwright.sync_api import Page


def press_and_go(page: Page, selector: str) -> None:
    """Press the button, agree to what it asks, and wait for the page that follows."""
    button = page.locator(selector).first
    asks = button.evaluate("button => Boolean(button.form && button.form.dataset.confirm)")
    with page.expect_navigation():
        button.click()
        if asks:
            page.locator("dialog[open] button[value=confirm]").click()
