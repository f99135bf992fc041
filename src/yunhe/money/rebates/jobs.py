"""What rebates do by themselves: programs from policies, accruals after facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.events import PolicyConfirmed, PolicyPublished, PolicyWithdrawn
from yunhe.channel.policies.models import PolicyVersion
from yunhe.money.rebates.events import ProgramsCreated, SettlementPosted
from yunhe.money.rebates.queries.facts import highest_fact
from yunhe.money.rebates.services import compute_accruals, create_programs, end_programs
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.registry import job
from yunhe.trade.sales.events import SalesRecorded

DEBOUNCE = timedelta(seconds=3)


@job(
    name="rebates.accrue",
    title=_("Compute rebate accruals"),
    reason="accruals are computed from the facts of all partners at once",
    retries=3,
    cron="5 16 * * *",
)
def accrue(progress: Any, *, actor: Principal) -> int:
    """Accruals up to today; once more when facts came in meanwhile. Daily shortly after midnight."""
    changed = 0
    while True:
        with transaction.atomic():
            before = highest_fact()
            changed += compute_accruals(now=timezone.now())
            if highest_fact() == before:
                return changed


@listen(PolicyPublished)
def start_programs(event: PolicyPublished, *, actor: Principal) -> None:
    """A published policy's rebate rules become programs."""
    version = PolicyVersion.objects.select_related("policy").get(pk=event.version_id)
    create_programs(version, now=timezone.now())


@listen(PolicyWithdrawn)
def stop_programs(event: PolicyWithdrawn, *, actor: Principal) -> None:
    """A withdrawn policy earns nothing from today on."""
    end_programs(PolicyVersion.objects.get(pk=event.version_id), now=timezone.now())
    _accrue_soon()


@listen(SalesRecorded, PolicyConfirmed, ProgramsCreated, SettlementPosted)
def refresh_accruals(
    event: SalesRecorded | PolicyConfirmed | ProgramsCreated | SettlementPosted, *, actor: Principal
) -> None:
    """Whatever accruals depend on has changed: compute them soon, once for a burst of events."""
    _accrue_soon()


def _accrue_soon() -> None:
    enqueue(accrue, key="rebates.accrue", at=timezone.now() + DEBOUNCE)
