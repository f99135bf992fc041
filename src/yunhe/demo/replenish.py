"""Pure stock arithmetic of the derived chain: who had to deliver what, and when.

The real sell-out is given, so deliveries are derived backwards from it: first what the stores must
have received, then what the suppliers must have ordered. Arrays are integers in consumer units with
axes (holder, SKU, week); the week axis may run past the last real week on a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Units = NDArray[np.int64]


def extend_with_forecast(sales: Units, weeks_ahead: int) -> Units:
    """Append weeks at the mean of the last eight; fractions are carried on, so units are whole."""
    mean = sales[:, :, -8:].sum(axis=2) / 8
    steps = np.arange(1, weeks_ahead + 1)
    cumulative = np.floor(mean[:, :, None] * steps + 0.5).astype(np.int64)
    return np.concatenate(
        [sales, np.diff(cumulative, axis=2, prepend=np.zeros_like(cumulative[:, :, :1]))], axis=2
    )


def compute_backward(
    demand: Units, cover: Units, cycle: NDArray[np.int64], phase: NDArray[np.int64], size: Units
) -> tuple[Units, Units]:
    """Deliveries that keep `cover` on the shelf from the first week a SKU is wanted to the last.

    Args:
        demand: (holder, SKU, week), units that leave in the week.
        cover: (holder, SKU), units to have left after the demand of a cycle.
        cycle, phase: (holder,), a holder is served in weeks with `week % cycle == phase`.
        size: (SKU,), deliveries are whole multiples.

    Returns:
        opening stock (holder, SKU) and deliveries like `demand`; stock never falls below zero.
    """
    holders, skus, weeks = demand.shape
    stock = np.zeros((holders, skus), dtype=np.int64)
    delivered = np.zeros_like(demand)
    seen = np.cumsum(demand, axis=2)
    total = seen[:, :, -1]
    padded = np.concatenate([seen, np.repeat(seen[:, :, -1:], int(cycle.max()), axis=2)], axis=2)
    opening = np.zeros_like(stock)
    for week in range(weeks):
        due = (week % cycle) == phase
        before = seen[:, :, week - 1] if week else np.zeros_like(stock)
        ahead = np.take_along_axis(
            padded, np.broadcast_to((week + cycle - 1)[:, None, None], (holders, skus, 1)), axis=2
        )[:, :, 0]
        wanted = (ahead > 0) & (before < total)
        upcoming = np.where(
            due[:, None], ahead - before + np.where(wanted, cover, 0), demand[:, :, week]
        )
        missing = np.maximum(upcoming - stock, 0)
        if week == 0:
            # what is needed before the first delivery is what was there at the start
            missing = np.where(demand[:, :, 0] + ahead > 0, np.maximum(missing, cover), 0)
            opening = _up(missing, size)
            stock = opening - demand[:, :, 0]
            continue
        arriving = _up(missing, size)
        delivered[:, :, week] = arriving
        stock += arriving - demand[:, :, week]
    return opening, delivered


@dataclass(frozen=True, slots=True)
class OrderPolicy:
    """How each dealer orders; all (dealer,), `push` (dealer, week).

    `cycle` and `phase` of its reviews in weeks; `safety` in weeks of mean demand; `deviations`,
    multiples of the square root of a cycle's demand; `push` multiplies the target.
    """

    cycle: NDArray[np.int64]
    phase: NDArray[np.int64]
    safety: NDArray[np.float64]
    deviations: NDArray[np.float64]
    push: NDArray[np.float64]

    def target(self, mean: NDArray[np.float64], week: int) -> Units:
        """Order-up-to level (dealer, SKU) from the mean weekly demand (dealer, SKU)."""
        level = mean * (self.cycle + self.safety)[:, None]
        level = level + self.deviations[:, None] * np.sqrt(mean * self.cycle[:, None])
        return np.ceil(level * self.push[:, week][:, None]).astype(np.int64)


def compute_orders(
    demand: Units, *, size: Units, policy: OrderPolicy
) -> tuple[Units, Units, Units]:
    """Order-up-to replenishment of dealers that know only the past, with rush orders when short.

    In a review week a dealer orders up to its target in whole cases, from the mean demand of the
    last eight weeks. When the goods of a week would not do, the missing cases come as a rush
    order, because the stores did sell.

    Returns:
        opening (dealer, SKU), regular and rush arrivals (dealer, SKU, week).
    """
    weeks = demand.shape[2]
    start = demand[:, :, :8].sum(axis=2) / 8
    opening = _up(policy.target(start, 0), size)
    stock = opening.copy()
    regular, rush = np.zeros_like(demand), np.zeros_like(demand)
    for week in range(weeks):
        mean = start if week < 8 else demand[:, :, week - 8 : week].sum(axis=2) / 8
        due = ((week % policy.cycle) == policy.phase) & (week > 0)
        wanted = np.where(due[:, None], np.maximum(policy.target(mean, week) - stock, 0), 0)
        # less than half a case waits for the next review
        regular[:, :, week] = _up(np.where(wanted * 2 < size, 0, wanted), size)
        stock += regular[:, :, week]
        rush[:, :, week] = _up(np.maximum(demand[:, :, week] - stock, 0), size)
        stock += rush[:, :, week] - demand[:, :, week]
    return opening, regular, rush


def compute_closing(opening: Units, arrived: Units, left: Units) -> Units:
    """Stock after every week: opening + arrived − left, cumulated."""
    return opening[:, :, None] + np.cumsum(arrived - left, axis=2)


def _up(units: Units, size: Units) -> Units:
    return -(-units // size) * size
