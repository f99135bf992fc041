"""Loading steps of scarce goods. Quotas are derived; products and dealers are those of the demo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.goods.allocation.models import Allocation, Quota, QuotaRule
from yunhe.goods.allocation.services import (
    AllocationDraft,
    approve_allocation,
    change_share,
    compute_allocation,
    create_allocation,
    expire_allocation,
    publish_allocation,
)
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import DomainError
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.services import NewLine, create_order
from yunhe.trade.sales.models import SalesFact

CASES, DAYS = 200, 30
GIVES = "让出一箱支持新门店开业"
GETS = "新门店开业支持"
STORIES = ("published", "computed", "ended")
STARTS = {"ended": -DAYS, "running": -4}
ORDERING = 6
PEOPLE = ("director", "policy")


def load_allocations(context: Context) -> None:
    """Two rules; of the best-selling products that come in cases one is divided for the next month,
    one only computed and changed by hand, and one was divided for the last month and has ended."""
    if Allocation.objects.exists():
        return
    fair = _rules()
    best = (
        SalesFact.objects.filter(flow="sell_in", sku__packs__unit="case")
        .values_list("sku_id")
        .annotate(total=Sum("quantity"))
        .order_by("-total", "sku_id")[: len(STORIES)]
    )
    for (sku_id, _total), story in zip(best, STORIES, strict=False):
        _divide(context, Sku.objects.get(pk=sku_id), fair, story)


def load_running_quota(context: Context) -> None:
    """One more product is divided since some days, and dealers have ordered of it.

    After all other orders: those would be bound by it.
    """
    taken = Allocation.objects.values("sku_id")
    best = (
        SalesFact.objects.filter(flow="sell_in", sku__packs__unit="case", sku__status="active")
        .exclude(sku_id__in=taken)
        .values_list("sku_id")
        .annotate(total=Sum("quantity"))
        .order_by("-total", "sku_id")
        .first()
    )
    if best is None:
        return
    sku = Sku.objects.get(pk=best[0])
    fair = QuotaRule.objects.get(code="FAIR")
    _divide(context, sku, fair, "running")
    own = Grant.objects.filter(user__username="dealer").values_list("node_id", flat=True).first()
    quotas = sorted(
        Quota.objects.filter(sku=sku), key=lambda quota: (quota.node_id != own, -quota.quantity)
    )
    for at, quota in enumerate(quotas[:ORDERING]):
        cases = max(1, int(quota.quantity / quota.lot) // (at + 2))
        with suppress(DomainError):  # no credit or no goods: this dealer orders nothing
            create_order(
                node_id=quota.node_id,
                lines=[NewLine(sku.pk, "case", Decimal(cases))],
                submit=True,
                confirm=True,
                key=f"demo-quota-{quota.pk}",
                actor=context.actor,
                now=timezone.now(),
            )


def _rules() -> QuotaRule:
    fair, _made = QuotaRule.objects.get_or_create(
        code="FAIR",
        defaults={
            "name": "层级、历史与健康度，保底一箱",
            "name_en": "Tier, history and health, one case for everybody",
            "tier_part": 40,
            "history_part": 40,
            "health_part": 20,
            "tiers": {"core": "3", "growth": "2", "observation": "1"},
            "floor_lots": 1,
        },
    )
    QuotaRule.objects.get_or_create(
        code="TIER",
        defaults={
            "name": "仅按层级",
            "name_en": "Tier alone",
            "history_part": 0,
            "tiers": {"core": "5", "growth": "3", "observation": "1"},
            "most_percent": 20,
        },
    )
    return fair


def _divide(context: Context, sku: Sku, rule: QuotaRule, story: str) -> None:
    """The director computes, the policy manager approves."""
    people = dict(User.objects.filter(username__in=PEOPLE).values_list("username", "pk"))
    root = Node.objects.get(parent=None)
    now = timezone.now()
    starts = context.today + timedelta(days=STARTS.get(story, 1))
    draft = AllocationDraft(
        node=root,
        among=root,
        sku=sku,
        rule=rule,
        supply=CASES * Decimal(sku.packs.get(unit="case").factor),
        unit="case",
        starts=starts,
        until=starts + timedelta(days=DAYS),
        note=DERIVED_NOTE,
    )
    with _as(context, people.get("director")) as actor:
        made = create_allocation(draft, actor=actor, now=now)
        made = compute_allocation(made, actor=actor, now=now)
        if story != "ended":
            _change(made, actor, now)
    if story == "computed":
        return
    with _as(context, people.get("policy")) as actor:
        made = approve_allocation(made, actor=actor, now=now)
        made = publish_allocation(made, actor=actor, now=now)
        if story == "ended":
            expire_allocation(made, actor=actor, now=now)


def _change(made: Allocation, actor: Principal, now: datetime) -> None:
    """One case goes from the largest share to the smallest."""
    lines = list(made.lines.order_by("-lots", "node__code"))
    if len(lines) < 2 or lines[0].lots < 2:
        return
    change_share(lines[0], lots=lines[0].lots - 1, reason=GIVES, actor=actor, now=now)
    change_share(lines[-1], lots=lines[-1].lots + 1, reason=GETS, actor=actor, now=now)


@contextmanager
def _as(context: Context, user_id: int | None) -> Iterator[Principal]:
    if user_id is None:
        yield context.actor
        return
    with scoped(user_id) as actor:
        yield actor
