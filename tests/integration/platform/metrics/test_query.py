"""The engine on two facts of different grain; every expected value is worked out by hand.

The rows are in conftest.py. January 2026: sales 20.10 + 5.00 + 40.00 = 65.10 for 7 units.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.engine.query import fact_rows, query
from yunhe.platform.metrics.errors import QuestionError, UnknownName
from yunhe.platform.metrics.models import Target
from yunhe.platform.metrics.question import Filter, Question, Span
from yunhe.platform.metrics.targets import NewTarget, set_targets

pytestmark = pytest.mark.django_db

D = Decimal

SYSTEM = system_principal("test")
JANUARY = Span(date(2026, 1, 1), date(2026, 2, 1))
WINTER = Span(date(2026, 1, 1), date(2026, 3, 1))


def ask(*metrics: str, period: Span = JANUARY, principal=SYSTEM, **rest):
    return query(Question(metrics=metrics, period=period, **rest), principal=principal)


def table(result, *metrics: str) -> dict:
    """Row keys → the metrics' values."""
    return {
        (*([row.period] if row.period else []), *row.keys.values()): tuple(
            row.values[m] for m in metrics
        )
        for row in result.rows
    }


def test_one_number(mart):
    result = ask("t_amount")
    assert [row.values for row in result.rows] == [{"t_amount": D("65.10")}]
    assert result.total.values == {"t_amount": D("65.10")}
    assert result.through == date(2026, 2, 1)


def test_periods_are_half_open(mart):
    assert ask("t_amount", period=Span(date(2026, 1, 31), date(2026, 2, 1))).total.values[
        "t_amount"
    ] == D("45.00")
    assert ask("t_amount", period=Span(date(2026, 2, 1), date(2026, 2, 2))).total.values[
        "t_amount"
    ] == D("30.30")


def test_facts_of_different_grain_do_not_fan_out(mart):
    """S1 has 2 sales and 3 movements in January: a row-to-row join would give 6 of each."""
    result = ask("t_amount", "t_closing", dimensions=("t_dealer",))
    assert table(result, "t_amount", "t_closing") == {
        (mart.D1,): (D("25.10"), D(12)),
        (mart.D2,): (D("40.00"), D(2)),
    }
    assert result.total.values == {"t_amount": D("65.10"), "t_closing": D(14)}


def test_distinct_counts_are_not_summed(mart):
    """S1 sells A and B: one store carries each, and one store carries both."""
    result = ask("t_stores", "t_lines", dimensions=("t_item",))
    assert table(result, "t_stores", "t_lines") == {("A",): (D(2), D(2)), ("B",): (D(1), D(1))}
    assert result.total.values == {"t_stores": D(2), "t_lines": D(3)}
    monthly = ask("t_stores", period=WINTER, grain="month")
    assert table(monthly, "t_stores") == {
        (date(2026, 1, 1),): (D(2),),
        (date(2026, 2, 1),): (D(1),),
    }
    assert monthly.total.values == {"t_stores": D(2)}


def test_ratios_are_taken_after_aggregation(mart):
    result = ask("t_price", dimensions=("t_region",))
    assert table(result, "t_price") == {
        (mart.R1,): (D("25.10") / 3,),
        (mart.R2,): (D("40.00") / 4,),
    }
    assert result.total.values["t_price"] == D("65.10") / 7


def test_a_ratio_over_nothing_is_no_number(mart):
    assert ask("t_price", period=Span(date(2026, 5, 1), date(2026, 6, 1))).total.values == {
        "t_price": None
    }


def test_balances_stand_at_the_end_of_each_month(mart):
    """December's 10 is carried; a month without movements of a store still has its balance."""
    result = ask("t_closing", "t_opening", period=WINTER, grain="month", dimensions=("t_dealer",))
    assert table(result, "t_closing", "t_opening") == {
        (date(2026, 1, 1), mart.D1): (D(12), D(10)),
        (date(2026, 2, 1), mart.D1): (D(9), D(12)),
        (date(2026, 1, 1), mart.D2): (D(2), D(0)),
        (date(2026, 2, 1), mart.D2): (D(2), D(2)),
    }
    assert result.total.values == {"t_closing": D(11), "t_opening": D(10)}
    part = ask("t_closing", period=Span(date(2026, 1, 3), date(2026, 1, 31)))
    assert part.total.values == {"t_closing": D(10 - 2 + 5 + 6)}


def test_days_in_a_formula_are_those_of_the_row(mart):
    result = ask("t_cover", period=WINTER, grain="month")
    assert table(result, "t_cover") == {
        (date(2026, 1, 1),): (D(14 * 31) / 7,),
        (date(2026, 2, 1),): (D(11 * 28) / 3,),
    }
    assert result.total.values["t_cover"] == D(11 * 59) / 10


