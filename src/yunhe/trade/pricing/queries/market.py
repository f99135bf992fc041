"""Price history, sales below the floors, competitors' prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, QuerySet

from yunhe.trade.catalog.models import Sku
from yunhe.trade.pricing.models import (
    CompetitorPrice,
    PartnerChannel,
    Price,
    RetailBreach,
    RetailFloor,
)

SERIES_SHOWN = 6


@dataclass(frozen=True)
class PriceLine:
    """One line of the chart: a list's (or a competitor's) price on each of the days, None: none."""

    label: str
    values: tuple[Decimal | None, ...]
    competitor: bool = False


def price_history(sku: Sku) -> QuerySet[Price]:
    """Every row of a SKU in the lists in sight, the latest first."""
    return (
        Price.objects.filter(sku=sku)
        .select_related("price_list__node")
        .order_by(F("period").desc(), "price_list__code", "unit", "min_quantity")
    )


def history_lines(sku: Sku, *, until: date, days: int = 365) -> tuple[list[date], list[PriceLine]]:
    """Base-unit prices (first break) of the lists, and competitors' prices, on the days of change.

    Returns the days and at most SERIES_SHOWN lines of each sort. Two statements.
    """
    since = until - timedelta(days=days)
    rows = [
        row
        for row in price_history(sku).filter(unit=sku.base_unit, period__overlap=(since, until))
        if row.min_quantity <= 1
    ]
    seen = list(competitor_prices().filter(sku=sku, seen_on__gte=since).order_by("seen_on"))
    edges = {since, until} | {row.period.lower for row in rows if row.period.lower}
    edges |= {row.period.upper for row in rows if row.period.upper}
    edges |= {one.seen_on for one in seen}
    points = sorted(day for day in edges if since <= day <= until)
    lines = [
        PriceLine(name, tuple(_price_on(found, day) for day in points))
        for name, found in _grouped(rows).items()
    ][:SERIES_SHOWN]
    return points, lines + _competitors(seen, points)


def _grouped(rows: Sequence[Price]) -> dict[str, list[Price]]:
    grouped: dict[str, list[Price]] = {}
    for row in rows:
        grouped.setdefault(row.price_list.label, []).append(row)
    return grouped


def _price_on(rows: Sequence[Price], day: date) -> Decimal | None:
    for row in rows:
        lower, upper = row.period.lower, row.period.upper
        if (lower is None or lower <= day) and (upper is None or day < upper):
            return row.price
    return None


def _competitors(seen: Sequence[CompetitorPrice], points: Sequence[date]) -> list[PriceLine]:
    """A price seen holds until the next one is."""
    grouped: dict[str, dict[date, Decimal]] = {}
    for one in seen:
        grouped.setdefault(f"{one.competitor} {one.product}", {})[one.seen_on] = one.price
    lines = []
    for label, prices in list(grouped.items())[:SERIES_SHOWN]:
        last: Decimal | None = None
        values = []
        for day in points:
            last = prices.get(day, last)
            values.append(last)
        lines.append(PriceLine(label, tuple(values), competitor=True))
    return lines


def list_floors() -> QuerySet[RetailFloor]:
    """Minimum retail prices in sight."""
    return RetailFloor.objects.select_related("node", "sku").order_by("sku__code", "-period")


def list_breaches() -> QuerySet[RetailBreach]:
    """Sales below a floor in sight, the latest first."""
    return RetailBreach.objects.select_related("node", "sku").order_by("-on", "-pk")


def competitor_prices() -> QuerySet[CompetitorPrice]:
    """Competitors' prices in sight, the latest first."""
    return CompetitorPrice.objects.select_related("node", "sku").order_by("-seen_on", "-pk")


def list_channels() -> QuerySet[PartnerChannel]:
    """The sales channels of partners in sight."""
    return PartnerChannel.objects.select_related("node").order_by("node__code")
