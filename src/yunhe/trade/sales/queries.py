# ruff: noqa: S608  # the buyer's column is one of two names, never input
"""Reads of sales."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin, unit_factors
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.compute import source_name
from yunhe.trade.sales.fields import unit_named
from yunhe.trade.sales.models import ClosedPeriod, SalesFact


class Named(Protocol):
    """What `resolve_lines` reads of a line."""

    @property
    def node(self) -> str: ...
    @property
    def counterparty(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True)
class Resolved:
    """The ids behind a line's codes, and the base units in its unit."""

    node_id: int
    counterparty_id: int | None
    sku_id: int
    factor: Decimal


def list_facts() -> QuerySet[SalesFact]:
    """Facts in scope with partner and product, newest first."""
    return SalesFact.objects.select_related("node", "counterparty", "sku").order_by("-id")


def standing_of(fact: SalesFact) -> tuple[Decimal, Decimal]:
    """Quantity and amount that a line says today: the first fact and its corrections. One query."""
    first = fact.corrects_id or fact.pk
    rows = SalesFact.objects.filter(Q(pk=first) | Q(corrects_id=first))
    sums = rows.aggregate(quantity=Sum("quantity"), amount=Sum("amount"))
    return sums["quantity"], sums["amount"]


def facts_of_import(import_id: int) -> QuerySet[SalesFact]:
    """What one file became."""
    return list_facts().filter(import_id=import_id)


def recent_scans(node_id: int) -> QuerySet[SalesFact]:
    """What a partner's people reported by scan, newest first."""
    sources = [source_name(flow, node_id, "scan") for flow in (Flow.SELL_OUT, Flow.SELL_THROUGH)]
    return list_facts().filter(node_id=node_id, source__in=sources)


def customers_of(node_id: int) -> list[Node]:
    """The partners directly below a partner, to whom it sells, by name."""
    below = Node.objects.filter(parent_id=node_id, active=True, partner__node_id__isnull=False)
    return sorted(below, key=lambda node: node.label)


def frontier_of(flow: str) -> date | None:
    """The day before which the flow is closed; None when it never was.

    The last closing or reopening decides.
    """
    last = ClosedPeriod.objects.filter(flow=flow).order_by("-id")
    return last.values_list("before", flat=True).first()


def resolve_lines(
    lines: Sequence[Named], *, home_id: int
) -> tuple[list[Resolved | None], list[dict[str, Any]]]:
    """Ids for every line's codes in six queries, and a fault `{row, message}` for each unknown.

    A blank node is the sender's own. Partners outside the scope do not exist here; a customer stands
    below the partner who sold.
    """
    nodes = partner_ids({code for line in lines for code in (line.node, line.counterparty) if code})
    buyers = {nodes[line.counterparty] for line in lines if line.counterparty in nodes}
    below = _below({home_id, *nodes.values()}, buyers)
    items = _item_ids({line.item for line in lines})
    factors = unit_factors(set(items.values()))
    resolved: list[Resolved | None] = []
    faults: list[dict[str, Any]] = []
    for row, line in enumerate(lines, start=1):
        node_id = nodes.get(line.node) if line.node else home_id
        sku_id = items.get(line.item)
        unit = unit_named(line.unit)
        factor = factors.get(sku_id or 0, {}).get(unit) if unit else Decimal(1)
        lacking = [
            (
                node_id is None,
                _("There is no partner with the code “%(value)s” among yours."),
                line.node,
            ),
            (
                bool(line.counterparty) and nodes.get(line.counterparty) not in below[node_id],
                _("There is no customer with the code “%(value)s” among yours."),
                line.counterparty,
            ),
            (sku_id is None, _("There is no product with the code “%(value)s”."), line.item),
            (
                sku_id is not None and factor is None,
                _("The product has no unit “%(value)s”."),
                line.unit,
            ),
        ]
        found = [
            {"row": row, "message": text % {"value": value}} for bad, text, value in lacking if bad
        ]
        faults += found
        if found or node_id is None or sku_id is None or factor is None:
            resolved.append(None)
            continue
        resolved.append(Resolved(node_id, nodes.get(line.counterparty), sku_id, factor))
    return resolved, faults


def partner_ids(codes: Iterable[str]) -> dict[str, int]:
    """code -> node id of the partners in the reader's own scope."""
    found = Node.objects.filter(code__in=list(codes), partner__node_id__isnull=False)
    return dict(found.values_list("code", "id"))


def _below(sellers: set[int], buyers: set[int]) -> dict[int | None, set[int]]:
    """Seller -> those of the buyers that stand below it in the tree."""
    found: dict[int | None, set[int]] = {key: set() for key in (*sellers, None)}
    if buyers:
        paths = dict(Node.objects.filter(pk__in=sellers | buyers).values_list("pk", "path"))
        for seller in sellers & paths.keys():
            above = f"{paths[seller]}."
            found[seller] = {node for node in buyers if str(paths[node]).startswith(above)}
    return found


def _item_ids(codes: set[str]) -> dict[str, int]:
    """By code first, then by GTIN."""
    by_code = ids_by_code(codes)
    return {**ids_by_gtin(codes - by_code.keys()), **by_code}


PRICE_WINDOW = timedelta(days=365)


def prices_paid(
    node_ids: Iterable[int], sku_ids: Iterable[int], *, on: date, through: int | None = None
) -> dict[tuple[int, int], Decimal]:
    """(node id, SKU id) -> mean price of a base unit in the last year's purchases. One statement.

    Purchases are sell-in; `through` a dealer its sell-through to them. Never bought: absent.
    """
    buyer = "node_id" if through is None else "counterparty_id"
    flow = Flow.SELL_IN if through is None else Flow.SELL_THROUGH
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {buyer}, sku_id, round(sum(amount) / sum(quantity), 4) FROM sales_salesfact"
            f" WHERE {buyer} = ANY (%s::bigint[]) AND sku_id = ANY (%s::bigint[])"
            " AND flow = %s AND quantity > 0 AND (%s::bigint IS NULL OR node_id = %s)"
            f' AND "on" > %s AND "on" <= %s GROUP BY {buyer}, sku_id',
            [
                list(node_ids),
                list(sku_ids),
                flow,
                through,
                through,
                on - PRICE_WINDOW,
                on,
            ],
        )
        return {(node, sku): price for node, sku, price in cursor.fetchall()}
