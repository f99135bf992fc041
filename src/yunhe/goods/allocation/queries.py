"""Reads of allocation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, DecimalField, F, QuerySet, Sum, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Partner
from yunhe.channel.network.queries import partners_below
from yunhe.goods.allocation.choices import QUOTA
from yunhe.goods.allocation.compute import compute_health
from yunhe.goods.allocation.models import Allocation, AllocationLine, Quota, QuotaRule
from yunhe.goods.reports.queries import scores_of
from yunhe.money.ledger.queries import receivables_ageing
from yunhe.trade.orders.choices import HOLDING, OrderStatus
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.models import SalesFact

ZERO = Decimal(0)


@dataclass(frozen=True)
class Used:
    """What orders hold (`reserved`) and took (`committed`) of a quota, in base units."""

    reserved: Decimal = ZERO
    committed: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.reserved + self.committed


def list_allocations() -> QuerySet[Allocation]:
    """Allocations in scope with product and rule, the latest period first."""
    return (
        Allocation.objects.select_related("sku", "rule", "node")
        .annotate(dealers=Count("lines"), shared=Sum("lines__quantity"))
        .order_by("-id")
    )


def list_rules() -> QuerySet[QuotaRule]:
    return QuotaRule.objects.order_by("code")


def lines_of(allocation: Allocation) -> QuerySet[AllocationLine]:
    """The shares with their dealers, the largest first."""
    return allocation.lines.select_related("node").order_by("-lots", "node__code")


def list_quotas() -> QuerySet[Quota]:
    """Published quotas in scope, running ones first."""
    return Quota.objects.select_related("sku", "node").order_by("ended", "-id")


def used_of(quotas: Iterable[Quota]) -> dict[str, Used]:
    """By quota key, what its orders hold and used. One statement."""
    keys = [quota.key for quota in quotas]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, reserved, committed FROM capacity_account"
            " WHERE kind = %s AND key = ANY (%s)",
            [QUOTA, keys],
        )
        return {key: Used(reserved, committed) for key, reserved, committed in cursor.fetchall()}


def dealers_below(node_id: int) -> QuerySet[Partner]:
    """Dealers that share in a division, by code."""
    return (
        partners_below(node_id).filter(level=Level.DEALER, node__active=True).order_by("node__code")
    )


def bought(sku_id: int, node_ids: Sequence[int], *, since: date, until: date) -> dict[int, Decimal]:
    """Node id -> base units that came in from us in `[since, until)`."""
    rows = (
        SalesFact.objects.filter(
            flow=Flow.SELL_IN, sku_id=sku_id, node_id__in=node_ids, on__gte=since, on__lt=until
        )
        .values_list("node_id")
        .annotate(total=Sum("quantity"))
        .order_by()
    )
    return dict(rows)


def health_of(node_ids: Sequence[int], *, on: date) -> dict[int, Decimal]:
    """Node id -> health 0–1 by credible stock reports and payment in time; unknown: absent.

    Two statements.
    """
    scores = scores_of(node_ids)
    debts = {row.node.pk: row for row in receivables_ageing(on=on)}
    found = {}
    for node_id in node_ids:
        debt = debts.get(node_id)
        owed, overdue = (debt.balance, debt.overdue) if debt else (ZERO, ZERO)
        health = compute_health(scores.get(node_id), owed=owed, overdue=overdue)
        if health is not None:
            found[node_id] = health
    return found


def asked_for(sku_id: int, node_ids: Sequence[int]) -> dict[int, Decimal]:
    """Node id -> base units in drafts and in orders that are not shipped yet."""
    rows = (
        OrderLine.objects.filter(
            sku_id=sku_id, node_id__in=node_ids, order__status__in=(OrderStatus.DRAFT, *HOLDING)
        )
        .values_list("node_id")
        .annotate(total=Sum("base_quantity") - Sum("shipped"))
        .order_by()
    )
    return dict(rows)


USED = """
SELECT a.reserved + a.committed FROM capacity_account a
 WHERE a.kind = 'quota'
   AND a.key = allocation_quota.allocation_id || ':' || allocation_quota.node_id
"""
NUMBER: DecimalField[Decimal, Decimal] = DecimalField(max_digits=24, decimal_places=3)


def quota_rows() -> QuerySet[Any]:
    """`list_quotas` with `used` and `left` in base units. One statement."""
    counted = RawSQL(USED, [], output_field=NUMBER)  # noqa: S611  # own words, no input
    used = Coalesce(counted, Value(Decimal(0)), output_field=NUMBER)
    return (
        list_quotas().annotate(used=used).annotate(left=F("quantity") - F("returned") - F("used"))
    )