def test_a_whole_denominator_is_not_split(mart):
    result = ask("t_distribution", dimensions=("t_item",))
    assert table(result, "t_distribution") == {("A",): (D(1),), ("B",): (D("0.5"),)}
    by_region = ask("t_distribution", dimensions=("t_region", "t_item"))
    assert table(by_region, "t_distribution")[(mart.R2, "A")] == (D(1),)


def test_a_dimension_with_history_follows_the_day(mart):
    """B belonged to brand y until 15 January, to z after; its sale is of the 31st."""
    assert table(ask("t_amount", dimensions=("t_brand",)), "t_amount") == {
        ("x",): (D("60.10"),),
        ("z",): (D("5.00"),),
    }
    moves = ask("t_closing", dimensions=("t_brand",))
    assert table(moves, "t_closing") == {
        ("x",): (D(10),),
        ("z",): (D(4),),
    }  # a balance: by the last day


def test_filters(mart):
    only = ask("t_amount", where=(Filter("t_dealer", (mart.D1,)), Filter("t_item", ("A",))))
    assert only.total.values["t_amount"] == D("20.10")
    rest = ask("t_amount", where=(Filter("t_item", ("A",), exclude=True),))
    assert rest.total.values["t_amount"] == D("5.00")
    assert ask("t_amount", where=(Filter("t_brand", ("z",)),)).total.values["t_amount"] == D("5.00")


def test_weeks_start_on_monday(mart):
    """2026-01-05 and 2026-01-26 are Mondays."""
    result = ask("t_amount", grain="week")
    assert table(result, "t_amount") == {
        (date(2026, 1, 5),): (D("20.10"),),
        (date(2026, 1, 26),): (D("45.00"),),
    }


def test_comparison_with_last_year(mart):
    result = ask("t_amount", compare="last_year", dimensions=("t_dealer",))
    first = next(row for row in result.rows if row.keys["t_dealer"] == mart.D1)
    assert (first.previous["t_amount"], first.difference("t_amount")) == (D("9.00"), D("16.10"))
    assert first.change("t_amount") == D("16.10") / 9
    second = next(row for row in result.rows if row.keys["t_dealer"] == mart.D2)
    assert second.change("t_amount") is None
    assert result.compared_with == Span(date(2025, 1, 1), date(2025, 2, 1))


def test_comparison_keeps_what_has_vanished(mart):
    """D2 sold in January and nothing in February."""
    result = ask(
        "t_amount",
        period=Span(date(2026, 2, 1), date(2026, 3, 1)),
        compare="previous_period",
        dimensions=("t_dealer",),
    )
    gone = next(row for row in result.rows if row.keys["t_dealer"] == mart.D2)
    assert (gone.values["t_amount"], gone.previous["t_amount"], gone.change("t_amount")) == (
        D(0),
        D("40.00"),
        D(-1),
    )


def test_comparison_by_month_lines_the_months_up(mart):
    result = ask("t_amount", period=WINTER, grain="month", compare="last_year")
    assert [
        (row.period, row.values["t_amount"], row.previous["t_amount"]) for row in result.rows
    ] == [
        (date(2026, 1, 1), D("65.10"), D("9.00")),
        (date(2026, 2, 1), D("30.30"), D(0)),
    ]


def test_growth_is_a_metric_of_its_own(mart):
    assert ask("t_growth").total.values["t_growth"] == D("65.10") / 9 - 1


@pytest.mark.parametrize(
    ("field", "rest"),
    [
        ("period", {"period": Span(date(1, 1, 1), date(9999, 12, 31)), "compare": "last_year"}),
        ("period", {"period": Span(date(1, 1, 1), date(1, 1, 2)), "compare": "previous_period"}),
        ("order", {"order": "nope"}),
        ("order", {"order": "--t_amount"}),
    ],
)
def test_a_question_beyond_the_calendar_or_by_an_unknown_order_is_refused(mart, field, rest):
    with pytest.raises(QuestionError) as refused:
        ask("t_amount", **rest)
    assert refused.value.field == field


def test_order_and_limit_keep_the_total(mart):
    result = ask("t_amount", dimensions=("t_dealer",), order="t_amount", limit=1)
    assert [row.keys["t_dealer"] for row in result.rows] == [mart.D1]
    assert result.total.values["t_amount"] == D("65.10")


def test_texts_follow_the_language(mart):
    with translation.override("zh-hans"):
        assert [
            row.texts["t_region"] for row in ask("t_amount", dimensions=("t_region",)).rows
        ] == ["华南区", "华东区"]
    with translation.override("en"):
        assert [
            row.texts["t_region"] for row in ask("t_amount", dimensions=("t_region",)).rows
        ] == ["R2 EN", "R1 EN"]


