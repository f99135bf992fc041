"""The search for routes in the background, and what delivery hears of shipments."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from yunhe.goods.delivery.compute.assignment import compute_assignment
from yunhe.goods.delivery.services import accept_solution, ask_solution, note_receipt
from yunhe.goods.shipping.events import ShipmentReceived
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import scoped
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job


@job(
    name="delivery.solve",
    title=gettext_lazy("Plan delivery routes"),
    reason="the search holds no transaction; reading and writing run in the asker's scope",
    cancellable=True,
)
def solve(progress: Progress, *, actor: Principal, plan_id: int, seconds: int) -> dict[str, Any]:
    """Read, search for at most `seconds`, write; cancelled or repeated, nothing is half-written."""
    progress.start(100, gettext_lazy("reading the plan"))
    user_id = progress.run.user_id
    with scoped(user_id) as asker:
        question = ask_solution(plan_id, actor=asker)

    def watch(share: float) -> None:
        progress.advance(
            max(0, int(share * 100) - progress.done), message=gettext_lazy("searching")
        )

    found = compute_assignment(question.day, seconds=seconds, watch=watch)
    with scoped(user_id) as asker:
        after = accept_solution(question, found, actor=asker, now=timezone.now())
    progress.advance(100 - progress.done, message=gettext_lazy("done"))
    return {
        "cost": str(after.cost),
        "vehicles": len(after.used),
        "unserved": len(after.unserved),
        "iterations": found.iterations,
    }


@listen(ShipmentReceived)
def follow_receipt(event: ShipmentReceived, *, actor: Principal) -> None:
    """Goods were received at the driver's or the receiver's phone: the stop is delivered."""
    note_receipt(event.shipment_id, actor=actor, now=timezone.now())
