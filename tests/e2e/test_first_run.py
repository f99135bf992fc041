"""A new installation in a real browser: first account, own file with own column names, cockpit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.pressing import press_and_go

from yunhe.channel.network.services import setup_key
from yunhe.platform.access.models import Node
from yunhe.platform.accounts.models import User
from yunhe.platform.intake.models import Import
from yunhe.platform.jobs.worker import drain
from yunhe.platform.metrics.mart.refresh import refresh_mart

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = {"on": "0", "store": "1", "item": "2", "quantity": "3", "amount": "4"}


def own_file(folder: Path) -> Path:
    """Two stores and two products nobody knows: 3 × 120.00 + 1 × 40.00 = 400.00."""
    day = timezone.localdate() - timedelta(days=1)
    rows = ["when,shop,thing,pieces,revenue"]
    rows += [f"{day},SH{at},P1,4,120.00" for at in (1, 1, 2)]
    rows += [f"{day},SH2,P2,1,40.00"]
    file = folder / "till.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_nothing_to_the_own_numbers(
    visit: Callable[..., Visit], tmp_path: Path, language: str
) -> None:
    Node.objects.all().delete()
    phone = visit(width=PHONE, language=language)
    page = phone.open("/account/sign-in/")
    assert page.url.endswith("/network/first/")
    phone.check("first-account")

    window = visit(language=language)
    page = window.open(f"/network/first/?key={setup_key()}")
    for name, value in {
        "company": "Lanhe 澜禾",
        "name": "QA-1",
        "username": "founder",
        "password": "correct-horse-42",
        "again": "correct-horse-42",
    }.items():
        page.fill(f"input[name={name}]", value)
    window.check("first-account")
    press_and_go(page, "main form button")
    assert User.objects.get().username == "founder"
    window.prefer()
    refresh_mart(now=timezone.now())
    page = window.open("/cockpit/")
    assert page.locator(".y-first-steps li").count() == 5
    window.check("first-steps")

    page.locator(".y-first-steps a").first.click()
    page.wait_for_url("**/intake/new/?type=sales")
    page.set_input_files("input[type=file]", str(own_file(tmp_path)))
    press_and_go(page, "main form button.y-btn-primary")
    for field, column in COLUMNS.items():
        page.select_option(f"select[name=field_{field}]", column)
    page.uncheck("input[name=hold]")
    press_and_go(page, "main form button.y-btn-primary")
    drain()
    record = Import.objects.get()
    page = window.open(f"/intake/{record.pk}/")
    assert (record.rows, record.accepted, record.quarantined) == (4, 0, 4)
    window.check("first-quarantine")
    press_and_go(page, f"form[action='/intake/{record.pk}/create/'] button")
    drain()
    record.refresh_from_db()
    assert (record.accepted, record.amount_accepted) == (4, Decimal("400.00"))

    refresh_mart(now=timezone.now())
    page = window.open("/cockpit/")
    assert "¥400" in page.locator(".y-tiles").first.inner_text()
    window.check("first-cockpit")
