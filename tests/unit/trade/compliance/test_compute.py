"""Which rule refuses which product, by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yunhe.trade.compliance.compute import Finding, Reason, Verdict, compute_verdicts

DAY = date(2026, 11, 22)


def finding(*, sku=1, rule="A", demand="licence", filed=True, until=None, rule_id=7):
    return Finding(sku, rule_id, rule, demand, filed, until)


def verdicts(*findings):
    return compute_verdicts(findings, DAY)


def test_a_licence_without_end_lets_buy():
    assert verdicts(finding()) == {}


def test_the_last_day_of_a_licence_still_counts():
    assert verdicts(finding(until=DAY)) == {}
    yesterday = DAY - timedelta(days=1)
    assert verdicts(finding(until=yesterday)) == {1: Verdict(1, 7, Reason.EXPIRED, yesterday)}


def test_what_is_not_filed_is_missing():
    assert verdicts(finding(filed=False)) == {1: Verdict(1, 7, Reason.MISSING)}
    found = verdicts(finding(demand="registration", filed=False))
    assert found == {1: Verdict(1, 7, Reason.UNREGISTERED)}


def test_a_registration_that_ran_out_is_told_apart_from_a_licence():
    late = date(2026, 1, 31)
    found = verdicts(finding(demand="registration", until=late))
    assert found == {1: Verdict(1, 7, Reason.REGISTRATION_EXPIRED, late)}


def test_a_ban_refuses_whatever_is_filed():
    assert verdicts(finding(demand="ban", filed=False)) == {1: Verdict(1, 7, Reason.BANNED)}


def test_of_two_rules_the_first_by_code_speaks_and_others_are_still_checked():
    found = verdicts(
        finding(rule="B", rule_id=2, filed=False),
        finding(rule="A", rule_id=1),
        finding(sku=9, rule="B", rule_id=2),
    )
    assert found == {1: Verdict(1, 2, Reason.MISSING)}


FINDINGS = st.lists(
    st.builds(
        Finding,
        st.integers(1, 4),
        st.integers(1, 4),
        st.sampled_from("ABCD"),
        st.sampled_from(["licence", "registration", "ban"]),
        st.booleans(),
        st.none() | st.dates(DAY - timedelta(days=9), DAY + timedelta(days=9)),
    )
)


@given(FINDINGS, st.randoms())
def test_the_order_of_findings_does_not_decide_who_is_refused(findings, random):
    shuffled = list(findings)
    random.shuffle(shuffled)
    assert set(compute_verdicts(shuffled, DAY)) == set(compute_verdicts(findings, DAY))


@given(FINDINGS)
def test_another_rule_never_lets_a_refused_product_through(findings):
    before = set(compute_verdicts(findings, DAY))
    more = [*findings, finding(sku=1, rule="Z", filed=True)]
    assert before <= set(compute_verdicts(more, DAY))
