"""Look at every partner's stock and warn."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.queries import lots_on_hand
from yunhe.goods.transfers.compute import Limits, StockFacts, compute_alerts, compute_severity
from yunhe.goods.transfers.models import AlertRule, StockAlert
from yunhe.goods.transfers.permissions import RULES
from yunhe.goods.transfers.queries import Moving, limits_by_partner, moving_stock
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import Role
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

ALERTED = declare_kind("transfers.alert", _("Stock is low, too much, slow or near its expiry"))
KEYS = ["node", "sku", "kind"]


def set_rule(
    node: Node, *, level: str = "", tier: str = "", limits: Limits, actor: Principal
) -> AlertRule:
    """Say when partners at or below a node are warned. Raises NotAllowed."""
    actor.check(RULES, path=node.path)
    rule, _created = AlertRule.objects.update_or_create(
        node=node,
        level=level,
        tier=tier,
        defaults={
            "low_days": limits.low_days,
            "over_days": limits.over_days,
            "slow_days": limits.slow_days,
            "expiry_days": limits.expiry_days,
        },
    )
    return rule


def remove_rule(rule: AlertRule, *, actor: Principal) -> None:
    """Take a rule away: the next one above, or none, holds from the next morning on. Raises NotAllowed."""
    actor.check(RULES, path=rule.node.path)
    rule.delete()


def refresh_alerts(*, on: date, actor: Principal, now: datetime) -> int:
    """Compute every partner's alerts anew; tell the owners of those with new ones. For jobs.

    An alert that goes on keeps the day it began. A handful of statements whatever the number of
    partners. Returns the number of alerts.
    """
    began = {
        (a.node_id, a.sku_id, a.kind): a.since
        for a in StockAlert.objects.only("node_id", "sku_id", "kind", "since")
    }
    alerts = _alerts(on, began)
    StockAlert.objects.bulk_create(
        alerts,
        update_conflicts=True,
        unique_fields=KEYS,
        update_fields=["quantity", "days", "amount", "severity", "since", "on"],
    )
    kept = {(a.node_id, a.sku_id, a.kind) for a in alerts}
    gone = [key for key in began if key not in kept]
    if gone:
        StockAlert.objects.filter(
            pk__in=[
                a.pk
                for a in StockAlert.objects.only("node_id", "sku_id", "kind")
                if (a.node_id, a.sku_id, a.kind) not in kept
            ]
        ).delete()
    _tell([a for a in alerts if (a.node_id, a.sku_id, a.kind) not in began], on, now)
    return len(alerts)


def _alerts(on: date, began: dict[tuple[int, int, str], date]) -> list[StockAlert]:
    limits = limits_by_partner()
    expiring = _expiring(on, limits)
    alerts = []
    for stock in moving_stock(on):
        key = (stock.node_id, stock.sku_id)
        quantity, left = expiring.get(key, (Decimal(0), None))
        facts = StockFacts(
            stock.on_hand, stock.sold, _idle(stock, on), quantity, left, stock.safety
        )
        for found in compute_alerts(facts, limits[stock.node_id]):
            alerts.append(
                StockAlert(
                    node_id=stock.node_id,
                    sku_id=stock.sku_id,
                    kind=found.kind,
                    quantity=found.quantity,
                    days=found.days,
                    amount=max(found.amount, Decimal(0)),
                    severity=compute_severity(found.kind, found.days, found.quantity),
                    since=began.get((*key, found.kind), on),
                    on=on,
                )
            )
    return alerts


def _idle(stock: Moving, on: date) -> int | None:
    return None if stock.last is None else (on - stock.last).days


def _expiring(
    on: date, limits: dict[int, Limits]
) -> dict[tuple[int, int], tuple[Decimal, int | None]]:
    """(partner, SKU) -> what expires within the partner's days, and the fewest days left."""
    found: dict[tuple[int, int], tuple[Decimal, int | None]] = defaultdict(
        lambda: (Decimal(0), None)
    )
    for row in lots_on_hand(on=on, node_ids=limits):
        within = limits[row.node.pk].expiry_days
        if row.days is not None and within and row.days < within:
            quantity, least = found[row.node.pk, row.sku.pk]
            days = row.days if least is None else min(least, row.days)
            found[row.node.pk, row.sku.pk] = (quantity + row.quantity, days)
    return found


def _tell(fresh: list[StockAlert], on: date, now: datetime) -> None:
    """One message a partner and day, to its owners."""
    counts: dict[int, int] = defaultdict(int)
    for alert in fresh:
        counts[alert.node_id] += 1
    owners: dict[int, list[int]] = defaultdict(list)
    grants = Grant.objects.filter(
        node_id__in=counts, role__in=[Role.DEALER_OWNER, Role.STORE]
    ).values_list("node_id", "user_id")
    for node_id, user_id in grants:
        owners[node_id].append(user_id)
    for node_id, users in owners.items():
        notify(
            users,
            kind=ALERTED,
            title=format_lazy(_("New stock alerts: {count}"), count=counts[node_id]),
            url=reverse("transfers_portal:alerts"),
            dedupe_key=f"stock alerts:{node_id}:{timezone.localdate(now)}",
            now=now,
        )