def test_unknown_names_are_answered_with_near_ones(mart):
    with translation.override("en"):
        with pytest.raises(UnknownName, match=r"Did you mean t_amount"):
            ask("t_amonut")
        with pytest.raises(UnknownName, match=r"no dimension .*Did you mean t_region"):
            ask("t_amount", dimensions=("t_regoin",))
        with pytest.raises(
            QuestionError,
            match=r"“t_all_stores” cannot be split by “Item”; it can by: Dealer, Region",
        ):
            ask("t_all_stores", dimensions=("t_item",))
        with pytest.raises(QuestionError, match="end after it starts"):
            Span(date(2026, 2, 1), date(2026, 2, 1))
        with pytest.raises(QuestionError, match="at least one metric"):
            ask()


def test_every_metric_shows_a_dealer_its_own_subtree_only(mart, make_user, tree):
    """Each metric, split by dealer and whole: the foreign dealer's rows exist and are not seen."""
    mine, other = tree["D1"], tree["D2"]
    user = make_user("dealer_owner", mine)
    everything = [name for name in registry.metrics() if name.startswith("t_")]
    with scoped(user.pk) as principal:
        for name in everything:
            seen = ask(name, period=WINTER, dimensions=("t_dealer",), principal=principal)
            assert {row.keys["t_dealer"] for row in seen.rows} == {mine.pk}, name
            own = ask(name, period=WINTER, where=(Filter("t_dealer", (mine.pk,)),))
            assert ask(name, period=WINTER, principal=principal).total.values == own.total.values, (
                name
            )
            foreign = ask(
                name, period=WINTER, where=(Filter("t_dealer", (other.pk,)),), principal=principal
            )
            if name not in ("t_distribution",):
                assert foreign.total.values[name] in (None, D(0)), name
    assert any(
        row.keys["t_dealer"] == other.pk for row in ask("t_amount", dimensions=("t_dealer",)).rows
    )


def test_nobody_asks_without_a_role(mart):
    with scoped(None) as principal, pytest.raises(NotAllowed):
        ask("t_amount", principal=principal)


def test_rows_behind_a_number(mart, make_user, tree):
    amount = registry.get_metric("t_amount")
    (leaf,) = amount.leaves
    rows = fact_rows(leaf.measure, metric=amount, period=JANUARY, principal=SYSTEM)
    assert [(row["id"], row["amount"]) for row in rows] == [
        (3, D("40.00")),
        (2, D("5.00")),
        (1, D("20.10")),
    ]
    user = make_user("store", tree["S1"])
    with scoped(user.pk) as principal:
        own = fact_rows(leaf.measure, metric=amount, period=JANUARY, principal=principal, limit=1)
    assert [row["id"] for row in own] == [2]


def test_targets_are_never_added_to_those_above(mart, tree):
    month = date(2026, 1, 1)
    set_targets(
        [
            NewTarget("t_amount", mart.R1, month, D(50)),
            NewTarget("t_amount", mart.D1, month, D(30)),
            NewTarget("t_amount", mart.D2, month, D(80)),
        ],
        actor=SYSTEM,
    )
    regions = ask("t_amount", dimensions=("t_region",), targets=True)
    assert {row.keys["t_region"]: row.targets["t_amount"] for row in regions.rows} == {
        mart.R1: D(50),
        mart.R2: D(80),
    }
    assert (regions.total.targets["t_amount"], regions.total.achievement("t_amount")) == (
        D(130),
        D("65.10") / 130,
    )
    dealers = ask("t_amount", dimensions=("t_dealer",), targets=True)
    assert {row.keys["t_dealer"]: row.achievement("t_amount") for row in dealers.rows} == {
        mart.D1: D("25.10") / 30,
        mart.D2: D("0.5"),
    }
    set_targets([NewTarget("t_amount", mart.D2, month, D(40))], actor=SYSTEM)
    assert Target.objects.get(node_id=mart.D2).value == 40


def test_a_period_inside_months_counts_the_days_of_their_targets(mart):
    """15 January to 14 February: 17 of 31 days of one target, 14 of 28 of the next."""
    months = [(date(2026, 1, 1), D(310)), (date(2026, 2, 1), D(280))]
    set_targets([NewTarget("t_amount", mart.D1, *month) for month in months], actor=SYSTEM)
    inside = Span(date(2026, 1, 15), date(2026, 2, 15))
    row = ask("t_amount", period=inside, dimensions=("t_dealer",), targets=True).total
    assert row.targets["t_amount"] == D(170) + D(140)
    begun = Span(date(2026, 1, 1), date(2026, 2, 15))
    total = ask("t_amount", period=begun, targets=True).total
    assert total.targets["t_amount"] == D(310) + D(280)
