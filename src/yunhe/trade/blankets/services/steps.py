"""Move a frame on, recording the step; what every event of a frame tells; who is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.trade.blankets.models import Frame, FrameStep
from yunhe.trade.blankets.permissions import VIEW_OWN


def record_step(
    frame: Frame, action: str, status: str, *, actor: Principal, now: datetime, note: str = ""
) -> Frame:
    """Give a locked frame its state and write the step, as one who sees both sides of the move."""
    FrameStep.objects.create(
        frame=frame,
        action=action,
        status=status,
        at=now,
        user_id=actor.user_id,
        note=note[:300],
    )
    frame.status = status
    frame.save()
    return frame


def facts_of(frame: Frame) -> dict[str, Any]:
    """What every event of the frame tells."""
    return {
        "frame_id": frame.pk,
        "number": frame.number,
        "node_id": frame.node_id,
        "supplier_id": frame.supplier_id,
        "until": frame.period.upper,
    }


def readers_of(frame: Frame) -> list[int]:
    """The partner's own people who may see its frames: user ids. One statement."""
    roles = next(p.roles for p in all_permissions() if p.code == VIEW_OWN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM blankets_readers(%s, %s)", [frame.pk, sorted(roles)])
        return [row[0] for row in cursor.fetchall()]
