from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yunhe.demo.replenish import (
    OrderPolicy,
    compute_backward,
    compute_closing,
    compute_orders,
    extend_with_forecast,
)

demands = st.lists(
    st.lists(st.integers(0, 20), min_size=12, max_size=12), min_size=1, max_size=4
).map(lambda rows: np.array(rows, dtype=np.int64)[None, :, :])


def one(value: int) -> np.ndarray:
    return np.array([value], dtype=np.int64)


def test_backward_delivery_by_hand() -> None:
    # weekly, two on the shelf: first three sold in week 1, one in week 2, then nothing
    demand = np.array([[[0, 3, 1, 0]]], dtype=np.int64)

    opening, delivered = compute_backward(
        demand, np.array([[2]], dtype=np.int64), one(1), one(0), one(1)
    )

    assert opening.tolist() == [[0]]
    # week 1: 3 + 2 cover; week 2: back to cover after one more; week 3: no sale will follow
    assert delivered.tolist() == [[[0, 5, 1, 0]]]


@given(demands, st.integers(1, 4), st.integers(1, 12), st.integers(0, 3))
def test_backward_never_runs_out_and_rounds_to_the_size(
    demand: np.ndarray, cycle: int, size: int, cover: int
) -> None:
    skus = demand.shape[1]
    sizes = np.full(skus, size, dtype=np.int64)
    covers = np.full((1, skus), cover, dtype=np.int64)

    opening, delivered = compute_backward(demand, covers, one(cycle), one(cycle - 1), sizes)

    assert (compute_closing(opening, delivered, demand) >= 0).all()
    assert (delivered % size == 0).all()
    assert (opening % size == 0).all()


@given(demands, st.integers(1, 3), st.integers(1, 12))
def test_dealers_always_deliver_what_the_stores_sold(
    demand: np.ndarray, cycle: int, size: int
) -> None:
    policy = OrderPolicy(
        cycle=one(cycle),
        phase=one(0),
        safety=np.array([0.5]),
        deviations=np.array([0.0]),
        push=np.ones((1, demand.shape[2])),
    )

    opening, regular, rush = compute_orders(
        demand, size=np.full(demand.shape[1], size, dtype=np.int64), policy=policy
    )

    assert (compute_closing(opening, regular + rush, demand) >= 0).all()
    assert ((regular + rush) % size == 0).all()


def test_forecast_spreads_the_mean_in_whole_units() -> None:
    # 8 weeks with 4 units: half a unit a week, so every second week one
    sales = np.array([[[4, 0, 0, 0, 0, 0, 0, 0]]], dtype=np.int64)

    assert extend_with_forecast(sales, 4)[0, 0, 8:].tolist() == [1, 0, 1, 0]
