"""Figures with their meaning: tiles, progress, ladders, steps, timelines, facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Component, Text, check_tone, component
from yunhe.platform.ui.icons import check_icon

Number = Decimal | int | float


@component("stat")
@dataclass(frozen=True, kw_only=True)
class Stat(Component):
    """A number that explains itself.

    Args:
        value: already formatted text, e.g. `money_short(x)`.
        change: relative to the comparison, as a fraction; its sign chooses the arrow.
        comparison: what it is compared with, e.g. `_("vs. last month")`.
        good: whether up is good, down is good, or neither.
        as_of: when the data were complete.
        definition_url: the metric's page in the dictionary.
        url: the rows behind the number.
        trend: a few values for a small line.
    """

    label: Text
    value: Text
    unit: Text = ""
    change: Number | None = None
    comparison: Text = ""
    good: Literal["up", "down", "neither"] = "up"
    as_of: datetime | None = None
    definition_url: str = ""
    url: str = ""
    icon: str = ""
    trend: Sequence[Number] = ()
    note: Text = ""

    def __post_init__(self) -> None:
        check_icon(self.icon)

    @property
    def direction(self) -> str:
        if self.change is None or self.change == 0:
            return "flat"
        return "up" if self.change > 0 else "down"

    @property
    def tone(self) -> str:
        if self.direction == "flat" or self.good == "neither":
            return "grey"
        return "green" if self.direction == self.good else "red"

    @property
    def line(self) -> str:
        return polyline(self.trend)


@component("sparkline")
@dataclass(frozen=True, kw_only=True)
class Sparkline(Component):
    """A small line without axes; `label` says in words what it shows."""

    values: Sequence[Number]
    label: Text
    tone: str = "teal"

    def __post_init__(self) -> None:
        check_tone(self.tone)

    @property
    def line(self) -> str:
        return polyline(self.values)


@component("progress")
@dataclass(frozen=True, kw_only=True)
class Progress(Component):
    """How far it is; with `poll_url` it asks again every `every` seconds until the answer stops."""

    value: Number
    total: Number = 100
    label: Text = ""
    detail: Text = ""
    tone: str = "teal"
    failed: Number = 0
    poll_url: str = ""
    every: int = 2

    def __post_init__(self) -> None:
        check_tone(self.tone)

    @property
    def share(self) -> float:
        """0 to 100."""
        return (
            min(100.0, round(100 * float(self.value) / float(self.total), 1)) if self.total else 0.0
        )

    @property
    def failed_share(self) -> float:
        return round(100 * float(self.failed) / float(self.total), 1) if self.total else 0.0

    @property
    def failed_from(self) -> float:
        """Where the failed part begins: at the end of what is done."""
        return max(0.0, self.share - self.failed_share)

    @property
    def text(self) -> str:
        return formatting.percent(Decimal(str(self.share)) / 100, 0)


@dataclass(frozen=True)
class Tier:
    """A rung: reached from `floor`, pays `reward` (text)."""

    label: Text
    floor: Number
    reward: Text


@component("tier-ladder")
@dataclass(frozen=True, kw_only=True)
class TierLadder(Component):
    """Where the reader stands between the tiers, and what the next one asks.

    `shown` and `remaining` are texts such as `¥1.2万`; `value` positions the mark.
    """

    tiers: Sequence[Tier]
    value: Number
    shown: Text
    remaining: Text = ""
    label: Text = ""

    @property
    def top(self) -> float:
        last = float(max((tier.floor for tier in self.tiers), default=0))
        return max(last * 1.15, float(self.value), 1.0)

    @property
    def share(self) -> float:
        return round(100 * float(self.value) / self.top, 2)

    @property
    def rungs(self) -> list[tuple[Tier, float, bool, bool]]:
        """(tier, position 0–100, reached, is the next one), lowest first."""
        ordered = sorted(self.tiers, key=lambda tier: tier.floor)
        waiting = [tier for tier in ordered if self.value < tier.floor]
        return [
            (
                tier,
                round(100 * float(tier.floor) / self.top, 2),
                self.value >= tier.floor,
                bool(waiting) and tier is waiting[0],
            )
            for tier in ordered
        ]


@dataclass(frozen=True)
class Step:
    """A stage of the work; `state` is done, current, waiting or failed."""

    label: Text
    state: Literal["done", "current", "waiting", "failed"] = "waiting"
    note: Text = ""
    url: str = ""


@component("stepper")
@dataclass(frozen=True, kw_only=True)
class Stepper(Component):
    """Stages in order, with the present one marked."""

    steps: Sequence[Step]
    label: Text = ""


@dataclass(frozen=True)
class Event:
    """Something that happened: who did what when."""

    at: datetime
    title: Text
    text: Text = ""
    who: Text = ""
    icon: str = "point"
    tone: str = "grey"
    url: str = ""

    def __post_init__(self) -> None:
        check_tone(self.tone)
        check_icon(self.icon)


@component("timeline")
@dataclass(frozen=True, kw_only=True)
class Timeline(Component):
    """What happened here, newest first as given."""

    events: Sequence[Event]
    empty: Text = ""


@dataclass(frozen=True)
class Fact:
    """A term and its value, already formatted; a component is rendered."""

    label: Text
    value: Text | Component | None
    url: str = ""
    hint: Text = ""
    numeric: bool = False


@component("facts")
@dataclass(frozen=True, kw_only=True)
class Facts(Component):
    """A description list; `columns` on wide screens."""

    facts: Sequence[Fact]
    columns: Literal[1, 2, 3, 4] = 2


def polyline(values: Sequence[Number], width: int = 100, height: int = 28) -> str:
    """SVG points of a line through the values, scaled into the box with a margin of 2."""
    if len(values) < 2:
        return ""
    low, high = float(min(values)), float(max(values))
    spread = (high - low) or 1.0
    step = (width - 4) / (len(values) - 1)
    return " ".join(
        f"{2 + index * step:.1f},{height - 2 - (float(value) - low) / spread * (height - 4):.1f}"
        for index, value in enumerate(values)
    )
