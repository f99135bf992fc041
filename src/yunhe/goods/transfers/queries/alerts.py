"""Reads of stock alerts and their rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from django.db import connection
from django.db.models import Count, F, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from yunhe.channel.network.models import Partner
from yunhe.goods.transfers.choices import AlertKind, Severity
from yunhe.goods.transfers.compute import WINDOW_DAYS, Limits
from yunhe.goods.transfers.models import AlertRule, StockAlert
from yunhe.platform.access.models import Node
from yunhe.trade.catalog.models import Sku

_MOVING = """
SELECT b.node_id, b.sku_id, b.quantity, coalesce(f.sold, 0), f.last, b.safety
  FROM (SELECT node_id, sku_id, coalesce(h.quantity, 0) AS quantity, coalesce(s.quantity, 0) AS safety
          FROM (SELECT node_id, sku_id, quantity FROM stock_stockbalance WHERE status = 'available') h
          FULL JOIN transfers_safetystock s USING (node_id, sku_id)) b
  JOIN network_partner p ON p.node_id = b.node_id
  LEFT JOIN (SELECT node_id, sku_id, sum(quantity) FILTER (WHERE "on" > %(window)s) AS sold,
                    max("on") FILTER (WHERE quantity > 0) AS last
               FROM sales_salesfact
              WHERE flow IN ('sell_through', 'sell_out') AND "on" > %(since)s AND "on" <= %(on)s
              GROUP BY node_id, sku_id) f
    ON f.node_id = b.node_id AND f.sku_id = b.sku_id
 WHERE b.quantity > 0 OR f.sold > 0 OR b.safety > 0
 ORDER BY b.node_id, b.sku_id
"""
SHOWN = 8
IDLE_LIMIT = timedelta(days=200)
"""A product without a sale for longer counts as never sold."""


@dataclass(frozen=True)
class Moving:
    """What a partner holds and sells of a product, and its safety stock (0: none)."""

    node_id: int
    sku_id: int
    on_hand: Decimal
    sold: Decimal
    last: date | None
    safety: Decimal


def moving_stock(on: date) -> list[Moving]:
    """Stock and sales of the last four weeks of every partner in scope. One statement."""
    values = {"on": on, "window": on - timedelta(days=WINDOW_DAYS), "since": on - IDLE_LIMIT}
    with connection.cursor() as cursor:
        cursor.execute(_MOVING, values)
        return [Moving(*row) for row in cursor.fetchall()]


def limits_by_partner() -> dict[int, Limits]:
    """Partner's node id -> the rule that counts for it. Two statements."""
    rules = sorted(
        AlertRule.objects.select_related("node"),
        key=lambda rule: (len(str(rule.node.path)), bool(rule.tier), bool(rule.level)),
        reverse=True,
    )
    return {
        partner.pk: _limits(next((rule for rule in rules if _covers(rule, partner)), None))
        for partner in Partner.objects.select_related("node")
    }


def _covers(rule: AlertRule, partner: Partner) -> bool:
    below = f"{partner.node.path}.".startswith(f"{rule.node.path}.")
    return below and rule.level in ("", partner.level) and rule.tier in ("", partner.tier)


def _limits(rule: AlertRule | None) -> Limits:
    if rule is None:
        return Limits()
    return Limits(rule.low_days, rule.over_days, rule.slow_days, rule.expiry_days)


def list_rules() -> QuerySet[AlertRule]:
    """Rules in scope with their nodes."""
    return AlertRule.objects.select_related("node").order_by("node__path", "tier", "level")


def list_alerts() -> QuerySet[StockAlert]:
    """Alerts in scope with partner and product, the most pressing first."""
    return StockAlert.objects.select_related("node", "sku").order_by(
        "-severity", "kind", "days", "pk"
    )


def list_alerted_skus() -> QuerySet[Sku]:
    """Products with an alert in scope."""
    return Sku.objects.filter(pk__in=StockAlert.objects.values("sku")).order_by("name", "pk")


@dataclass
class AlertGroup:
    """The alerts of a partner or of a product: how many of each kind and severity, what is to be
    ordered and given away in base units, since when, and the `worst` few."""

    by: str
    pk: int
    label: str
    code: str
    alerts: int
    now: int
    soon: int
    kinds: dict[str, int]
    order: Decimal
    spare: Decimal
    since: date
    worst: list[StockAlert]

    @property
    def severity(self) -> Severity:
        return Severity.NOW if self.now else Severity.SOON if self.soon else Severity.WATCH


def group_alerts(alerts: QuerySet[StockAlert], by: Literal["node", "sku"]) -> list[AlertGroup]:
    """Alerts by partner or product, the most pressing first, `worst` still empty. Two statements."""
    kinds = {kind: Count("pk", filter=Q(kind=kind)) for kind in AlertKind.values}
    rows = list(
        alerts.order_by()
        .values(f"{by}_id")
        .annotate(
            **kinds,
            alerts=Count("pk"),
            now=Count("pk", filter=Q(severity=Severity.NOW)),
            soon=Count("pk", filter=Q(severity=Severity.SOON)),
            order=Sum("amount", filter=Q(kind=AlertKind.LOW), default=Decimal(0)),
            spare=Sum("amount", filter=~Q(kind=AlertKind.LOW), default=Decimal(0)),
            began=Min("since"),
        )
        .order_by("-now", "-soon", "-alerts", f"{by}_id")
    )
    model = Node if by == "node" else Sku
    named = model.objects.in_bulk([row[f"{by}_id"] for row in rows])
    return [
        AlertGroup(
            by=by,
            pk=row[f"{by}_id"],
            label=named[row[f"{by}_id"]].label,
            code=named[row[f"{by}_id"]].code,
            alerts=row["alerts"],
            now=row["now"],
            soon=row["soon"],
            kinds={kind: row[kind] for kind in AlertKind.values},
            order=row["order"],
            spare=row["spare"],
            since=row["began"],
            worst=[],
        )
        for row in rows
    ]


def fill_worst(
    groups: Sequence[AlertGroup], alerts: QuerySet[StockAlert], by: Literal["node", "sku"]
) -> None:
    """Give every group its most pressing alerts, SHOWN at most. One statement."""
    place = Window(
        RowNumber(), partition_by=F(f"{by}_id"), order_by=["-severity", "kind", "days", "pk"]
    )
    found = alerts.filter(**{f"{by}__in": [group.pk for group in groups]})
    ranked = found.annotate(place=place).filter(place__lte=SHOWN)
    by_group: dict[int, list[StockAlert]] = {}
    for alert in ranked.order_by("place"):
        by_group.setdefault(getattr(alert, f"{by}_id"), []).append(alert)
    for group in groups:
        group.worst = by_group.get(group.pk, [])


def alert_counts(alerts: QuerySet[StockAlert]) -> dict[str, tuple[int, int]]:
    """Kind of alert -> how many of these alerts, and of how many partners. One statement."""
    rows = alerts.order_by().values("kind")
    counted = rows.annotate(alerts=Count("pk"), partners=Count("node", distinct=True))
    return {row["kind"]: (row["alerts"], row["partners"]) for row in counted}
