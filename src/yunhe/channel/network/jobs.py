"""What the network does by itself every night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.models import Licence
from yunhe.channel.network.services import apply_due_moves as apply_moves_due
from yunhe.platform.access.models import Grant
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import Role
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

EXPIRING = declare_kind(
    "network.licence_expiring", _("A qualification document expires"), email=True
)
DAYS_BEFORE = (60, 30, 7, 0)


@job(
    name="network.apply_moves",
    title=_("Apply planned moves"),
    reason="a move may cross regions and rewrites the paths of whole subtrees",
    cron="1 16 * * *",  # a minute past midnight in Shanghai
)
def apply_due_moves(progress: Any, *, actor: Principal) -> None:
    """Moves whose day has come take effect; running it again finds none."""
    with transaction.atomic():
        apply_moves_due(actor=actor, now=timezone.now())


@job(
    name="network.watch_licences",
    title=_("Watch expiring documents"),
    reason="it tells the staff of every partner, whatever the region",
    cron="0 1 * * *",
)
def watch_licences(progress: Any, *, actor: Principal) -> None:
    """Tell owners 60, 30 and 7 days before a document expires, and on its last day."""
    today = timezone.localdate()
    days = [today + timedelta(days=before) for before in DAYS_BEFORE]
    with transaction.atomic():
        for licence in Licence.objects.filter(expires_on__in=days).select_related("node"):
            owners = Grant.objects.filter(
                node_id=licence.node_id, role__in=[Role.DEALER_OWNER, Role.STORE]
            )
            notify(
                list(owners.values_list("user_id", flat=True)),
                kind=EXPIRING,
                title=format_lazy(
                    _("{kind} is valid until {day}"),
                    kind=licence.get_kind_display(),
                    day=licence.expires_on,
                ),
                url=reverse("network_portal:company"),
                dedupe_key=f"licence:{licence.pk}:{today}",
            )
