"""Programs from policies; accruals equal to the kernel on the raw facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from yunhe.channel.policies.services import add_rule
from yunhe.money.rebates.compute.program import Settlement, SettlementKind
from yunhe.money.rebates.compute.settling import compute_settlement
from yunhe.money.rebates.errors import SettlementRefused
from yunhe.money.rebates.models import Accrual, AccrualEntry, Program
from yunhe.money.rebates.queries.computing import kernel_of, participants_of
from yunhe.money.rebates.queries.facts import counted_by, facts_by_partner, takers_of
from yunhe.money.rebates.services import (
    compute_accruals,
    create_programs,
    end_programs,
    record_condition,
)

from .conftest import NOW, RULE, SYSTEM, TODAY, publish

pytestmark = pytest.mark.django_db


def earned(program=None):
    rows = Accrual.objects.select_related("node", "program")
    if program:
        rows = rows.filter(program=program)
    return {row.node.code: row.earned for row in rows}


def test_a_published_rule_becomes_one_program_for_its_recipients(programs):
    (program,) = programs()
    again = create_programs(program.version, now=NOW)
    assert [each.pk for each in again] == [program.pk]
    assert program.code == "P1#1@20261001"
    assert [each.node.code for each in participants_of(program)] == ["D1", "D2"]
    assert (program.starts_on, program.ends_on) == (date(2026, 10, 1), date(2027, 1, 1))


def test_accruals_follow_facts_and_returns(programs, sell):
    programs()
    sell("D1", "COLA", "800")
    sell("D1", "TEA", "400")
    sell("D1", "TEA", "-100", on=date(2026, 11, 1))
    sell("D2", "COLA", "500")
    sell("D1", "COLA", "9999", on=date(2026, 9, 30))
    assert compute_accruals(now=NOW) == 2
    # D1: 1,100 reaches 2 %; D2: 500 at 1 %
    assert earned() == {"D1": Decimal(22), "D2": Decimal(5)}
    accrual = Accrual.objects.get(node__code="D2")
    assert (accrual.tier, accrual.next_start, accrual.to_next) == (1, 1000, 500)
    assert Accrual.objects.get(node__code="D1").to_next is None
    assert compute_accruals(now=NOW) == 0
    assert AccrualEntry.objects.count() == 2


def test_the_history_sums_to_what_is_earned(programs, sell):
    (program,) = programs()
    sell("D1", "COLA", "800")
    compute_accruals(now=NOW, on=date(2026, 10, 31))
    sell("D1", "COLA", "400", on=date(2026, 11, 5))
    compute_accruals([program], now=NOW)
    entries = AccrualEntry.objects.filter(node__code="D1").order_by("id")
    assert [(e.on, e.amount) for e in entries] == [
        (date(2026, 10, 31), Decimal(8)),
        (TODAY, Decimal(16)),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        RULE,
        RULE | {"mode": "marginal", "cap": "9"},
        RULE | {"flow": "sell_out", "brands": ["B1"], "exclude_products": ["WATER"]},
        RULE | {"flow": "sell_through", "pay_on": "quantity", "kind": "per_unit"},
        RULE
        | {
            "tier_by": "sell_through_rate",
            "tiers": [{"from": "0.1", "rate": "0.01"}, {"from": "0.5", "rate": "0.03"}],
        },
        RULE | {"conditions": ["policy_read"]},
        RULE | {"pay_on": "increase_amount", "tier_by": "growth_ratio"},
    ],
)
def test_stored_accruals_equal_the_kernel_on_the_facts(rule, programs, sell):
    sell("D1", "COLA", "333.33", on=date(2025, 10, 7))
    (program,) = programs(rule)
    for node, amount in (("D1", "812.35"), ("D2", "1400.10"), ("S1", "77.07"), ("S2", "5")):
        for flow in ("sell_in", "sell_through", "sell_out", "opening"):
            sell(node, "COLA", amount, flow=flow)
            sell(node, "WATER", "91.4", flow=flow, on=date(2026, 12, 3))
            sell(node, "TEA", "-12.5", flow=flow)
    compute_accruals(now=NOW)
    taking = participants_of(program)
    codes = {each.node_id: each.node.code for each in taking}
    facts = [
        fact
        for _, _, fact in facts_by_partner(counted_by(program), takers_of(program), codes=codes)
    ]
    expected = compute_settlement(
        [kernel_of(program, taking)],
        facts,
        Settlement(TODAY, SettlementKind.INTERIM),
        partners=codes.values(),
    )
    stored = {row.node.code: row.line for row in Accrual.objects.select_related("node")}
    assert stored == {line.partner: line.as_json() for line in expected}
    assert any(line.trace.counted for line in expected)


def test_sell_out_counts_the_subtree_and_sell_through_the_own_deliveries(programs, sell):
    out, through = programs(RULE | {"flow": "sell_out"}, RULE | {"flow": "sell_through"})
    sell("S1", "COLA", "300", flow="sell_out")
    sell("D1", "COLA", "200", flow="sell_out")
    sell("S1", "COLA", "300", flow="sell_through")
    sell("D1", "COLA", "200", flow="sell_through")
    compute_accruals(now=NOW)
    assert earned(out)["D1"] == Decimal(5)
    assert earned(through)["D1"] == Decimal(2)


def test_a_program_net_of_another_is_computed_after_it(programs, sell):
    programs(RULE, RULE | {"net_of": ["#earlier"], "tiers": [{"from": "0", "rate": "0.1"}]})
    sell("D1", "COLA", "800")
    compute_accruals(now=NOW)
    by_rule = {
        row.program.rule_index: row.earned
        for row in Accrual.objects.filter(node__code="D1").select_related("program")
    }
    assert by_rule == {0: Decimal(8), 1: Decimal("79.2")}  # 10 % of 800 − 8


def test_a_recorded_condition_opens_the_rebate(programs, sell):
    (program,) = programs(RULE | {"conditions": ["display"]})
    sell("D1", "COLA", "800")
    compute_accruals(now=NOW)
    assert earned()["D1"] == 0
    node = Accrual.objects.get(node__code="D1").node_id
    record_condition(program, node_id=node, name="display", met=True, actor=SYSTEM)
    compute_accruals(now=NOW)
    assert earned() == {"D1": Decimal(8), "D2": Decimal(0)}
    with pytest.raises(SettlementRefused):
        record_condition(program, node_id=node, name="other", met=True, actor=SYSTEM)


def test_a_new_version_of_the_same_start_replaces_the_program(programs, again, sell):
    (old,) = programs()
    sell("D1", "COLA", "800")
    compute_accruals(now=NOW)
    (new,) = again(old.version, RULE | {"tiers": [{"from": "0", "rate": "0.05"}]})
    old.refresh_from_db()
    assert (old.state, new.code) == ("replaced", old.code)
    compute_accruals(now=NOW)
    assert earned() == {"D1": Decimal(40), "D2": Decimal(0)}
    assert sum(e.amount for e in AccrualEntry.objects.all()) == Decimal(40)


def test_a_later_version_ends_the_program_where_it_begins(programs, again):
    (old,) = programs()
    (new,) = again(old.version, RULE, period=(date(2026, 12, 1), date(2027, 1, 1)))
    old.refresh_from_db()
    assert (old.state, old.ends_on) == ("active", date(2026, 12, 1))
    assert old.definition["valid"] == ["2026-10-01", "2026-12-01"]
    assert new.starts_on == date(2026, 12, 1)


def test_withdrawing_keeps_what_was_earned(programs, sell):
    (program,) = programs()
    sell("D1", "COLA", "800")
    sell("D1", "COLA", "800", on=TODAY)
    end_programs(program.version, now=NOW)
    compute_accruals(now=NOW)
    assert earned()["D1"] == Decimal(8)


def test_accruing_takes_a_fixed_number_of_statements(programs, sell, django_assert_num_queries):
    programs()
    sell("D1", "COLA", "800")
    sell("S1", "COLA", "800", flow="sell_out")
    with django_assert_num_queries(12):
        compute_accruals(now=NOW)


def test_growth_is_measured_against_the_frozen_year_before(sell, draft):
    sell("D1", "COLA", "1000", on=date(2025, 10, 7))
    version = draft(
        RULE
        | {
            "pay_on": "increase_amount",
            "tier_by": "growth_ratio",
            "tiers": [{"from": "0.1", "rate": "0.1"}],
        }
    )
    publish(version)
    sell("D1", "COLA", "1200")
    compute_accruals(now=NOW)
    # growth 20 %: a tenth of the increase of 200
    assert earned()["D1"] == Decimal(20)


def test_unknown_words_in_a_rule_are_refused(draft):
    from yunhe.channel.policies.errors import RuleRefused

    with pytest.raises(RuleRefused):
        add_rule(draft(), kind="rebate", definition=RULE | {"mode": "by mood"}, actor=SYSTEM)
    assert Program.objects.count() == 0
