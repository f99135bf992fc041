"""A last day is said as people say it: the period that is kept ends the day after."""

from __future__ import annotations

from datetime import date

import pytest

from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import LastDayColumn
from yunhe.platform.ui.forms import LastDayField, StyledForm


class Lasting(StyledForm):
    until = LastDayField(required=False)


def test_the_day_typed_is_the_last_and_the_value_the_day_after():
    form = Lasting({"until": "2026-11-30"})
    assert form.is_valid()
    assert form.cleaned_data["until"] == date(2026, 12, 1)


def test_the_day_after_is_shown_as_the_last_day():
    assert 'value="2026-11-30"' in str(Lasting(initial={"until": date(2026, 12, 1)})["until"])
    assert 'value="2026-11-30"' in str(Lasting({"until": "2026-11-30"})["until"])
    column = LastDayColumn("Last day", source="until")
    column.name = "until"
    assert column.show({"until": date(2026, 12, 1)}) == "2026-11-30"
    assert formatting.last_day(date(2026, 3, 1)) == "2026-02-28"


@pytest.mark.parametrize("nothing", ["", None])
def test_without_a_day_there_is_no_end(nothing):
    form = Lasting({"until": nothing})
    assert form.is_valid()
    assert form.cleaned_data["until"] is None
    assert formatting.last_day(None) == formatting.day(None)


def test_the_end_of_the_calendar_is_no_last_day():
    assert not Lasting({"until": "9999-12-31"}).is_valid()
