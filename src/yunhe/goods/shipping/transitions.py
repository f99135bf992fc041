"""The legal moves of a shipment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.goods.shipping import permissions
from yunhe.goods.shipping.choices import ShipmentStatus as S
from yunhe.goods.shipping.errors import IllegalMove
from yunhe.platform.ui.moves import Move, Moves

MOVES = Moves(
    Move(
        "pack",
        gettext_lazy("Pack"),
        frozenset({S.PICKING}),
        S.PACKED,
        permissions.SHIP,
        "package",
    ),
    Move(
        "ship",
        gettext_lazy("Hand over to the carrier"),
        frozenset({S.PACKED}),
        S.SHIPPED,
        permissions.SHIP,
        "truck-delivery",
        gettext_lazy("Goods leave the stock and the part of the order is invoiced. Go on?"),
    ),
    Move(
        "receive",
        gettext_lazy("Receive"),
        frozenset({S.SHIPPED}),
        S.RECEIVED,
        permissions.RECEIVE,
        "package-import",
    ),
    Move(
        "cancel",
        gettext_lazy("Cancel the shipment"),
        frozenset({S.PICKING, S.PACKED}),
        S.CANCELLED,
        permissions.SHIP,
        "x",
    ),
    states=S,
    what=gettext_lazy("The shipment"),
    refused=IllegalMove,
)
