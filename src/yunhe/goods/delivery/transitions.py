"""The legal moves of a delivery plan, and of its tours and stops. Buttons, API and the diagram in the
docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.goods.delivery import permissions
from yunhe.goods.delivery.choices import PlanStatus as P
from yunhe.goods.delivery.choices import StopStatus as S
from yunhe.goods.delivery.choices import TourStatus as T
from yunhe.goods.delivery.errors import IllegalMove
from yunhe.platform.ui.moves import Move, Moves

WHAT = "%(number)s"  # a plan’s number, a plate, a partner

MOVES = Moves(
    Move(
        "solve",
        gettext_lazy("Plan the routes"),
        frozenset({P.DRAFT, P.SOLVED}),
        P.SOLVED,
        permissions.PLAN,
        "route",
    ),
    Move(
        "release",
        gettext_lazy("Release to the drivers"),
        frozenset({P.SOLVED}),
        P.RELEASED,
        permissions.PLAN,
        "send",
        gettext_lazy(
            "Drivers see their tours from then on. What is on no vehicle leaves the plan."
        ),
    ),
    Move(
        "withdraw",
        gettext_lazy("Take back"),
        frozenset({P.RELEASED}),
        P.SOLVED,
        permissions.PLAN,
        "arrow-back-up",
    ),
    Move(
        "depart",
        gettext_lazy("Depart"),
        frozenset({P.RELEASED}),
        P.UNDER_WAY,
        permissions.DRIVE,
        button=False,
    ),
    Move(
        "finish",
        gettext_lazy("Finish"),
        frozenset({P.UNDER_WAY}),
        P.DONE,
        permissions.DRIVE,
        button=False,
    ),
    Move(
        "cancel",
        gettext_lazy("Cancel the plan"),
        frozenset({P.DRAFT, P.SOLVED, P.RELEASED}),
        P.CANCELLED,
        permissions.PLAN,
        "x",
        gettext_lazy("Cancel the plan? Its shipments can be planned again."),
    ),
    states=P,
    what=WHAT,
    refused=IllegalMove,
)
TOUR_MOVES = Moves(
    Move("depart", gettext_lazy("Leave the depot"), frozenset({T.PLANNED}), T.UNDER_WAY,
         permissions.DRIVE, "truck-delivery",
         gettext_lazy("Goods leave the stock and their part of the order is invoiced. Go on?")),
    Move("finish", gettext_lazy("Back at the depot"), frozenset({T.UNDER_WAY}), T.DONE,
         permissions.DRIVE, "circle-check"),
    states=T,
    what=WHAT,
    refused=IllegalMove,
)  # fmt: skip
STOP_MOVES = Moves(
    Move("arrive", gettext_lazy("Arrived"), frozenset({S.PLANNED}), S.ARRIVED, permissions.DRIVE,
         "map-pin"),
    Move("deliver", gettext_lazy("Delivered"), frozenset({S.PLANNED, S.ARRIVED}), S.DELIVERED,
         permissions.DRIVE, "check"),
    Move("fail", gettext_lazy("Could not deliver"), frozenset({S.PLANNED, S.ARRIVED}), S.FAILED,
         permissions.DRIVE, "x"),
    states=S,
    what=WHAT,
    refused=IllegalMove,
)  # fmt: skip
