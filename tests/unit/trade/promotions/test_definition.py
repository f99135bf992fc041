"""Whatever a client sends as a rule is read or refused by name, never a fault of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.trade.promotions.choices import Kind
from yunhe.trade.promotions.definition import check_definition, rule_of
from yunhe.trade.promotions.errors import RuleRefused

NAMES = (
    *("percent", "amount", "per_unit", "unit", "measure", "steps", "repeat", "floor", "buy", "get"),
    *("together", "gift", "gift_unit", "gift_value", "limit", "parts", "price", "size", "reward"),
    *("value", "gifts", "pick", "sku", "quantity", "zzz"),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.integers(0, 20),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["case", "spend", "quantity", "cheapest", "price", "10", "0.5", "１２", "1E9"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)
definitions = st.dictionaries(st.sampled_from(NAMES), values, max_size=8)
VALID = {
    Kind.PERCENT: {"percent": "10"},
    Kind.AMOUNT: {"amount": 5, "per_unit": True, "unit": "case"},
    Kind.THRESHOLD: {"measure": "spend", "steps": [{"floor": "100", "amount": "5"}]},
    Kind.BUY_GET: {"buy": 10, "get": 1, "gift": 7},
    Kind.BUNDLE: {"parts": [{"sku": 1, "quantity": "2"}], "price": "9"},
    Kind.MIX: {"size": 3, "reward": "cheapest", "value": 1},
    Kind.GIFT: {"floor": "10", "gifts": [{"sku": 1, "quantity": 1}], "pick": 1},
}


def read_or_refuse(kind, definition):
    """Only RuleRefused may come out, and it names a field."""
    refusals = []
    try:
        check_definition(kind, definition)
    except RuleRefused as refused:
        refusals.append(refused)
    assert all(one.field and str(one) for one in refusals)


@given(st.sampled_from(list(Kind)), definitions)
def test_no_definition_is_a_fault_of_ours(kind, definition):
    read_or_refuse(kind, definition)


@given(st.sampled_from(list(Kind)), st.sampled_from(NAMES), values)
def test_nor_is_a_valid_one_with_one_value_spoilt(kind, name, value):
    read_or_refuse(kind, VALID[kind] | {name: value})


@given(st.sampled_from([Kind.THRESHOLD, Kind.BUNDLE, Kind.GIFT]), st.sampled_from(NAMES), values)
def test_nor_is_a_spoilt_item(kind, name, value):
    listed = {Kind.THRESHOLD: "steps", Kind.BUNDLE: "parts", Kind.GIFT: "gifts"}[kind]
    [item] = VALID[kind][listed]
    read_or_refuse(kind, VALID[kind] | {listed: [item | {name: value}]})


@pytest.mark.parametrize("kind", list(Kind))
def test_valid_ones_are_read_alike_when_written_and_when_used(kind):
    assert check_definition(kind, VALID[kind]) == rule_of(kind, VALID[kind])


def test_a_stored_rule_with_an_unknown_name_still_counts():
    odd = VALID[Kind.PERCENT] | {"zzz": 1}
    assert rule_of(Kind.PERCENT, odd) == rule_of(Kind.PERCENT, VALID[Kind.PERCENT])
    with pytest.raises(RuleRefused) as refused:
        check_definition(Kind.PERCENT, odd)
    assert refused.value.field == "zzz"
