"""Loading steps of rebates: conditions, an interim settlement with signed statements, accruals."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from yunhe.demo.context import Context
from yunhe.money.rebates.models import AccrualEntry, Program, Settlement
from yunhe.money.rebates.services import (
    approve_settlement,
    compute_accruals,
    open_settlement,
    post_settlement,
    record_condition,
)
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.events.dispatcher import dispatch_all

WEEKS = 26
"""For so long accruals were computed every week, as the nightly job of a running installation does."""


def load_conditions(context: Context) -> None:
    """Which dealers met the conditions that people record (display photos)."""
    for spec in context.story.policies:
        for program in Program.objects.filter(version__policy__code=spec.code):
            for code, rows in spec.program.get("conditions", {}).items():
                for row in rows:
                    record_condition(
                        program,
                        node_id=context.nodes[code],
                        name=row["name"],
                        met=row["met"],
                        actor=context.actor,
                    )


def load_settlement(context: Context) -> None:
    """Accruals of the weeks before; finance opens and posts the interim settlement, the director approves
    it; today's accruals follow."""
    _accrue_weekly()
    people = dict(
        User.objects.filter(username__in=["finance", "director"]).values_list("username", "pk")
    )
    for spec in context.story.policies:
        programs = list(Program.objects.filter(version__policy__code=spec.code))
        if (
            spec.settle_interim_on is None
            or Settlement.objects.filter(parts__program__in=programs).exists()
        ):
            continue
        now = timezone.now()
        with scoped(people["finance"]) as finance:
            settlement = open_settlement(
                programs, cutoff=spec.settle_interim_on, actor=finance, now=now
            )
        with scoped(people["director"]) as director:
            approve_settlement(settlement, actor=director, now=now)
        with scoped(people["finance"]) as finance:
            post_settlement(settlement, actor=finance, now=now)
    compute_accruals(now=timezone.now())
    dispatch_all()


def _accrue_weekly() -> None:
    """Each week once, oldest first; a load that was interrupted goes on where it stopped."""
    now = timezone.now()
    yesterday = timezone.localdate(now) - timedelta(days=1)
    known = AccrualEntry.objects.order_by("-on").values_list("on", flat=True).first()
    for back in range(WEEKS, -1, -1):
        on = yesterday - timedelta(weeks=back)
        if known is None or on > known:
            compute_accruals(now=now, on=on)
