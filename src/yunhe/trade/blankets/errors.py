"""What frames refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class IllegalMove(Conflict):
    """The frame is not in a state from which this is possible."""

    code = "blankets.illegal_move"


class FrameOver(Conflict):
    """Nothing can be called off any more: the frame is closed or its time is over."""

    code = "blankets.over"


class FrameRefused(DomainError):
    """A frame whose terms do not fit together; `rows` name lines."""

    code = "blankets.frame"


class FrameShort(Conflict):
    """A call-off asks for more than is left of the frame or of the period; `rows` name lines."""

    code = "blankets.short"
