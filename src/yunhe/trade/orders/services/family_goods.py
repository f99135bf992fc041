"""Free goods of a split order: which part gives up what is no longer earned, which gets more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from yunhe.trade.orders.compute import FreePart, compute_part, shrink_goods
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import is_free
from yunhe.trade.orders.services.offering import FREE, NO_PRICE, Offer, OfferedLine
from yunhe.trade.orders.services.recounting import Earned, Holds, charge_of, whole_amount
from yunhe.trade.orders.services.repricing import without_promotions
from yunhe.trade.orders.services.rewriting import Rewritten
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.models import BUDGET
from yunhe.trade.promotions.wording import free_snapshot

ZERO = Decimal(0)


class FamilyGoods:
    """Free goods that the family's basket earns, matched with the lines of all parts that give them."""

    def __init__(
        self,
        offer: Offer,
        lines: Sequence[OrderLine],
        *,
        giver: Order,
        receiver: Order | None,
    ) -> None:
        self.offer, self.giver, self.receiver = offer, giver, receiver
        self.written: list[Rewritten] = []
        self.gone: list[int] = []
        self.more: list[PricedLine] = []
        self.undelivered: dict[int, Decimal] = {}
        given: dict[Earned, list[OrderLine]] = {}
        for line in filter(is_free, lines):
            told = line.rule["promotions"][FREE]
            given.setdefault((told["promotion"], line.sku_id, line.unit), []).append(line)
        for goods in offer.basket.free:
            given.setdefault((goods.promotion_id, goods.sku_id, goods.unit), [])
        for key, mine in given.items():
            self._settle(key, mine)

    def without_undelivered(self) -> Holds:
        """What promotions take, less the worth of free goods that are given up."""
        left = {kind: dict(amounts) for kind, amounts in self.offer.basket.holds().items()}
        for promotion_id, worth in self.undelivered.items():
            if str(promotion_id) in left.get(BUDGET, {}):
                left[BUDGET][str(promotion_id)] -= worth
        return left

    def _settle(self, key: Earned, lines: list[OrderLine]) -> None:
        """The giver gives up first; the receiver gets what is earned on top, or nobody does."""
        found = [
            goods
            for goods in self.offer.basket.free
            if (goods.promotion_id, goods.sku_id, goods.unit) == key
        ]
        earned = sum((goods.base_quantity for goods in found), ZERO)
        value = sum((goods.value for goods in found), ZERO)
        lines.sort(key=lambda line: (line.order_id != self.giver.pk, -line.order_id))
        parts = [FreePart(line.base_quantity - line.dropped, line.shipped) for line in lines]
        kept, unearned = shrink_goods(earned, parts)
        growth = earned - sum(kept, ZERO) + sum(unearned, ZERO)
        worth = self._worth(value, earned)
        if growth and self.receiver is None:
            self.undelivered[key[0]] = self.undelivered.get(key[0], ZERO) + worth(growth)
        elif growth and (at := self._place_of(lines)) is not None:
            kept[at] += growth
        elif growth:
            self._add(key, growth, worth(growth))
        for line, left, excess in zip(lines, kept, unearned, strict=True):
            self._write(line, left, excess, worth(left - excess))

    def _place_of(self, lines: Sequence[OrderLine]) -> int | None:
        """Where the receiver has a line of these goods already."""
        receiver = self.receiver.pk if self.receiver else None
        return next((at for at, line in enumerate(lines) if line.order_id == receiver), None)

    def _worth(self, value: Decimal, earned: Decimal) -> Callable[[Decimal], Decimal]:
        """Shares of what the goods are worth, in sum exactly."""
        taken = ZERO

        def share(quantity: Decimal) -> Decimal:
            nonlocal taken
            if not earned:
                return ZERO
            found = compute_part(value, quantity, earned, taken, self.giver.currency)
            taken += quantity
            return found

        return share

    def _add(self, key: Earned, base: Decimal, value: Decimal) -> None:
        """A further line of free goods for the receiver."""
        goods = next(
            one for one in self.offer.basket.free if (one.promotion_id, one.sku_id, one.unit) == key
        )
        self.more.append(
            OfferedLine(
                sku_id=goods.sku_id,
                unit=goods.unit,
                quantity=goods.quantity * base / goods.base_quantity,
                base_quantity=base,
                currency=self.giver.currency,
                unit_price=ZERO,
                amount=ZERO,
                resolution=NO_PRICE,
                promotions=free_snapshot(goods.promotion_id, goods.promotion, value),
            )
        )

    def _write(self, line: OrderLine, kept: Decimal, excess: Decimal, value: Decimal) -> None:
        base = kept + line.dropped
        if not base:
            self.gone.append(line.pk)
            return
        told = line.rule["promotions"][FREE]
        snapshot: dict[str, Any] = {FREE: told | {"value": str(value)}}
        charge = charge_of(line, excess) if excess else ZERO
        if excess:
            snapshot["charged"] = {"quantity": str(excess), "amount": str(charge)}
        self.written.append(
            Rewritten.of(line).having(
                quantity=line.quantity * base / line.base_quantity,
                base_quantity=base,
                amount=whole_amount(charge, kept, base, line.order.currency),
                rule=without_promotions(line.rule) | {"promotions": snapshot},
            )
        )
