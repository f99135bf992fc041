"""Where periods and lines end: at the last complete day with data, never in a fall to zero.

Sales (conftest): January and 1 February 2026, and one in January 2025.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from yunhe.platform.access.principal import system_principal
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.lineage import last_day
from yunhe.platform.metrics.question import Question, Span
from yunhe.platform.metrics.views import trend_chart

pytestmark = pytest.mark.django_db
SYSTEM = system_principal("test")


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 2, 10), date(2026, 2, 1)),  # nothing since
        (date(2026, 2, 1), date(2026, 1, 31)),  # today has sales, but is not over
        (date(2026, 1, 20), date(2026, 1, 19)),  # so it is when others lie ahead
        (date(2025, 1, 15), date(2025, 1, 15)),  # the first day of all: better than nothing
    ],
)
def test_named_periods_end_on_a_complete_day(mart, today, end):
    assert last_day(today) == end


def line_of(name, grain):
    question = Question(
        metrics=(name,), period=Span(date(2026, 1, 30), date(2026, 2, 4)), grain=grain
    )
    result = query(question, principal=SYSTEM)
    (series,) = trend_chart(registry.get_metric(name), result).series
    return list(series.values)


def test_a_line_ends_with_its_data_and_does_not_fall_to_zero(mart):
    """30 January without a sale is a zero; 2 and 3 February are not known yet."""
    days = line_of("t_amount", "day")
    assert [value or 0 for value in days[:3]] == [0, Decimal("45.00"), Decimal("30.30")]
    assert days[3:] == [None, None]
    assert line_of("t_amount", "month") == [Decimal("45.00"), Decimal("30.30")]


def test_a_balance_stands_still_and_its_line_goes_on(mart):
    assert line_of("t_closing", "day")[2:] == [Decimal(11)] * 3


def test_metrics_asked_together_end_each_on_its_own_day(mart):
    question = Question(
        metrics=("t_amount", "t_closing"), period=Span(date(2026, 1, 1), date(2026, 3, 1))
    )
    result = query(question, principal=SYSTEM)
    assert result.ends == {"t_amount": date(2026, 2, 1), "t_closing": None}
    assert result.through == date(2026, 2, 1)
    assert (result.reaches("t_amount", date(2026, 2, 2)), result.reaches("t_closing", None)) == (
        False,
        True,
    )
