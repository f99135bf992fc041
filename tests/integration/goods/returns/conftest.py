from __future__ import annotations

import pytest
from tests.integration.goods.returns.books import DAY, NOW, SYSTEM, forget

from yunhe.goods.stock.services import MovementLine, open_place, record_movements
from yunhe.trade.catalog.services import SkuRow, ensure_catalog
from yunhe.trade.sales.services import FactLine, record_facts


@pytest.fixture
def traded(tree):
    """`traded(at=, held=, flow=, **sale)`: product A, which HQ supplies, was sold and lies there."""
    row = SkuRow(
        code="A", name="A", brand=("B", "b", ""), category=(("C", "c", ""),), product=("P", "p", "")
    )
    sku_id = ensure_catalog([row], actor=SYSTEM)["A"]
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)

    def trade(*, at, held, flow, **sale):
        fact = FactLine(line_key="1", sku_id=sku_id, **sale)
        record_facts([fact], flow=flow, source="test", now=NOW)
        opening = MovementLine(
            sku_id=sku_id, quantity=held, reason="opening", key="o", target=at.pk
        )
        record_movements([opening], on=DAY, actor=SYSTEM, now=NOW)
        forget()
        return sku_id

    return trade
