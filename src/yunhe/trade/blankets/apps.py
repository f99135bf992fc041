from __future__ import annotations

from django.apps import AppConfig


class BlanketsConfig(AppConfig):
    """Blanket orders: a frame is agreed once, goods are called off in orders that draw on it."""

    name = "yunhe.trade.blankets"
    label = "blankets"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.trade.blankets import permissions  # noqa: F401
        from yunhe.trade.blankets.frames import Frames
        from yunhe.trade.blankets.gate import FrameGate
        from yunhe.trade.blankets.services import approving  # noqa: F401
        from yunhe.trade.orders.agreements import register_agreements
        from yunhe.trade.orders.gates import register_gate

        register_agreements(Frames())
        register_gate(FrameGate())
