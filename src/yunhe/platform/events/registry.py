"""Typed events and their listeners.

A domain's `events.py` declares what happens there and, for lower domains' events, who listens:

    @dataclass(frozen=True, kw_only=True)
    class OrderConfirmed(Event):
        type: ClassVar = "yunhe.orders.order.confirmed.v1"
        order_id: int

    @listen(OrderConfirmed)
    def accrue(event: OrderConfirmed, *, actor: Principal) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that happened, named `yunhe.<domain>.<subject>.<what>.v<n>`; fields are plain values.

    A field is never removed and never changes its meaning within a version: other systems and
    stored events rely on it.
    """

    type: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known = _types.get(cls.type)
        if known and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f"event type {cls.type} is declared twice")
        _types[cls.type] = cls

    def to_data(self) -> dict[str, Any]:
        """The JSON object that travels: decimals and dates as text."""
        return _adapter(type(self)).dump_python(self, mode="json")

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The event from its JSON object; unknown attributes (a newer writer) are ignored."""
        return _adapter(cls).validate_python(data)


_types: dict[str, type[Event]] = {}
HandlerFunction = Callable[..., None]
Condition = Callable[[Any], bool]


@dataclass(frozen=True)
class Handler:
    """A function that hears one event type; `name` identifies its delivery rows."""

    name: str
    event: type[Event]
    function: HandlerFunction
    only: Condition | None = None

    def hears(self, data: dict[str, Any]) -> bool:
        """Whether this event is for it. One that cannot be read is, so that its failure is recorded."""
        if self.only is None:
            return True
        try:
            return self.only(self.event.from_data(data))
        except Exception:
            return True


_handlers: dict[str, Handler] = {}


_adapters: dict[type[Event], TypeAdapter[Any]] = {}


def _adapter(cls: type[Event]) -> TypeAdapter[Any]:
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(cls)
    return _adapters[cls]


def listen(
    *events: type[Event], only: Condition | None = None
) -> Callable[[HandlerFunction], HandlerFunction]:
    """Hear these events, at least once each, in the worker, under the owner role.

    The function gets `(event, *, actor)`, runs in a transaction of its own and must be idempotent:
    after a crash it may see the same event again. Its name is stored with pending deliveries, so
    renaming a handler needs a migration of `events_delivery.handler`. Events for which `only` is false
    are never brought to it; it looks at the event alone.
    """

    def register(function: HandlerFunction) -> HandlerFunction:
        base = f"{function.__module__}.{function.__qualname__}"
        for event in events:
            name = base if len(events) == 1 else f"{base}:{event.type}"
            _handlers[name] = Handler(name, event, function, only)
        return function

    return register


def handlers_of(event_type: str) -> list[Handler]:
    """Who listens to this type, by name."""
    return [h for _, h in sorted(_handlers.items()) if h.event.type == event_type]


def handler_named(name: str) -> Handler | None:
    return _handlers.get(name)


def event_types() -> dict[str, type[Event]]:
    """Every declared event class by its type."""
    return dict(sorted(_types.items()))
