"""Prices pasted or filed: every row that is not understood is named by its own number, none is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from yunhe.platform.errors import DomainError
from yunhe.trade.pricing.filing import entries_from_text, set_prices_from_file
from yunhe.trade.pricing.forms import PricesForm

pytestmark = pytest.mark.django_db


def refused(text):
    with pytest.raises(DomainError) as found:
        entries_from_text(text)
    return [row["row"] for row in found.value.rows]


def test_full_width_is_read_as_half_width(skus):
    [first, second] = entries_from_text("Ａ　bottle　１　９．５\n\nB\tbottle\t\t2，000")
    assert (first.sku_id, first.min_quantity, first.price) == (skus["A"], 1, Decimal("9.5"))
    assert (second.sku_id, second.min_quantity, second.price) == (skus["B"], 1, 2000)


def test_lines_are_numbered_as_an_editor_does(skus):
    assert refused("A bottle 1 5\n\nzzz bottle 1 5\n\nA barrel 1 5\n\tbottle\t1\t5") == [3, 5, 6]
    assert refused("\nA bottle 1 99999999999\nA case 1E40 1\nB bottle 1 1E-9") == [2, 3, 4]
    assert refused("A bottle 1 -1\n\nA bottle 0 1\nB bottle 1 NaN") == [4]
    assert refused("A bottle 1 -1\n\nA bottle 0 1") == [1, 3]
    assert refused("A bottle 1 5 6") == [1]
    assert refused("A bottle 1 5\n\nA bottle 1 6") == [3]


def test_the_form_keeps_what_was_typed_and_says_which_line(skus):
    form = PricesForm({"effective": "2026-12-01", "rows": "A bottle 1 5\n\nzzz bottle 1 5"})
    assert not form.is_valid()
    [message] = form.errors["rows"]
    assert message.startswith("3: ")
    assert form["rows"].value() == "A bottle 1 5\n\nzzz bottle 1 5"


def test_a_file_names_its_rows(skus, price_list):
    from datetime import date

    from tests.integration.trade.pricing.conftest import NOW, SYSTEM

    made = price_list("HQ", {skus["A"]: 10})
    content = "产品,单位,价格\nＡ,bottle,１１\n,bottle,5\nB,bottle,99999999999\nB,case,x\n".encode()
    with pytest.raises(DomainError) as found:
        set_prices_from_file(
            made, "p.csv", content, effective=date(2026, 12, 1), actor=SYSTEM, now=NOW
        )
    assert [row["row"] for row in found.value.rows] == [3, 5]
    good = "产品,单位,价格\nＡ,bottle,１１\n".encode()
    assert (
        set_prices_from_file(
            made, "p.csv", good, effective=date(2026, 12, 1), actor=SYSTEM, now=NOW
        )
        == 1
    )
