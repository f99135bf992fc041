"""Writes of promotions, one function per use case."""

from __future__ import annotations

from yunhe.trade.promotions.services.holding import open_partner_uses, use_promotions, used_up
from yunhe.trade.promotions.services.moving import (
    end_promotion,
    pause_promotion,
    publish_promotion,
    resume_promotion,
    submit_promotion,
)
from yunhe.trade.promotions.services.writing import (
    PromotionDraft,
    change_promotion,
    copy_promotion,
    create_promotion,
    ensure_promotion,
    set_limits,
    set_price_floors,
)

__all__ = [
    "PromotionDraft",
    "change_promotion",
    "copy_promotion",
    "create_promotion",
    "end_promotion",
    "ensure_promotion",
    "open_partner_uses",
    "pause_promotion",
    "publish_promotion",
    "resume_promotion",
    "set_limits",
    "set_price_floors",
    "submit_promotion",
    "use_promotions",
    "used_up",
]
