"""Values of the API for which JSON Schema has no format of its own."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import WithJsonSchema

_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?$"

ClockTime = Annotated[time, WithJsonSchema({"type": "string", "pattern": _CLOCK})]
"""A time of day at its place, as `08:00:00`. The format `time` (RFC 3339) would ask for an offset."""
