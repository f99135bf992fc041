"""Writes of delivery planning, by use case."""

from __future__ import annotations

from yunhe.goods.delivery.services.driving import (
    arrive_stop,
    deliver_stop,
    depart_tour,
    fail_stop,
    finish_tour,
    note_receipt,
    receive_at_stop,
)
from yunhe.goods.delivery.services.masters import (
    save_depot,
    save_driver,
    save_site,
    save_vehicle,
)
from yunhe.goods.delivery.services.moving import move_stop, undo_change
from yunhe.goods.delivery.services.packing import pack_orders
from yunhe.goods.delivery.services.planning import (
    PlanDraft,
    assign_driver,
    change_plan,
    create_plan,
)
from yunhe.goods.delivery.services.releasing import cancel_plan, release_plan, withdraw_plan
from yunhe.goods.delivery.services.solving import accept_solution, ask_solution, check_solvable

__all__ = [
    "PlanDraft",
    "accept_solution",
    "arrive_stop",
    "ask_solution",
    "assign_driver",
    "cancel_plan",
    "change_plan",
    "check_solvable",
    "create_plan",
    "deliver_stop",
    "depart_tour",
    "fail_stop",
    "finish_tour",
    "move_stop",
    "note_receipt",
    "pack_orders",
    "receive_at_stop",
    "release_plan",
    "save_depot",
    "save_driver",
    "save_site",
    "save_vehicle",
    "undo_change",
    "withdraw_plan",
]
