"""Loading steps of rebates: conditions, an interim settlement with signed statements, accruals."""

from __future__ import annotations

from django.utils import timezone

from yunhe.demo.context import Context
from yunhe.money.rebates.models import Program, Settlement
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
    """Finance opens and posts the interim settlement, the director approves it; accruals follow."""
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
