"""The only place where frames take row locks."""

from __future__ import annotations

from yunhe.platform.errors import NotFound
from yunhe.trade.blankets.models import Frame


def lock_frame(frame_id: int) -> Frame:
    """The frame, locked until the transaction ends. Raises NotFound out of scope."""
    found = Frame.objects.select_for_update(no_key=True).filter(pk=frame_id).first()
    if found is None:
        raise NotFound()
    return found
