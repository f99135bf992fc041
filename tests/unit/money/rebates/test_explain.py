"""Traces in sentences: complete in both languages, right for a worked line."""

from __future__ import annotations

from string import Formatter
from typing import Any

from hypothesis import given, settings
from tests.unit.money.rebates.reading import computed
from tests.unit.money.rebates.strategies import cases

from yunhe.money.rebates.compute.explain import OUTCOMES, PAYMENTS, SENTENCES, WORDS, explain
from yunhe.money.rebates.compute.facts import Ignored
from yunhe.money.rebates.compute.program import Flow, TierBy
from yunhe.money.rebates.compute.trace import Outcome, Payment


def test_both_languages_name_the_same_values() -> None:
    for english, chinese in (*SENTENCES.values(), *OUTCOMES.values(), *PAYMENTS.values()):
        assert fields(english) == fields(chinese)


def test_every_word_has_a_sentence() -> None:
    assert set(WORDS) == {*Flow, *Ignored, *TierBy}
    assert set(OUTCOMES) == set(Outcome) - {Outcome.EARNED}
    assert set(PAYMENTS) == set(Payment) - {Payment.NOTHING, Payment.PAID}


@settings(max_examples=40, deadline=None)
@given(cases())
def test_every_line_can_be_explained(case: dict[str, Any]) -> None:
    for line in computed(case):
        assert len(explain(line, "zh-hans")) == len(explain(line, "en")) >= 3


def test_a_worked_line() -> None:
    case = {
        "programs": [
            {
                "id": "R1",
                "currency": "CNY",
                "valid": ["2026-01-01", "2027-01-01"],
                "pay_on": "amount",
                "mode": "retrospective",
                "tiers": [{"from": "5000", "rate": "0.02"}],
            }
        ],
        "facts": [
            {"partner": "A", "product": "P1", "on": "2026-02-01", "amount": "7000"},
            {"partner": "A", "product": "P1", "on": "2027-02-01", "amount": "9"},
        ],
        "settlements": [{"cutoff": "2026-12-31", "kind": "final"}],
    }
    (line,) = computed(case)

    assert explain(line) == [
        "1 facts count (sell-in): amount 7,000, quantity 0.",
        "1 facts do not count (after the program): amount 9, quantity 0.",
        "The base is 7,000.",
        "That reaches tier 1, from 5,000, at 0.02.",
        "Tier 1: 7,000 at 0.02 gives 140.",
        "140 is rounded half up once: earned 140.00 CNY.",
        "Less 0.00 paid before: due 140.00 CNY.",
    ]
    shares = explain(line, percent=True)
    assert shares[3:5] == [
        "That reaches tier 1, from 5,000, at 2 %.",
        "Tier 1: 7,000 at 2 % gives 140.",
    ]
    assert explain(line, "zh-hans")[-1] == "减去此前已付 0.00：本期应付 140.00 CNY。"


def test_a_ratio_is_said_in_percent() -> None:
    """Opening 100 and received 300 are 400; 334 sold are 83.5 %."""
    case = {
        "programs": [
            {
                "id": "R1",
                "currency": "CNY",
                "valid": ["2026-01-01", "2027-01-01"],
                "pay_on": "amount",
                "tier_by": "sell_through_rate",
                "mode": "retrospective",
                "tiers": [{"from": "0.8", "rate": "0.025"}],
            }
        ],
        "facts": [
            {
                "partner": "A",
                "product": "P",
                "on": "2026-01-01",
                "quantity": "100",
                "flow": "opening",
            },
            {
                "partner": "A",
                "product": "P",
                "on": "2026-01-15",
                "quantity": "300",
                "amount": "9000",
            },
            {
                "partner": "A",
                "product": "P",
                "on": "2026-02-15",
                "quantity": "334",
                "flow": "sell_out",
            },
        ],
        "settlements": [{"cutoff": "2026-12-31", "kind": "final"}],
    }
    (line,) = computed(case)
    steps = explain(line, percent=True)
    assert "The sell-through rate is 83.5 %." in steps
    assert "That reaches tier 1, from 80 %, at 2.5 %." in steps


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}
