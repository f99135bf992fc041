"""What returns do by themselves: end what was never sent, and tell the partner."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.goods.returns.events import ReturnMoved
from yunhe.goods.returns.services import expire_due
from yunhe.platform.access.models import Grant
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import PARTNERS
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

EXPIRED = declare_kind("returns.expired", _("An approved return was not sent in time"), email=True)


@job(
    name="returns.expire",
    title=_("End returns that were not sent"),
    reason="returns of all partners end at midnight",
    retries=3,
    cron="12 16 * * *",
)
def expire(progress: Any, *, actor: Principal) -> int:
    """Ends what should have been sent by yesterday; daily shortly after midnight in China."""
    with transaction.atomic():
        return expire_due(now=timezone.now())


def _ended(event: ReturnMoved) -> bool:
    return event.action == "expire"


@listen(ReturnMoved, only=_ended)
def tell_partner(event: ReturnMoved, *, actor: Principal) -> None:
    """The partner's people read that the return has ended and what they may do."""
    grants = Grant.objects.filter(node_id=event.node_id, role__in=PARTNERS)
    notify(
        sorted(grants.values_list("user_id", flat=True).distinct()),
        kind=EXPIRED,
        title=format_lazy(
            _("Return {number} has ended: it was not sent in time"), number=event.number
        ),
        body=_(
            "What it held of a right of return is free again. Ask anew if the goods are still to go back."
        ),
        url=reverse("returns_portal:detail", args=[event.return_id]),
        dedupe_key=f"return expired:{event.return_id}",
    )
