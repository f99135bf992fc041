"""What clients send."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """The body of a request or a part of one; a name it does not know is refused.

    Ninja's `Schema` would read every value through a getter that is made for Django's objects, and
    validate a strict body twice at each level, so a line of an order four times.
    """

    model_config = ConfigDict(extra="forbid")
