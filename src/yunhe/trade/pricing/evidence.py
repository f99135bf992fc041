"""What higher domains know of trade, as SQL that pricing reads: bought, sold to consumers, by whom.

The sales domain registers purchases and sales when it starts; without it price changes show no effect
and nothing is watched. The orders domain registers who takes a partner's orders. The texts are constants
of the code, never anything of a request.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """Two relations.

    Attributes:
        purchases: SELECT node_id, sku_id, "on", quantity (base units) of what partners bought.
        retail: SELECT ref (text, unique), node_id, sku_id, "on", document, quantity (base units),
            amount, currency of sales to consumers since %(since)s; corrections already summed up.
    """

    purchases: str
    retail: str


_known: list[Evidence] = []


def register_evidence(evidence: Evidence) -> None:
    """Tell pricing where purchases and retail sales are; the last one counts."""
    _known[:] = [evidence]


# SQL function: node id → id of the node that sells to it
_seller: list[str] = ["network_dealer_of"]


def register_seller(function: str) -> None:
    """Tell pricing which SQL function answers who takes a node's orders; the last one counts."""
    _seller[:] = [function]


def seller_of(node: str) -> str:
    """SQL for the id of the node that sells to `node` (an SQL expression of the code)."""
    return f"{_seller[0]}({node})"


def evidence() -> Evidence | None:
    """What is known, or None."""
    return _known[0] if _known else None
