"""What a line keeps of its price says the same later."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import orjson

from yunhe.trade.orders.snapshot import resolution_of, rule_of
from yunhe.trade.pricing.compute import ApplicableList, Passed, PriceRow, Resolution


def test_a_resolution_survives_the_database():
    base = ApplicableList(1, "BASE", "基准价", 1, starts=date(2026, 1, 1))
    own = ApplicableList(2, "OWN", "专享价", 3, own=True, level="dealer", tier="core", priority=5)
    row = PriceRow("case", Decimal("1.000"), Decimal("42.0000"))
    for found in (
        Resolution(base, row, Decimal("3.5000"), ((own, Passed.BELOW_MINIMUM),)),
        Resolution(None, None, None, ()),
    ):
        assert resolution_of(json.loads(orjson.dumps(rule_of(found), default=str))) == found
