"""Reads of frames: which line prices and limits a product, how far a frame is called off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from yunhe.platform.errors import NotFound
from yunhe.trade.blankets.choices import FRAME, FrameStatus
from yunhe.trade.blankets.compute import Planned, fulfil, period_key
from yunhe.trade.blankets.models import Frame, FrameLine, FrameStep, PlannedCall
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import categories_below

ZERO = Decimal(0)
WARN_DAYS = 30


@dataclass(frozen=True)
class Progress:
    """How much of a line, or of its period, call-offs hold (`reserved`) and took (`shipped`): in the
    line's own unit or in money."""

    total: Decimal
    reserved: Decimal = ZERO
    shipped: Decimal = ZERO

    @property
    def called(self) -> Decimal:
        return self.reserved + self.shipped

    @property
    def left(self) -> Decimal:
        return self.total - self.called


def list_frames() -> QuerySet[Frame]:
    """Frames in scope with partner and supplier, the newest first."""
    return Frame.objects.select_related("node", "supplier").order_by("-pk")


def frame_for(frame_id: int) -> Frame:
    """The frame with its parties. Raises NotFound out of scope."""
    found = list_frames().filter(pk=frame_id).first()
    if found is None:
        raise NotFound()
    return found


def frames_by_number(asked: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Frame]:
    """(number, partner) → the frame with its lines, of those in scope. Two statements for any number."""
    wanted = set(asked)
    lines = Prefetch("lines", FrameLine.objects.select_related("sku", "category"))
    found = Frame.objects.filter(
        number__in={number for number, _node_id in wanted},
        node_id__in={node_id for _number, node_id in wanted},
    ).prefetch_related(lines)
    return {(one.number, one.node_id): one for one in found if (one.number, one.node_id) in wanted}


def lines_of(frame: Frame) -> list[FrameLine]:
    """The lines with product or group, in their order."""
    found = list(frame.lines.select_related("sku", "category").order_by("row"))
    for line in found:
        line.frame = frame
    return found


def with_lines(frames: QuerySet[Frame]) -> list[Frame]:
    """The frames, each with its lines in order as `frame.lines.all()`. Two statements for any number."""
    lines = FrameLine.objects.select_related("sku", "category").order_by("row")
    return list(frames.prefetch_related(Prefetch("lines", lines)))


def steps_of(frame: Frame) -> QuerySet[FrameStep]:
    """What happened to the frame, oldest first."""
    return frame.steps.select_related("user").order_by("pk")


def lines_by_sku(lines: Iterable[FrameLine], sku_ids: Iterable[int]) -> dict[int, FrameLine]:
    """Product → the line it is called off from: its own, else that of a group it belongs to."""
    return each_by_sku([(list(lines), set(sku_ids))])[0]


def each_by_sku(
    asked: Sequence[tuple[Sequence[FrameLine], set[int]]],
) -> list[dict[int, FrameLine]]:
    """As `lines_by_sku` for the lines of many frames. Two statements when groups count, else none."""
    found = [
        {line.sku_id: line for line in lines if line.sku_id in wanted and line.sku_id}
        for lines, wanted in asked
    ]
    groups = [[line for line in lines if line.category_id] for lines, _wanted in asked]
    rest = [
        wanted - set(own) if mine else set[int]()
        for (_lines, wanted), own, mine in zip(asked, found, groups, strict=True)
    ]
    if not any(rest):
        return found
    skus = set[int]().union(*rest)
    categories = dict(Sku.objects.filter(pk__in=skus).values_list("pk", "product__category_id"))
    below = categories_below(line.category_id or 0 for mine in groups for line in mine)
    for own, mine, others in zip(found, groups, rest, strict=True):
        for line in mine:
            for sku_id in others:
                if categories.get(sku_id) in below.get(line.category_id or 0, ()):
                    own.setdefault(sku_id, line)
    return found


def is_open(frame: Frame, on: date) -> bool:
    """Whether goods may be called off on the day."""
    return frame.status == FrameStatus.ACTIVE and frame.period.lower <= on < frame.period.upper


def progress_of(lines: Sequence[FrameLine], *, on: date | None = None) -> dict[int, Progress]:
    """Line id → how far it is called off; with `on`, within the period of that day. One statement.

    A period without a maximum of its own is counted all the same; its total is the line's.
    """
    keys = {line.pk: _key(line, on) for line in lines}
    taken = _accounts(keys.values())
    found = {}
    for line in lines:
        reserved, shipped = taken.get(keys[line.pk], (ZERO, ZERO))
        total = line.total if on is None else line.period_maximum or line.total
        found[line.pk] = Progress(total, reserved / line.factor, shipped / line.factor)
    return found


def plan_of(
    lines: Sequence[FrameLine], done: Mapping[int, Progress]
) -> list[tuple[FrameLine, Planned]]:
    """Planned call-offs with what was called off of each, by day. One statement."""
    by_line: dict[int, list[tuple[date, Decimal]]] = {}
    planned = PlannedCall.objects.filter(line__in=[line.pk for line in lines]).order_by("on")
    for each in planned:
        by_line.setdefault(each.line_id, []).append((each.on, each.quantity))
    found = [
        (line, each)
        for line in lines
        for each in fulfil(by_line.get(line.pk, []), done[line.pk].called)
    ]
    return sorted(found, key=lambda pair: (pair[1].on, pair[0].row))


def running_out(today: date) -> QuerySet[Frame]:
    """Frames in force that end within WARN_DAYS."""
    return list_frames().filter(
        status=FrameStatus.ACTIVE, period__endswith__lte=today + timedelta(days=WARN_DAYS)
    )


def open_frames(node_id: int) -> QuerySet[Frame]:
    """Frames that a partner may call off from today."""
    return list_frames().filter(
        node_id=node_id, status=FrameStatus.ACTIVE, period__contains=timezone.localdate()
    )


def holding_something(order_ids: Iterable[int]) -> set[int]:
    """The orders that hold or took something of a frame already: they may still be amended."""
    asked = list(order_ids)
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o FROM unnest(%s::bigint[]) o WHERE blankets_holds('order:' || o)", [asked]
        )
        return {row[0] for row in cursor.fetchall()}


def _key(line: FrameLine, on: date | None) -> str:
    if on is None:
        return line.key
    return f"{line.key}:{period_key(on, line.frame.period_unit)}"


def _accounts(keys: Iterable[str]) -> dict[str, tuple[Decimal, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, reserved, committed FROM capacity_account"
            " WHERE kind = %s AND key = ANY (%s)",
            [FRAME, list(keys)],
        )
        return {key: (reserved, committed) for key, reserved, committed in cursor.fetchall()}
