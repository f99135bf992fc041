"""Each side's stock counts, right of return with a return, transfer, and rules for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.integration.channel.world import SYSTEM

from yunhe.goods.reports.services import record_report, start_report
from yunhe.goods.returns.services import AskedLine, RightTerms, grant_right, request_return
from yunhe.goods.transfers.compute import Limits
from yunhe.goods.transfers.services import NewLine as TransferLine
from yunhe.goods.transfers.services import propose_transfer, set_rule, set_safety, set_terms


def count_and_move(side: Any, skus: Mapping[str, int], now: datetime) -> None:
    """Stock counts, a right of return and a return, a transfer to the own store."""
    on, sku_id = now.date() - timedelta(days=3), next(iter(skus.values()))
    counted = record_report(
        side.dealer.pk, {sku_id: Decimal(90)}, on=on, key="r", source="api", actor=SYSTEM, now=now
    )
    draft = start_report(side.dealer.pk, on=on, actor=SYSTEM, now=now)
    terms = RightTerms(
        contract=f"K{side.mark}", percent=Decimal(50), period="year", valid_from=date(2026, 1, 1)
    )
    right = grant_right(side.dealer, terms, actor=SYSTEM)
    asked = [AskedLine(sku_id=sku_id, quantity=Decimal(2))]
    document = request_return(right, asked, reason=side.mark, actor=SYSTEM, now=now)
    moved = [TransferLine(sku_id=sku_id, quantity=Decimal(1), unit_price=Decimal(3))]
    transfer = propose_transfer(
        side.dealer, side.store, moved, note=side.mark, actor=SYSTEM, now=now
    )
    set_safety(side.dealer, {sku_id: Decimal(40)}, actor=SYSTEM)
    rule = set_rule(side.dealer, limits=Limits(low_days=3), actor=SYSTEM)
    agreed = set_terms(
        side.dealer, partners_propose=True, approve_from=Decimal(10**6), actor=SYSTEM
    )
    side.records |= {
        "alert_rule": rule.pk,
        "transfer_terms": agreed.pk,
        "stock_place": side.dealer.pk,
        "stock_report": counted.pk,
        "stock_report_draft": draft.pk,
        "return_right": right.pk,
        "return": document.pk,
        "transfer": transfer.pk,
    }
    side.texts |= {document.number, transfer.number}
