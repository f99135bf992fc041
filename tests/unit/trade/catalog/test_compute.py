"""GTIN check digits and search keys, against published examples."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yunhe.trade.catalog.compute import gtin_check_digit, is_gtin, search_key

# a busy machine is not a fault of the law
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    "gtin",
    [
        "6291041500213",  # GS1 check digit calculator's GTIN-13 example
        "4006381333931",
        "036000291452",  # the usual UPC-A example
        "96385074",  # the usual EAN-8 example
        "10614141000415",  # GTIN-14 of the EPCIS examples
    ],
)
def test_published_gtins_are_accepted(gtin):
    assert is_gtin(gtin)


@pytest.mark.parametrize(
    "text", ["", "6291041500214", "629104150021", "٦٢٩١٠٤١٥٠٠٢١٣", "96385074 ", "abc"]
)
def test_others_are_not(text):
    assert not is_gtin(text)


@PATIENT
@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 12), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(body, at, shift):
    gtin = body + str(gtin_check_digit(body))
    wrong = str((int(gtin[at]) + shift) % 10)
    assert is_gtin(gtin)
    assert not is_gtin(gtin[:at] + wrong + gtin[at + 1 :])


def test_a_key_holds_names_pinyin_and_initials():
    assert (
        search_key("A-1", "可口可乐 330ml", "Coke", "")
        == "a-1 可口可乐 330ml coke kkkl 330ml kekoukele 330ml"
    )
