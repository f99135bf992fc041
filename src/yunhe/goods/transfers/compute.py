"""Which stock is wrong, and who could help whom; arithmetic on values, no Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from math import asin, cos, radians, sin, sqrt
from statistics import NormalDist

ZERO = Decimal(0)
WINDOW_DAYS = 28
"""Daily sales are the mean of the last four weeks."""
EARTH_KM = 6371.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """A rule's days; 0 switches the warning off."""

    low_days: int = 7
    over_days: int = 60
    slow_days: int = 45
    expiry_days: int = 30


@dataclass(frozen=True, slots=True)
class StockFacts:
    """A product at a partner: on hand, sold in the window, days since the last sale (None: never),
    what expires within the rule's days and the fewest days left of it, the safety stock (0: none)."""

    on_hand: Decimal
    sold: Decimal
    idle_days: int | None
    expiring: Decimal = ZERO
    days_left: int | None = None
    safety: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Found:
    """An alert: `days` as its kind means them, `amount` to order (low) or to give away."""

    kind: str
    days: int | None
    quantity: Decimal
    amount: Decimal


def compute_days(on_hand: Decimal, sold: Decimal) -> int | None:
    """Whole days that the stock lasts at the mean of the window; None when nothing is sold."""
    if sold <= 0:
        return None
    return int(max(on_hand, ZERO) * WINDOW_DAYS / sold)


def compute_alerts(facts: StockFacts, limits: Limits) -> list[Found]:
    """The alerts of a product at a partner, low, over, slow, expiry in that order.

    Low: the stock lasts fewer days than `low_days`, or is below the safety stock whatever the rule; to
    order is what lasts twice as long, and fills the safety stock. Over: it lasts more than `over_days`;
    the rest may go, but for the safety stock. Slow: more than that, and no sale for `slow_days`.
    """
    found = []
    days = compute_days(facts.on_hand, facts.sold)
    running_out = days is not None and limits.low_days and days < limits.low_days
    if running_out or facts.on_hand < facts.safety:
        wanted = max(facts.sold * 2 * limits.low_days / WINDOW_DAYS, facts.safety)
        wanted -= max(facts.on_hand, ZERO)
        found.append(Found("low", days, facts.on_hand, wanted.quantize(Decimal(1), ROUND_UP)))
    spare = facts.on_hand - facts.safety
    if days is not None and limits.over_days and days > limits.over_days and spare > 0:
        rest = min(facts.on_hand - facts.sold * limits.over_days / WINDOW_DAYS, spare)
        found.append(Found("over", days, facts.on_hand, rest.quantize(Decimal(1), ROUND_DOWN)))
    idle = facts.idle_days is None or facts.idle_days >= limits.slow_days
    if limits.slow_days and spare > 0 and facts.sold <= 0 and idle:
        found.append(Found("slow", facts.idle_days, facts.on_hand, spare))
    if limits.expiry_days and facts.expiring > 0:
        found.append(Found("expiry", facts.days_left, facts.expiring, facts.expiring))
    return found


NOW, SOON, WATCH = 3, 2, 1
"""Severity of an alert."""
EMPTY_SOON, EXPIRES_NOW, EXPIRES_SOON, TOO_LONG = 2, 7, 14, 180
"""Days: low stock that lasts no longer is pressing; goods that expire within; stock that lasts or has
stood longer is more than a slip."""


def compute_severity(kind: str, days: int | None, quantity: Decimal = ZERO) -> int:
    """3 act now, 2 act soon, 1 keep an eye on it.

    Now: sold out (no day or no `quantity` left), or expiring within a week. Soon: two days of stock
    left, expiring within two weeks, stock for half a year or without a sale for as long (or ever).
    """
    if kind == "low":
        if days is None:
            return WATCH if quantity > 0 else NOW
        return NOW if not days else SOON if days <= EMPTY_SOON else WATCH
    if kind == "expiry":
        left = days or 0
        return NOW if left <= EXPIRES_NOW else SOON if left <= EXPIRES_SOON else WATCH
    return SOON if days is None or days >= TOO_LONG else WATCH


SAFETY_WINDOW_DAYS = 56
"""Safety stock follows the sales of eight whole weeks, so that each weekday counts equally often."""


def compute_safety(
    total: Decimal, squares: Decimal, *, service: Decimal, lead_days: int
) -> Decimal:
    """Safety stock z·σ·√L in whole base units, rounded up.

    `total` and `squares` are Σx and Σx² of daily sales over SAFETY_WINDOW_DAYS, σ their sample
    standard deviation; z is the normal quantile of the cycle `service` level (0.5 ≤ service < 1), L
    the days from order to arrival. Source: the textbook formula for variable demand and a fixed lead
    time (e.g. Silver, Pyke, Thomas: Inventory and Production Management in Supply Chains, ch. 6).
    """
    days = SAFETY_WINDOW_DAYS
    variance = max((squares - total * total / days) / (days - 1), ZERO)
    factor = Decimal(repr(NormalDist().inv_cdf(float(service))))
    exact = factor * (variance * lead_days).sqrt()
    return exact.quantize(Decimal("0.000001")).to_integral_value(ROUND_UP)


def compute_km(one: Point, other: Point) -> float:
    """Great-circle distance of two (latitude, longitude) in kilometres."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    part = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(part)))


@dataclass(frozen=True, slots=True)
class Side:
    """A partner with too much or too little of a product (`amount` base units), where it is, and on
    which level of the channel it stands: goods go sideways, never up or down."""

    node_id: int
    sku_id: int
    amount: Decimal
    at: Point | None
    level: str = ""


def _fits(spare: Side, need: Side) -> bool:
    same = (spare.sku_id, spare.level) == (need.sku_id, need.level)
    return same and spare.node_id != need.node_id


@dataclass(frozen=True, slots=True)
class Proposal:
    """Send `quantity` of a product from one partner to another, `km` apart (None: unknown)."""

    sender: int
    receiver: int
    sku_id: int
    quantity: Decimal
    km: int | None


def compute_proposals(
    surplus: Iterable[Side], shortage: Sequence[Side], *, most_km: int = 800
) -> list[Proposal]:
    """Match surplus with shortage of the same product, the nearest pairs first.

    Nobody gives or gets more than it has to give or needs; pairs farther apart than `most_km` are
    left out; pairs of unknown distance come last.
    """
    have = list(surplus)
    given = {(side.node_id, side.sku_id): side.amount for side in have}
    wanted = {(side.node_id, side.sku_id): side.amount for side in shortage}
    pairs = []
    for need in shortage:
        for spare in have:
            if _fits(spare, need):
                km = round(compute_km(spare.at, need.at)) if spare.at and need.at else None
                if km is None or km <= most_km:
                    pairs.append((km is None, km or 0, need.node_id, spare.node_id, need.sku_id))
    proposals = []
    for unknown, km, receiver, sender, sku_id in sorted(pairs):
        quantity = min(given[sender, sku_id], wanted[receiver, sku_id])
        if quantity > 0:
            given[sender, sku_id] -= quantity
            wanted[receiver, sku_id] -= quantity
            proposals.append(Proposal(sender, receiver, sku_id, quantity, None if unknown else km))
    return proposals
