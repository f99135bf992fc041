"""An impatient second click does not send a form again, and the next form can be sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.e2e.conftest import DESK, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_on_its_way_is_sent_once(
    tree: Any, make_user: Callable[..., Any], visit: Callable[..., Visit]
) -> None:
    make_user("it_admin", tree["HQ"], "it")
    page = visit(width=DESK, language="en").open("/account/sign-in/")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    for times in (1, 2):
        page.fill("input[name=username]", "nobody")
        page.fill("input[name=password]", "wrong-horse")
        page.dblclick("main form button:not([type=button])")
        page.wait_for_selector(".y-alert")
        assert len(sent) == times
