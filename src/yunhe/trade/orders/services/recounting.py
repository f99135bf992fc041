"""Promotions of a placed order, counted anew on what remains of it: docs/reference/orders.md."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.money.ledger.services.matching import CREDIT, credit_key
from yunhe.money.ledger.services.posting import PAYMENT_TERM
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.values import round_money
from yunhe.trade.orders.agreements import agreed_prices
from yunhe.trade.orders.choices import OrderKind
from yunhe.trade.orders.compute import compute_part
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import is_free
from yunhe.trade.orders.services.gifting import fit_free_goods, gifts_json, stock_for_free
from yunhe.trade.orders.services.offering import FREE, Offer, offer_of, open_uses, paid_lines
from yunhe.trade.orders.services.repricing import without_promotions
from yunhe.trade.orders.services.rewriting import (
    Rewritten,
    add_lines,
    delete_lines,
    rewrite_lines,
)
from yunhe.trade.orders.snapshot import resolution_of
from yunhe.trade.pricing.compute import compute_amount
from yunhe.trade.pricing.queries import AskedLine, PricedLine, price_lines
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.queries import FreeLine, basket_from, free_skus, promotion_book
from yunhe.trade.promotions.services import use_promotions

ZERO = Decimal(0)
Earned = tuple[int, int, str]
"""Promotion, SKU and unit of free goods."""


Holds = Mapping[str, Mapping[str, Decimal]]
"""Capacity kind → key → what promotions take of it."""


@dataclass(frozen=True)
class Stand:
    """How an order stood before it was changed: what is invoiced, whether promotions touched it."""

    invoiced: Decimal
    promoted: bool

    @classmethod
    def of(cls, order: Order, lines: Collection[OrderLine]) -> Self:
        return cls(invoiced_of(order, lines), is_promoted(lines))


def is_promoted(lines: Iterable[OrderLine]) -> bool:
    """Whether a promotion touched one of the lines."""
    return any(line.rule.get("promotions") for line in lines)


def recount_promotions(order: Order, *, closing: bool = False) -> Holds:
    """Count promotions on the paid lines without what was given up, and write what they give; what it
    takes of budgets and uses.

    A pure function of the basket and the order's day: discounts and free goods that are no longer earned
    go, others come. Free goods that were shipped and are not earned any more are charged at the list
    price. New free goods are fitted to the stock. `closing` gives up free goods with all else that is open.
    """
    lines = list(order.lines.select_related("order"))
    if order.kind == OrderKind.SAMPLE or order.parent_id is not None:
        return {}
    paid = remaining_lines(lines)
    offer = offer_for_remaining(
        order,
        [remaining_line(line, order.currency) for line in paid],
        there=None if closing or order.awaiting else lambda skus: _there(order, skus, lines),
    )
    changed = [_paid(line, found) for line, found in zip(paid, offer.lines, strict=False)]
    given = [line for line in lines if is_free(line)]
    goods = _FreeGoods(order, offer, closing=closing)
    changed += [row for line in given if (row := goods.left_of(line))]
    rewrite_lines([row for row in changed if row != Rewritten.of(row.line)])
    delete_lines(goods.gone)
    if not closing and (more := goods.more(len(paid))):
        add_lines(order, more, after=max(line.row for line in lines))
    if not closing:
        order.gifts = gifts_json(order.choices, offer.remarks)
    open_uses([offer])
    return goods.without_undelivered(offer.basket.holds())


def give_back_promotions(order: Order, before: Stand) -> None:
    """Free what the order had committed of budgets and uses, to be taken anew in this transaction.

    The credit is locked before, as by every order that takes both.
    """
    if order.shipments and before.promoted:
        capacity.lock_accounts(CREDIT, [credit_key(order.node_id)])
        capacity.refund(BUDGET, order.basket_ref)
        capacity.refund(USES, order.basket_ref)


def keep_promotions(order: Order, holds: Holds) -> None:
    """Commit what the order reserves of budgets and uses, as its first shipment did."""
    if order.shipments and holds:
        use_promotions(order.basket_ref)


def invoiced_of(order: Order, lines: Iterable[OrderLine]) -> Decimal:
    """What was invoiced of the lines: their shares of what is shipped."""
    return sum(
        (
            compute_part(line.amount, line.shipped, line.base_quantity, ZERO, order.currency)
            for line in lines
            if line.shipped
        ),
        ZERO,
    )


def correct_invoices(
    order: Order, before: Stand, lines: Sequence[OrderLine], *, actor: Principal, now: datetime
) -> None:
    """Post the difference when goods that were invoiced have another amount now.

    Shipments and their invoices stay as they are. What a partner sells is not in our books.
    """
    difference = invoiced_of(order, lines) - before.invoiced
    if not difference or order.between_partners:
        return
    on = timezone.localdate(now)
    number = f"{order.number}-P{order.revision}"
    debit = difference > 0
    entry = NewEntry(
        node_id=order.node_id,
        kind=EntryKind.INVOICE if debit else EntryKind.CREDIT_NOTE,
        amount=abs(difference),
        on=on,
        key=f"promotions|{number}",
        number=number,
        ref=order.ref,
        text=_("Promotions counted anew"),
        due_on=on + PAYMENT_TERM if debit else None,
    )
    post([entry], actor=actor, now=now)


def worth_of(order: Order, lines: Sequence[OrderLine]) -> Decimal:
    """What was and will be invoiced: the amounts without the parts given up."""
    return sum(
        (
            compute_part(
                line.amount,
                line.base_quantity - line.dropped,
                line.base_quantity,
                ZERO,
                order.currency,
            )
            for line in lines
        ),
        ZERO,
    )


def offer_for_remaining(
    order: Order,
    priced: Sequence[PricedLine],
    *,
    there: Callable[[set[int]], Mapping[int, Decimal]] | None,
) -> Offer:
    """What promotions of the order's day give for what remains of it. `there` says what there is of
    goods that may be free; None: that does not matter."""
    on, ref = order.placed_on, order.basket_ref
    book = promotion_book({order.node_id: {line.sku_id for line in priced}}, on=on, ref=ref)
    basket = basket_from(book, order.node_id, priced, choices=order.choices)
    if basket.result.applied and not _counts(order, priced):
        return offer_of(priced, basket_from(book, order.node_id, ()))
    if not (basket.free or basket.result.choices):
        return offer_of(priced, basket)
    limits = there(free_skus(basket)) if there else {}
    fitted = fit_free_goods(book, basket, priced, choices=order.choices, there=limits)
    return offer_of(priced, fitted.basket, remarks=fitted.remarks)


def _counts(order: Order, priced: Sequence[PricedLine]) -> bool:
    """Whether promotions count on the prices that the order has."""
    if not order.agreement:
        return True
    agreed = agreed_prices(order.agreement, node_id=order.node_id, lines=priced, on=order.placed_on)
    return agreed.promotions


def _there(order: Order, skus: set[int], lines: Sequence[OrderLine]) -> dict[int, Decimal]:
    """What free goods can have: the stock and what the order holds of it, once paid lines took theirs, and
    what was shipped free already."""
    stock = stock_for_free({order.node_id: skus}, ref=order.ref)
    there = dict(stock.there(order.node_id, skus, ()))
    for line in lines:
        if line.sku_id in there:
            taken = -line.shipped if is_free(line) else line.open_quantity
            there[line.sku_id] = max(there[line.sku_id] - taken, ZERO)
    return there


def remaining_lines(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """The paid lines of which something is not given up."""
    return [line for line in paid_lines(lines) if line.base_quantity > line.dropped]


def remaining_line(line: OrderLine, currency: str) -> PricedLine:
    """A line without what was given up, before promotions."""
    kept = line.base_quantity - line.dropped
    quantity = line.quantity * kept / line.base_quantity if line.dropped else line.quantity
    return PricedLine(
        sku_id=line.sku_id,
        unit=line.unit,
        quantity=quantity,
        base_quantity=kept,
        currency=currency,
        unit_price=line.unit_price,
        amount=compute_amount(line.unit_price, quantity, currency),
        resolution=resolution_of(line.rule),
    )


def _paid(line: OrderLine, found: PricedLine) -> Rewritten:
    """The line with what promotions take off now; one that none touches nor touched stays."""
    row = Rewritten.of(line)
    promotions = getattr(found, "promotions", {})
    if not promotions and "promotions" not in line.rule:
        return row
    kept = line.base_quantity - line.dropped
    rule = without_promotions(line.rule)
    return row.having(
        amount=whole_amount(found.amount or ZERO, kept, line.base_quantity, line.order.currency),
        rule=rule | {"promotions": dict(promotions)} if promotions else rule,
    )


def whole_amount(amount: Decimal, kept: Decimal, base: Decimal, currency: str) -> Decimal:
    """The amount of a whole line of `base` units of which `kept` are worth `amount`, exactly."""
    if kept == base or not kept:
        return amount
    return round_money(amount * base / kept, currency)


class _FreeGoods:
    """Free goods that the basket earns, matched with the lines that give them already."""

    def __init__(self, order: Order, offer: Offer, *, closing: bool) -> None:
        self.order, self.offer, self.closing = order, offer, closing
        self.gone: list[int] = []
        self.matched: set[Earned] = set()
        self.undelivered: dict[int, Decimal] = {}
        self.earned: dict[Earned, list[FreeLine]] = {}
        for goods in offer.basket.free:
            self.earned.setdefault((goods.promotion_id, goods.sku_id, goods.unit), []).append(goods)

    def left_of(self, line: OrderLine) -> Rewritten | None:
        """What becomes of a line of free goods; None when it goes."""
        told = line.rule["promotions"][FREE]
        key = (told["promotion"], line.sku_id, line.unit)
        found = self.earned.get(key, []) if key not in self.matched else []
        self.matched.add(key)
        base = sum((goods.base_quantity for goods in found), ZERO)
        value = sum((goods.value for goods in found), ZERO)
        if self.closing and base > line.shipped:
            lost = round_money(value * (base - line.shipped) / base, self.order.currency)
            self.undelivered[key[0]] = self.undelivered.get(key[0], ZERO) + lost
        whole = line.base_quantity if self.closing else max(base, line.shipped)
        if not whole:
            self.gone.append(line.pk)
            return None
        snapshot: dict[str, Any] = {FREE: told | {"value": str(value)}}
        charge = ZERO
        if (excess := line.shipped - base) > 0:
            charge = charge_of(line, excess)
            snapshot["charged"] = {"quantity": str(excess), "amount": str(charge)}
        row = Rewritten.of(line)
        return row.having(
            quantity=line.quantity * whole / line.base_quantity,
            base_quantity=whole,
            amount=whole_amount(
                charge, line.base_quantity - line.dropped, line.base_quantity, self.order.currency
            ),
            rule=without_promotions(line.rule) | {"promotions": snapshot},
        )

    def more(self, after: int) -> list[PricedLine]:
        """Free goods that no line gives yet."""
        return [
            line
            for goods, line in zip(self.offer.basket.free, self.offer.lines[after:], strict=False)
            if (goods.promotion_id, goods.sku_id, goods.unit) not in self.matched
        ]

    def without_undelivered(
        self, holds: Mapping[str, Mapping[str, Decimal]]
    ) -> dict[str, dict[str, Decimal]]:
        """What is held, less the worth of free goods that are given up."""
        left = {kind: dict(amounts) for kind, amounts in holds.items()}
        budgets = left.get(BUDGET, {})
        for promotion_id, worth in self.undelivered.items():
            if str(promotion_id) in budgets:
                budgets[str(promotion_id)] -= worth
        return left


def charge_of(line: OrderLine, excess: Decimal) -> Decimal:
    """Shipped free goods that are not earned, at the list price of the order's day; without one, at
    what they were said to be worth."""
    quantity = line.quantity * excess / line.base_quantity
    [priced] = price_lines(
        node_id=line.node_id,
        lines=[AskedLine(line.sku_id, line.unit, quantity)],
        on=line.order.placed_on,
        require=False,
    )
    if priced.amount is not None:
        return priced.amount
    worth = Decimal(line.rule["promotions"][FREE]["value"])
    return round_money(worth * excess / line.base_quantity, line.order.currency)
