"""What a component is: a frozen dataclass with a template, known by name.

    @component("badge")
    @dataclass(frozen=True, kw_only=True)
    class Badge(Component):
        label: Text
        tone: str = "grey"

`{% ui "badge" label=_("Paid") tone="green" %}` builds one and renders `ui/components/badge.html`
with the instance as `c`. A property that is not declared is a TypeError at render time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.http import HttpRequest
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Text = str | StrPromise
else:
    Text = str | Promise
C = TypeVar("C", bound="type[Component]")
TONES = ("grey", "teal", "blue", "green", "amber", "red", "violet")


@dataclass(frozen=True, kw_only=True)
class Component:
    """Base of all components. Subclasses declare properties; `template` follows from the name."""

    tag: ClassVar[str]
    template: ClassVar[str]

    def render(self, request: HttpRequest | None = None) -> SafeString:
        """The component's HTML."""
        token = csrf(request) if request else {}
        return render_to_string(self.template, {"c": self, "request": request, **token})

    def __html__(self) -> SafeString:
        return self.render()


_registry: dict[str, type[Component]] = {}


def component(name: str) -> Callable[[C], C]:
    """Register a component class under `name`. Raises ValueError when the name is taken."""

    def register(cls: C) -> C:
        if name in _registry:
            raise ValueError(f"component {name} is declared twice")
        cls.tag = name
        cls.template = f"ui/components/{name.replace('-', '_')}.html"
        _registry[name] = cls
        return cls

    return register


def build(name: str, properties: Mapping[str, Any]) -> Component:
    """The component called `name`. Raises LookupError for the name, TypeError for a property."""
    if name not in _registry:
        raise LookupError(f"no component {name!r}; there are {', '.join(sorted(_registry))}")
    try:
        return _registry[name](**properties)
    except TypeError as error:
        raise TypeError(f"{{% ui {name!r} %}}: {error}") from error


def all_components() -> dict[str, type[Component]]:
    """Every registered component by name."""
    return dict(sorted(_registry.items()))


def check_tone(tone: str) -> None:
    """Raise ValueError unless the tone is one of the palette's names."""
    if tone not in TONES:
        raise ValueError(f"no tone {tone!r}; there are {', '.join(TONES)}")
