"""What compliance does by itself every night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Grant
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify
from yunhe.trade.compliance.permissions import CHANGE
from yunhe.trade.compliance.queries import registrations_expiring_on

EXPIRING = declare_kind(
    "compliance.registration_expiring", _("A product registration expires"), email=True
)
DAYS_BEFORE = (90, 30, 7, 0)


@job(
    name="compliance.watch_registrations",
    title=_("Watch expiring registrations"),
    reason="it tells everybody who keeps registrations, whatever their part of the tree",
    cron="10 1 * * *",
)
def watch_registrations(progress: Any, *, actor: Principal) -> None:
    """Tell who keeps registrations 90, 30 and 7 days before one expires, and on its last day."""
    today = timezone.localdate()
    roles = next(each.roles for each in all_permissions() if each.code == CHANGE)
    with transaction.atomic():
        keepers = Grant.objects.filter(role__in=roles).values_list("user_id", flat=True).distinct()
        users = sorted(keepers)
        days = [today + timedelta(days=before) for before in DAYS_BEFORE]
        for registration in registrations_expiring_on(days):
            notify(
                users,
                kind=EXPIRING,
                title=format_lazy(
                    _("{product}: {kind} is valid until {day}"),
                    product=registration.product.name,
                    kind=registration.get_kind_display(),
                    day=registration.expires_on,
                ),
                url=reverse("compliance:registration", args=[registration.pk]),
                dedupe_key=f"registration:{registration.pk}:{today}",
            )
