"""Approve, publish with the reason to each dealer, end; unused quota returns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.goods.allocation.choices import QUOTA, AllocationStatus
from yunhe.goods.allocation.errors import OwnAllocation
from yunhe.goods.allocation.events import AllocationExpired, AllocationPublished
from yunhe.goods.allocation.locks import lock_allocation
from yunhe.goods.allocation.models import Allocation, Quota
from yunhe.goods.allocation.permissions import VIEW_OWN
from yunhe.goods.allocation.queries import Used, used_of
from yunhe.goods.allocation.transitions import MOVES
from yunhe.goods.allocation.wording import facts_of
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.errors import Conflict
from yunhe.platform.events.outbox import emit
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

PUBLISHED = declare_kind("allocation.published", gettext_lazy("A quota was published"), email=True)


def approve_allocation(allocation: Allocation, *, actor: Principal, now: datetime) -> Allocation:
    """Agree to a computed division. Raises NotAllowed, IllegalMove, OwnAllocation."""
    allocation = lock_allocation(allocation.pk)
    move = MOVES.check(allocation.status, "approve")
    actor.check(move.permission)
    if actor.user_id is not None and actor.user_id == allocation.computed_by_id:
        raise OwnAllocation(_("Who computed or changed the division does not approve it."))
    allocation.status, allocation.approved_by_id = move.target, actor.user_id
    allocation.save(update_fields=["status", "approved_by"])
    return allocation


def publish_allocation(allocation: Allocation, *, actor: Principal, now: datetime) -> Allocation:
    """Open a quota for every dealer and tell it why; orders of the period consume it from now on.

    Emits AllocationPublished. Raises NotAllowed, IllegalMove, Conflict when another allocation of
    the product covers a part of the period.
    """
    allocation = lock_allocation(allocation.pk)
    move = MOVES.check(allocation.status, "publish")
    actor.check(move.permission)
    _refuse_overlap(allocation)
    lines = list(allocation.lines.select_related("node"))
    Quota.objects.bulk_create(
        Quota(
            allocation=allocation,
            node_id=line.node_id,
            sku_id=allocation.sku_id,
            unit=allocation.unit,
            lot=allocation.lot,
            quantity=line.quantity,
            period=allocation.period,
            facts=facts_of(line, allocation),
        )
        for line in lines
    )
    keys = {f"{allocation.pk}:{line.node_id}": line.quantity for line in lines}
    capacity.set_limits(QUOTA, keys, node_id=lambda key: int(key.partition(":")[2]))
    allocation.status, allocation.published_at = move.target, now
    _open(allocation)
    _tell(allocation, now=now)
    event = AllocationPublished(
        allocation_id=allocation.pk,
        sku_id=allocation.sku_id,
        dealers=len(lines),
        quantity=sum(keys.values(), Decimal(0)),
    )
    emit(event, node_id=allocation.node_id, subject=str(allocation.pk))
    return allocation


def _refuse_overlap(allocation: Allocation) -> None:
    others = Allocation.objects.filter(
        node_id=allocation.node_id,
        sku_id=allocation.sku_id,
        status=AllocationStatus.PUBLISHED,
        period__overlap=allocation.period,
    )
    if others.exists():
        raise _overlap()


def _open(allocation: Allocation) -> None:
    """Write that it is published; the database refuses a second one that was published meanwhile."""
    try:
        with transaction.atomic():
            allocation.save(update_fields=["status", "published_at"])
    except IntegrityError as error:
        raise _overlap() from error


def _overlap() -> Conflict:
    message = _("Another allocation of this product covers a part of the period; end it first.")
    return Conflict(message, code="allocation.overlap")


def _tell(allocation: Allocation, *, now: datetime) -> None:
    roles = next(p.roles for p in all_permissions() if p.code == VIEW_OWN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM allocation_readers(%s, %s)", [allocation.pk, sorted(roles)])
        users = [row[0] for row in cursor.fetchall()]
    notify(
        users,
        kind=PUBLISHED,
        title=format_lazy("{}: {}", gettext_lazy("Your quota"), allocation.sku.name),
        body=gettext_lazy("See how much you may order, until when, and why."),
        url=reverse("allocation_portal:list"),
        dedupe_key=f"allocation:{allocation.pk}",
        now=now,
    )


def expire_allocation(allocation: Allocation, *, actor: Principal, now: datetime) -> Allocation:
    """End an allocation: what no order holds or used returns to the free supply.

    Emits AllocationExpired. Raises NotAllowed, IllegalMove.
    """
    allocation = lock_allocation(allocation.pk)
    move = MOVES.check(allocation.status, "expire")
    actor.check(move.permission)
    quotas = list(allocation.quotas.all())
    keys = {quota.key: Decimal(0) for quota in quotas}
    capacity.set_limits(QUOTA, keys, node_id=lambda key: int(key.partition(":")[2]), floor=True)
    used = used_of(quotas)
    for quota in quotas:
        quota.ended = True
        quota.returned = quota.quantity - used.get(quota.key, Used()).total
    Quota.objects.bulk_update(quotas, ["ended", "returned"])
    allocation.status = move.target
    allocation.save(update_fields=["status"])
    event = AllocationExpired(
        allocation_id=allocation.pk,
        sku_id=allocation.sku_id,
        returned=sum((quota.returned for quota in quotas), Decimal(0)),
    )
    emit(event, node_id=allocation.node_id, subject=str(allocation.pk))
    return allocation


def expire_due(*, actor: Principal, now: datetime) -> int:
    """End every published allocation whose period is over; how many."""
    today = timezone.localdate(now)
    due = Allocation.objects.filter(
        status=AllocationStatus.PUBLISHED, period__endswith__lte=today
    ).order_by("pk")
    return len([expire_allocation(each, actor=actor, now=now) for each in due])
