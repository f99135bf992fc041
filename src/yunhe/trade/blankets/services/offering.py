"""Show an approved frame to the partner."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify
from yunhe.trade.blankets.events import FrameOffered
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.services.steps import facts_of, readers_of, record_step
from yunhe.trade.blankets.transitions import MOVES

OFFERED = declare_kind(
    "blankets.offered", gettext_lazy("A blanket order waits for your signature"), email=True
)


def offer_frame(frame: Frame, *, actor: Principal, now: datetime) -> Frame:
    """Show an approved frame to the partner and tell its people. Emits FrameOffered."""
    move = MOVES.check(frame.status, "offer", number=frame.number)
    record_step(frame, "offer", move.target, actor=actor, now=now)
    notify(
        readers_of(frame),
        kind=OFFERED,
        title=format_lazy(
            "{}: {}", gettext_lazy("A blanket order waits for your signature"), frame.title
        ),
        body=gettext_lazy("Check the terms, then sign or decline."),
        url=reverse("blankets_portal:detail", args=[frame.pk]),
        dedupe_key=f"frame:{frame.pk}:{now.isoformat()}",
        now=now,
    )
    emit(FrameOffered(**facts_of(frame)), node_id=frame.node_id, subject=frame.number)
    return frame
