"""How far an order is, by hand."""

from __future__ import annotations

from datetime import date, datetime

from yunhe.goods.shipping.compute import Journey, compute_stages

NOW = datetime(2026, 3, 2, 9)
TODAY = date(2026, 3, 4)


def states(way: Journey) -> dict[str, str]:
    return {stage.code: stage.state for stage in compute_stages(way, today=TODAY)}


def test_an_order_from_stock_has_no_production_and_the_first_open_step_is_current():
    assert states(Journey(placed=NOW, confirmed=NOW, wanted=date(2026, 3, 9))) == {
        "placed": "done",
        "confirmed": "done",
        "picking": "current",
        "packed": "waiting",
        "shipped": "waiting",
        "out": "waiting",
        "received": "waiting",
    }


def test_production_that_moved_keeps_its_first_day_and_is_late_from_the_day_after():
    way = Journey(
        placed=NOW,
        confirmed=NOW,
        wanted=None,
        waits=True,
        promised=date(2026, 3, 3),
        first_promised=date(2026, 2, 27),
    )
    made = {stage.code: stage for stage in compute_stages(way, today=TODAY)}["made"]
    assert (made.state, made.planned, made.moved) == ("late", date(2026, 3, 3), date(2026, 2, 27))


def test_what_lies_before_a_step_that_is_done_is_done_and_a_late_receipt_stays_late():
    way = Journey(placed=NOW, confirmed=NOW, wanted=date(2026, 3, 1), shipped=NOW, received=NOW)
    assert states(way) == {
        "placed": "done",
        "confirmed": "done",
        "picking": "done",
        "packed": "done",
        "shipped": "done",
        "out": "done",
        "received": "late",
    }
