"""What sales refuses."""

from __future__ import annotations

from yunhe.platform.errors import DomainError, NotAllowed


class NotYours(NotAllowed):
    """A partner states or corrects what is the house's to state."""

    code = "sales.not_yours"


class LinesRefused(DomainError):
    """Some lines of a batch are wrong; none was recorded. `rows` names each."""

    code = "sales.lines_refused"
