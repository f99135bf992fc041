"""Small marks, buttons, headings and messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.safestring import SafeString

from yunhe.platform.ui.component import Component, Text, check_tone, component
from yunhe.platform.ui.icons import check_icon

BUTTON_STYLES = ("primary", "secondary", "quiet", "danger")
NO_CONTENT = SafeString("")
ALERT_ICONS = {
    "green": "circle-check",
    "amber": "alert-triangle",
    "red": "alert-circle",
    "blue": "info-circle",
}


@component("badge")
@dataclass(frozen=True, kw_only=True)
class Badge(Component):
    """A short word on a tinted ground: a state, a kind, a level."""

    label: Text
    tone: str = "grey"
    icon: str = ""
    title: Text = ""

    def __post_init__(self) -> None:
        check_tone(self.tone)
        check_icon(self.icon)


@component("status")
@dataclass(frozen=True, kw_only=True)
class Status(Component):
    """A dot and a word: the state of a document in a table or a header."""

    label: Text
    tone: str = "grey"
    pulse: bool = False

    def __post_init__(self) -> None:
        check_tone(self.tone)


@component("button")
@dataclass(frozen=True, kw_only=True)
class Button(Component):
    """A link (`url`), a POST (`url` and `method="post"`) or a submit button (no `url`).

    `confirm` asks once before the POST, with the consequence in words; without JavaScript the
    server is asked directly. `permission` hides it from readers who lack it (in headers).
    """

    label: Text
    url: str = ""
    style: str = "secondary"
    icon: str = ""
    method: Literal["get", "post"] = "get"
    confirm: Text = ""
    name: str = ""
    value: str = ""
    form: str = ""
    size: Literal["", "small", "large"] = ""
    disabled: bool = False
    icon_only: bool = False
    download: bool = False
    opens: str = ""
    permission: str = ""

    def __post_init__(self) -> None:
        check_icon(self.icon)
        if self.style not in BUTTON_STYLES:
            raise ValueError(
                f"no button style {self.style!r}; there are {', '.join(BUTTON_STYLES)}"
            )

    @property
    def css(self) -> str:
        size = {"small": " btn-sm", "large": " btn-lg"}.get(self.size, "")
        return f"btn y-btn-{self.style}{size}{' btn-icon' if self.icon_only else ''}"


@component("button-group")
@dataclass(frozen=True, kw_only=True)
class ButtonGroup(Component):
    """Buttons that belong together; `label` names the group for screen readers."""

    buttons: Sequence[Button]
    label: Text = ""


@dataclass(frozen=True)
class Crumb:
    """A step of the way here; the last has no address."""

    label: Text
    url: Text = ""


@component("page-header")
@dataclass(frozen=True, kw_only=True)
class PageHeader(Component):
    """The page's title, the way here, its state and what can be done."""

    title: Text
    subtitle: Text = ""
    crumbs: Sequence[Crumb] = ()
    actions: Sequence[Button] = ()
    status: Component | None = None


@component("card")
@dataclass(frozen=True, kw_only=True)
class Card(Component):
    """A panel: `{% uiblock "card" title=… %}content{% enduiblock %}`. `flush` drops the padding."""

    content: SafeString = NO_CONTENT
    title: Text = ""
    subtitle: Text = ""
    icon: str = ""
    actions: Sequence[Button] = ()
    footer: Text = ""
    flush: bool = False
    tone: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        check_icon(self.icon)
        if self.tone:
            check_tone(self.tone)


@component("alert")
@dataclass(frozen=True, kw_only=True)
class Alert(Component):
    """A message in the page: what happened (`title`) and what to do next (`text`)."""

    title: Text
    text: Text = ""
    tone: str = "blue"
    icon: str = ""
    actions: Sequence[Button] = ()
    items: Sequence[Text] = ()
    dismissible: bool = False

    def __post_init__(self) -> None:
        check_tone(self.tone)
        check_icon(self.icon)

    @property
    def mark(self) -> str:
        return self.icon or ALERT_ICONS.get(self.tone, "info-circle")


@component("toast")
@dataclass(frozen=True, kw_only=True)
class Toast(Component):
    """A message over the page that leaves by itself; the shell shows Django's messages this way."""

    text: Text
    tone: str = "green"

    def __post_init__(self) -> None:
        check_tone(self.tone)

    @property
    def mark(self) -> str:
        return ALERT_ICONS.get(self.tone, "info-circle")


@component("empty")
@dataclass(frozen=True, kw_only=True)
class Empty(Component):
    """Nothing here yet: says why and what to do first."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    actions: Sequence[Button] = ()

    def __post_init__(self) -> None:
        check_icon(self.icon)


@component("error")
@dataclass(frozen=True, kw_only=True)
class Error(Component):
    """Something failed here: what happened, what to do next, a reference to quote."""

    title: Text
    text: Text = ""
    code: str = ""
    actions: Sequence[Button] = ()


@component("avatar")
@dataclass(frozen=True, kw_only=True)
class Avatar(Component):
    """A person or partner as one or two characters on a steady colour."""

    label: str
    size: Literal["", "small", "large"] = ""

    @property
    def initials(self) -> str:
        words = self.label.split()
        if not words:
            return "?"
        if not words[0].isascii():
            return words[0][-2:] if len(words[0]) <= 4 else words[0][:2]
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def hue(self) -> int:
        """One of six steady colours, by the characters of the name."""
        return sum(map(ord, self.label)) % 6


@component("skeleton")
@dataclass(frozen=True, kw_only=True)
class Skeleton(Component):
    """The shape of what is loading; `kind` is lines, tiles, table or chart."""

    kind: Literal["lines", "tiles", "table", "chart"] = "lines"
    count: int = 3

    @property
    def each(self) -> range:
        return range(self.count)


@component("live")
@dataclass(frozen=True, kw_only=True)
class Live(Component):
    """A region that fetches itself: once when `every` is 0, else again after so many seconds."""

    url: str
    every: int = 0
    label: Text = ""
    placeholder: Component = field(default_factory=Skeleton)
