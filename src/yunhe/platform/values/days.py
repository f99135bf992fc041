"""Which days a document may have at all."""

from __future__ import annotations

from datetime import date

EARLIEST = date(2000, 1, 1)
"""Before it nothing was sold, counted or booked here: an older day is a slip of the pen."""
