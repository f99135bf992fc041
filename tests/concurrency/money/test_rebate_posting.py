"""Two clicks on “Post” at once pay once."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from tests.integration.money.rebates.conftest import (  # noqa: F401 - fixtures
    NOW,
    SYSTEM,
    TODAY,
    catalog,
    draft,
    partners,
    programs,
    sell,
)

from yunhe.money.ledger.models import Entry
from yunhe.money.rebates.errors import IllegalMove
from yunhe.money.rebates.models import Statement
from yunhe.money.rebates.services import approve_settlement, open_settlement, post_settlement


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_pay_once(programs: Any, sell: Any) -> None:  # noqa: F811
    with transaction.atomic():
        made = programs()
        sell("D1", "COLA", "1500")
        settlement = open_settlement(made, cutoff=TODAY, actor=SYSTEM, now=NOW)
        approve_settlement(settlement, actor=SYSTEM, now=NOW)
    together, outcomes = Barrier(2), []

    def click() -> None:
        try:
            with transaction.atomic():
                together.wait()
                post_settlement(settlement, actor=SYSTEM, now=NOW)
            outcomes.append("posted")
        except IllegalMove:
            outcomes.append("refused")
        finally:
            connection.close()

    clicks = [Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(outcomes) == ["posted", "refused"]
    assert Entry.objects.count() == 1
    assert Statement.objects.count() == 2
