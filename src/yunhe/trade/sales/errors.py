"""What sales refuses."""

from __future__ import annotations

from yunhe.platform.errors import DomainError


class LinesRefused(DomainError):
    """Some lines of a batch are wrong; none was recorded. `rows` names each."""

    code = "sales.lines_refused"
