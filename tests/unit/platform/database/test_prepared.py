"""Arrays as the hot statements send them."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from yunhe.platform.database.prepared import array_text


def test_numbers_stand_bare_and_nothing_is_null():
    assert array_text([1, Decimal("2.50"), None, -3]) == "{1,2.50,NULL,-3}"
    assert array_text([]) == "{}"


def test_whatever_a_text_holds_stays_one_element():
    assert array_text(['a"b', "c\\d", "", "NULL", "e,{f}", "中 文"]) == (
        '{"a\\"b","c\\\\d","","NULL","e,{f}","中 文"}'
    )


def test_other_values_are_their_text():
    key = UUID("12345678123456781234567812345678")
    assert array_text([key]) == '{"12345678-1234-5678-1234-567812345678"}'
