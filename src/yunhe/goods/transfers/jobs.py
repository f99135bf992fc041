"""What stock alerts do by themselves."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.events import TransferMoved
from yunhe.goods.transfers.models import TransferStep
from yunhe.goods.transfers.services import refresh_alerts
from yunhe.platform.access.models import Grant
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import DEALERS
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

MOVED = declare_kind("transfers.moved", _("A transfer waits for you, or went on"))
TITLES = {
    "propose": _("Transfer {number} is proposed: please answer"),
    "approve": _("Transfer {number} is approved"),
    "ship": _("Transfer {number}: the goods are on their way"),
    "receive": _("Transfer {number}: the goods have arrived"),
    "decline": _("Transfer {number} was declined"),
}
AGREED = _("Transfer {number}: the other side agreed")


@listen(TransferMoved)
def tell_sides(event: TransferMoved, *, actor: Principal) -> None:
    """Both sides' owners and clerks learn of a step, but for whoever took it."""
    step = TransferStep.objects.filter(transfer_id=event.transfer_id, action=event.action).last()
    grants = Grant.objects.filter(
        node_id__in=(event.sender_id, event.receiver_id), role__in=DEALERS
    )
    people = set(grants.values_list("user_id", flat=True)) - {step.user_id if step else None}
    notify(
        sorted(people),
        kind=MOVED,
        title=format_lazy(TITLES.get(event.action, AGREED), number=event.number),
        url=reverse("transfers_portal:detail", args=[event.transfer_id]),
        dedupe_key=f"transfer:{event.transfer_id}:{event.action}",
        now=timezone.now(),
    )


@job(
    name="transfers.alerts",
    title=_("Look for stock alerts"),
    reason="it looks at the stock and sales of every partner",
    cron="50 21 * * *",
)
def watch_stock(progress: Any, *, actor: Principal) -> dict[str, int]:
    """Every morning before work: low, over, slow and near-expiry stock."""
    now = timezone.now()
    with transaction.atomic():
        alerts = refresh_alerts(on=timezone.localdate(now), actor=actor, now=now)
    return {"alerts": alerts}
