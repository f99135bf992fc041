"""Credibility by hand, candidates for a difference, and the laws of both."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from yunhe.goods.reports.compute import (
    Candidate,
    SentReport,
    compute_candidates,
    compute_credibility,
    compute_expected,
    compute_months,
)

D = Decimal
TODAY = date(2026, 11, 22)
DAYS = st.integers(0, 300).map(lambda days: TODAY - timedelta(days=days))


def report(on, sent_on, counted, moved, unexplained):
    return SentReport(on, sent_on, counted, 10, D(moved), D(unexplained))


def test_the_worked_table_of_the_docs():
    reports = [
        report(date(2026, 8, 31), date(2026, 9, 1), 8, 0, 0),
        report(date(2026, 9, 30), date(2026, 10, 2), 10, 1000, 30),
        report(date(2026, 10, 31), date(2026, 11, 9), 9, 1500, 70),
    ]
    found = compute_credibility(reports, today=TODAY, since=date(2026, 8, 1))
    assert (found.completeness, found.timeliness) == (D("90.00"), D("66.67"))
    assert (found.balance, found.regularity) == (D("96.00"), D("98.36"))
    assert found.score == D("88.69")


def test_without_reports_there_is_no_score():
    assert compute_credibility([], today=TODAY) is None
    old = report(date(2026, 1, 31), date(2026, 1, 31), 10, 0, 0)
    assert compute_credibility([old], today=TODAY) is None


def test_months_are_half_open_and_full():
    assert compute_months(TODAY, 2) == [
        (date(2026, 9, 1), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 11, 1)),
    ]
    assert compute_months(date(2026, 1, 15), 1) == [(date(2025, 12, 1), date(2026, 1, 1))]


def test_conservation():
    assert compute_expected(D(100), D(40), D(55), D(5)) == 80


def test_the_document_nearest_in_size_explains_first():
    day = date(2026, 10, 20)
    documents = [
        Candidate("GR-1", "in", day, D(-50)),
        Candidate("POS-1", "out", day, D(12)),
        Candidate("GR-2", "in", day, D(-11)),
        Candidate("GR-3", "in", day, D(-14)),
        Candidate("GR-4", "in", day, D(-3)),
    ]
    assert [d.ref for d in compute_candidates(D(-12), documents)] == ["GR-2", "GR-3", "GR-4"]
    assert [d.ref for d in compute_candidates(D(9), documents)] == ["POS-1"]
    assert compute_candidates(D(0), documents) == []


@st.composite
def sent(draw):
    on = draw(DAYS)
    moved = draw(st.integers(0, 1000))
    return SentReport(
        on=on,
        sent_on=on + timedelta(days=draw(st.integers(0, 20))),
        counted=draw(st.integers(0, 20)),
        on_books=draw(st.integers(0, 20)),
        moved=D(moved),
        unexplained=D(draw(st.integers(0, 2000))),
    )


@given(st.lists(sent(), max_size=8))
def test_every_part_lies_between_nothing_and_a_hundred(reports):
    found = compute_credibility(reports, today=TODAY)
    if found is None:
        return
    parts = (found.completeness, found.timeliness, found.balance, found.regularity, found.score)
    assert all(0 <= part <= 100 for part in parts)
    assert found == compute_credibility(list(reversed(reports)), today=TODAY)


@given(st.lists(sent(), min_size=1, max_size=6), st.integers(1, 500))
def test_a_larger_difference_never_raises_the_score(reports, more):
    before = compute_credibility(reports, today=TODAY)
    first = reports[0]
    worse = SentReport(
        first.on,
        first.sent_on,
        first.counted,
        first.on_books,
        first.moved,
        first.unexplained + more,
    )
    after = compute_credibility([worse, *reports[1:]], today=TODAY)
    assert (before is None) == (after is None)
    assert before is None or after.score <= before.score
