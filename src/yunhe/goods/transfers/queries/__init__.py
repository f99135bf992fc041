"""Reads of stock alerts, safety stock and transfers."""

from __future__ import annotations

from yunhe.goods.transfers.queries.alerts import (
    SHOWN,
    AlertGroup,
    Moving,
    alert_counts,
    fill_worst,
    group_alerts,
    limits_by_partner,
    list_alerted_skus,
    list_alerts,
    list_rules,
    moving_stock,
)
from yunhe.goods.transfers.queries.safety import (
    Suggestion,
    Wish,
    list_safety,
    suggest_safety,
)
from yunhe.goods.transfers.queries.transfers import (
    Offered,
    ProposalRow,
    Terms,
    lines_of,
    list_proposals,
    list_terms,
    list_transfers,
    partner_by_code,
    priced,
    sides_of,
    terms_between,
    transfer_for,
)

__all__ = [
    "SHOWN",
    "AlertGroup",
    "Moving",
    "Offered",
    "ProposalRow",
    "Suggestion",
    "Terms",
    "Wish",
    "alert_counts",
    "fill_worst",
    "group_alerts",
    "limits_by_partner",
    "lines_of",
    "list_alerted_skus",
    "list_alerts",
    "list_proposals",
    "list_rules",
    "list_safety",
    "list_terms",
    "list_transfers",
    "moving_stock",
    "partner_by_code",
    "priced",
    "sides_of",
    "suggest_safety",
    "terms_between",
    "transfer_for",
]
