"""From draft to end, with the conflict report and the approval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.integration.trade.promotions.conftest import NOW, SYSTEM

from yunhe.platform.access.session import scoped
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.capacity.services import available, reserve
from yunhe.platform.errors import NotAllowed
from yunhe.platform.workflow.queries import approval_for
from yunhe.trade.promotions.errors import Conflicting, IllegalMove, RuleRefused
from yunhe.trade.promotions.models import BUDGET
from yunhe.trade.promotions.reporting import conflict_report, finding_in_words
from yunhe.trade.promotions.services import (
    PromotionDraft,
    change_promotion,
    copy_promotion,
    end_promotion,
    pause_promotion,
    publish_promotion,
    resume_promotion,
    set_limits,
    set_price_floors,
    submit_promotion,
)

DRAFT = PromotionDraft(
    name="P", kind="percent", definition={"percent": "5"}, valid_from=date(2026, 11, 1)
)


def found(promotion):
    return [(one.finding.weight, one.finding.code) for one in conflict_report(promotion, now=NOW)]


def test_the_life_of_a_promotion(promotion):
    one = promotion(publish=False)
    with pytest.raises(IllegalMove):
        publish_promotion(one, actor=SYSTEM, now=NOW)
    assert submit_promotion(one, actor=SYSTEM, now=NOW).status == "approved"
    assert publish_promotion(one, actor=SYSTEM, now=NOW).status == "published"
    assert pause_promotion(one, actor=SYSTEM, now=NOW).status == "paused"
    assert resume_promotion(one, actor=SYSTEM, now=NOW).status == "published"
    assert end_promotion(one, actor=SYSTEM, now=NOW).status == "ended"
    assert list(one.steps.values_list("action", flat=True)) == [
        "submit",
        "approve",
        "publish",
        "pause",
        "resume",
        "end",
    ]
    with pytest.raises(IllegalMove):
        resume_promotion(one, actor=SYSTEM, now=NOW)


def test_a_published_rule_stands(promotion):
    one = promotion()
    with pytest.raises(IllegalMove):
        change_promotion(one, draft=DRAFT, actor=SYSTEM)
    again = copy_promotion(one, code="P-2", actor=SYSTEM)
    assert (again.status, again.definition, again.audience.count()) == (
        "draft",
        {"percent": "10"},
        1,
    )
    change_promotion(again, draft=replace(DRAFT, name="Second"), actor=SYSTEM)
    assert again.audience.count() == 1


@pytest.mark.parametrize(
    ("kind", "definition", "field"),
    [
        ("percent", {"percent": "101"}, "percent"),
        ("percent", {}, "percent"),
        ("amount", {"amount": "0"}, "amount"),
        ("buy_get", {"buy": "2.5", "get": 1}, "buy"),
        ("buy_get", {"buy": 2, "get": 1, "unit": "crate"}, "unit"),
        ("threshold", {"steps": []}, "steps"),
        ("threshold", {"steps": [{"floor": 5, "amount": 1, "percent": 1}]}, "steps.1.amount"),
        ("mix", {"size": 3, "reward": "cheapest", "value": 3}, "value"),
        ("bundle", {"parts": [{"sku": 99999, "quantity": 1}], "price": 1}, "definition"),
    ],
)
def test_rules_that_make_no_sense(promotion, kind, definition, field):
    with pytest.raises(RuleRefused) as error:
        promotion(publish=False, kind=kind, definition=definition)
    assert error.value.field == field


def test_the_report(promotion, skus, partners):
    first = promotion(stacking="additive", priority=1)
    assert found(first) == []
    second = promotion(publish=False, stacking="sequential", selector={"skus": [skus["A"]]})
    assert found(second) == [("warning", "double-dip")]
    [told] = conflict_report(second, now=NOW)
    assert finding_in_words(told) == "Stacks with “P1” on A水: both are given."
    alone = promotion(publish=False)
    strong = promotion(priority=9)
    assert found(alone) == [("warning", "never-wins"), ("note", "best-of")]
    end_promotion(strong, actor=SYSTEM, now=NOW)
    assert found(alone) == []
    elsewhere = promotion("R2", publish=False, stacking="additive", levels=["store"])
    assert found(elsewhere) == [("warning", "double-dip")]


def test_errors_forbid(promotion, skus, partners):
    set_price_floors(partners["HQ"], {skus["A"]: Decimal("9.50")}, actor=SYSTEM)
    deep = promotion(publish=False)
    assert found(deep) == [("error", "below-floor")]
    with pytest.raises(Conflicting) as error:
        submit_promotion(deep, actor=SYSTEM, now=NOW)
    assert error.value.rows[0]["message"] == (
        "A水 can fall to ¥9.00 a base unit, below the lowest price ¥9.50."
    )
    steps = [
        {"floor": 100, "amount": 5},
        {"floor": 200, "amount": 4},
        {"floor": 300, "amount": 300},
    ]
    odd = promotion(
        publish=False,
        kind="threshold",
        definition={"steps": steps},
        selector={"skus": [skus["B"]]},
    )
    assert found(odd) == [("error", "pays-out"), ("error", "unreachable-step")]
    dear = promotion(
        publish=False,
        kind="bundle",
        definition={"parts": [{"sku": skus["B"], "quantity": 2}], "price": 40},
    )
    assert found(dear) == [("error", "dear-bundle")]
    nobody = promotion(publish=False, tiers=["observation"], selector={"skus": [skus["C"]]})
    assert found(nobody) == [("error", "nothing-selected")]


def test_budgets_grow_but_never_below_what_is_held(promotion):
    one = promotion(budget=Decimal(100))
    key = str(one.pk)
    reserve(BUDGET, {key: 60}, ref="order:1")
    set_limits(one, budget=Decimal(80), uses=None, valid_to=None, actor=SYSTEM)
    assert available(BUDGET, [key]) == {key: 20}
    with pytest.raises(CapacityExceeded):
        set_limits(one, budget=Decimal(50), uses=None, valid_to=None, actor=SYSTEM)


def test_a_chain_decides(promotion, partners, make_user):
    from yunhe.platform.workflow.services import ChainDraft, decide_approval, save_chain

    director = make_user("director", partners["HQ"])
    steps = ({"key": "a", "name": "Director", "roles": ["director"], "mode": "any"},)
    chain = ChainDraft(kind="promotions.publish", name="C", steps=steps)
    save_chain(partners["HQ"], draft=chain, actor=SYSTEM)
    one = promotion(publish=False, budget=Decimal(100))
    asker = make_user("sales_ops", partners["HQ"])
    with scoped(asker.pk) as actor:
        assert submit_promotion(one, actor=actor, now=NOW).status == "submitted"
    with scoped(director.pk) as actor:
        with pytest.raises(IllegalMove):
            publish_promotion(one, actor=actor, now=NOW)
        asked = approval_for("promotions.publish", one.pk)
        decide_approval(asked, step="a", verdict="approved", actor=actor, now=NOW)
        one.refresh_from_db()
        assert one.status == "approved"


def test_partners_write_nothing(promotion, partners, make_user):
    one = promotion()
    owner = make_user("dealer_owner", partners["D1"])
    with scoped(owner.pk) as actor, pytest.raises(NotAllowed):
        pause_promotion(one, actor=actor, now=NOW)
