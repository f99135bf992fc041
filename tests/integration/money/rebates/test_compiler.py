"""What the policy compiler says about rebate rules, and how a rule reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from yunhe.channel.policies.queries import compile_version
from yunhe.money.rebates.rules.wording import summarise

from .conftest import RULE, TODAY

pytestmark = pytest.mark.django_db
STEPS = [{"from": "50000", "rate": "0.015"}, {"from": "100000", "rate": "0.025"}]


def findings(version):
    found = compile_version(version, today=TODAY)
    return {(f.code, f.where): f.severity.value for f in found if f.code.startswith("rebate.")}


def test_sound_tiers_from_zero_are_silent(draft):
    assert findings(draft()) == {}


def test_tiers_that_overlap_fall_or_leave_a_gap(draft):
    tiers = [*STEPS, {"from": "100000", "rate": "0.03"}, {"from": "200000", "rate": "0.01"}]
    assert findings(draft(RULE | {"tiers": tiers})) == {
        ("rebate.gap", "rules.0.tiers.0"): "note",
        ("rebate.overlap", "rules.0.tiers.2"): "error",
        ("rebate.falling", "rules.0.tiers.3"): "warning",
    }


def test_slices_need_tiers_by_what_is_paid_on(draft):
    assert findings(draft(RULE | {"mode": "marginal", "tier_by": "quantity"})) == {
        ("rebate.mode", "rules.0.tier_by"): "error"
    }


def test_per_unit_needs_quantity(draft):
    assert findings(draft(RULE | {"kind": "per_unit"})) == {("rebate.refused", "rules.0"): "error"}


def test_a_period_without_end(draft):
    assert findings(draft(ends_on=None)) == {("rebate.no_end", "rules.0"): "error"}


def test_no_product_left(draft):
    rule = RULE | {"brands": ["B2"], "exclude_products": ["TEA"]}
    assert findings(draft(rule)) == {("rebate.no_products", "rules.0.products"): "error"}


def test_two_rules_on_the_same_sales(draft):
    other = RULE | {"brands": ["B1"]}
    assert findings(draft(RULE, other)) == {("rebate.paid_twice", "rules.1.products"): "warning"}
    assert findings(draft(RULE, other | {"net_of": ["#earlier"]}, code="P2")) == {}
    assert findings(draft(RULE | {"brands": ["B2"]}, other, code="P3")) == {}


def test_another_policy_on_the_same_sales(programs, draft):
    programs(RULE | {"brands": ["B1"]})
    found = findings(draft(RULE | {"products": ["COLA"]}, code="P2"))
    assert list(found.values()) == ["warning"]
    assert findings(draft(RULE | {"products": ["TEA"]}, code="P3")) == {}


def test_the_cost_of_last_year_and_the_budget(draft, sell):
    sell("D1", "COLA", "1500", on=date(2025, 10, 10))
    sell("D2", "COLA", "500", on=date(2025, 12, 31))
    sell("D2", "COLA", "9000", on=date(2026, 1, 1))
    version = draft(budget=Decimal(30))
    with override("en"):
        found = {f.code: str(f.message) for f in compile_version(version, today=TODAY)}
    # 2 % of 1,500 and 1 % of 500
    assert "it would have cost ¥35.00: 2 of 2 partners" in found["rebate.estimate"]
    assert "exceeds the budget of ¥30.00" in found["rebate.budget"]


def test_a_rule_reads_in_both_languages():
    rule = RULE | {"tiers": STEPS, "cap": "600", "conditions": ["policy_read"]}
    with override("zh-hans"):
        assert summarise(rule).splitlines() == [
            "按进货统计，以金额分档：满 ¥50,000 返 1.5 %，满 ¥100,000 返 2.5 %（全额回溯）。",
            "适用产品：全部产品。",
            "单家封顶 ¥600。",
            "前提条件：已确认阅读本政策。",
            "结算方式：按季度。",
        ]
    with override("en"):
        assert summarise(rule).splitlines()[0] == (
            "On sell-in, tiers by the amount: from ¥50,000: 1.5 %, from ¥100,000: 2.5 %"
            " (the rate reached counts for everything)."
        )
