"""Prices and promotions of many orders: read once, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.errors import DomainError
from yunhe.trade.catalog.choices import ORDERABLE
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.agreements import Agreements, agreements
from yunhe.trade.orders.choices import OrderKind
from yunhe.trade.orders.errors import AgreementUnknown, LinesRefused
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services.gifting import FreeStock, stock_for_free
from yunhe.trade.orders.services.offering import Given, Offer, agree_prices, offer_of
from yunhe.trade.orders.services.picking import AskedGift, pick_gifts
from yunhe.trade.orders.services.placing import (
    NewLine,
    check_count,
    digest_of,
    is_past,
    line_faults,
)
from yunhe.trade.pricing.queries import PriceBook, PricedLine, price_book, prices_from
from yunhe.trade.promotions.queries import (
    Basket,
    Choices,
    PromotionBook,
    basket_from,
    fit_to_stock,
    free_skus,
    promotion_book,
)


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """One of many orders; `rows` are the file's rows of its lines, for refusals beside them. `gifts` are
    picked by product, `choices` by promotion."""

    node_id: int
    lines: Sequence[NewLine]
    rows: Sequence[int] = ()
    key: str = ""
    note: str = ""
    wanted_on: date | None = None
    agreement: str = ""
    ship_to: Mapping[str, Any] | None = None
    choices: Choices | None = None
    gifts: Sequence[AskedGift] = ()

    @property
    def terms(self) -> tuple[int, str]:
        """What prices depend on: the partner, and the agreement if any."""
        return (self.node_id, self.agreement)

    @property
    def digest(self) -> str:
        return digest_of(self.lines, OrderKind.STANDARD, self.agreement)

    def row_of(self, line: int) -> int:
        """The file's row of line `line` (1-based), the first for free goods; its own number without a
        file."""
        if not self.rows:
            return line
        return self.rows[line - 1] if 0 < line <= len(self.rows) else self.rows[0]


@dataclass(frozen=True)
class _Priced:
    """The lines of one order, and whether promotions count on top."""

    lines: Sequence[PricedLine]
    promoted: bool


def offer_many(orders: Sequence[NewOrder], *, on: date, free: bool) -> dict[int, Offer | Given]:
    """Position → lines with what promotions give each order by itself, as `offer_for` for one.

    Two statements for prices, three to five more for agreements, one for promotions, where some hold one
    more for the products, and three where something is free. Raises LinesRefused naming every
    row that cannot be priced, and every gift that is not offered.
    """
    priced = _priced(orders, on)
    asked: dict[int, set[int]] = {}
    for at, found in priced.items():
        if found.promoted:
            wanted = asked.setdefault(orders[at].node_id, set())
            wanted.update(line.sku_id for line in found.lines)
    offers: dict[int, Offer | Given] = {at: Given(found.lines) for at, found in priced.items()}
    if asked:
        book = promotion_book(asked, on=on)
        promoted = {at: found.lines for at, found in priced.items() if found.promoted}
        offers |= _promoted(orders, promoted, book, free=free)
    _check_gifts(orders, offers)
    return offers


def _promoted(
    orders: Sequence[NewOrder],
    priced: Mapping[int, Sequence[PricedLine]],
    book: PromotionBook,
    *,
    free: bool,
) -> dict[int, Offer]:
    """What each gets by itself. What is free is given in the order of the file, as far as it goes."""
    baskets = {
        at: basket_from(book, orders[at].node_id, lines, choices=orders[at].choices)
        for at, lines in priced.items()
    }
    chosen = {at: orders[at].choices for at in priced}
    for at in (at for at in priced if orders[at].gifts):
        chosen[at] = pick_gifts(orders[at].gifts, baskets[at].result.choices).choices
        baskets[at] = basket_from(book, orders[at].node_id, priced[at], choices=chosen[at])
    giving = {at for at, basket in baskets.items() if free and free_skus(basket)}
    wanted: dict[int, set[int]] = {}
    for at in giving:
        wanted.setdefault(orders[at].node_id, set()).update(free_skus(baskets[at]))
    stock = stock_for_free(wanted) if wanted else None
    return {
        at: replace(
            _fitted(orders[at], lines, baskets[at], book=book, stock=stock, choices=chosen[at])
            if at in giving and stock
            else offer_of(lines, baskets[at], free=free),
            choices=chosen[at],
        )
        for at, lines in sorted(priced.items())
    }


def _check_gifts(orders: Sequence[NewOrder], offers: Mapping[int, Offer | Given]) -> None:
    """Refuse gifts that their order is not offered; a repetition keeps what it was given."""
    faults: list[dict[str, Any]] = []
    for at, order in enumerate(orders):
        if not order.gifts or _is_known(order):
            continue
        offer = offers[at]
        offered = offer.basket.result.choices if isinstance(offer, Offer) else ()
        faults += pick_gifts(order.gifts, offered).faults
    if faults:
        faults.sort(key=lambda row: row["row"])
        raise LinesRefused(_("Some gifts cannot be chosen."), field="file", rows=faults)


def _fitted(  # callers name each
    order: NewOrder,
    lines: Sequence[PricedLine],
    basket: Basket,
    *,
    book: PromotionBook,
    stock: FreeStock,
    choices: Choices | None,
) -> Offer:
    there = stock.there(order.node_id, free_skus(basket), lines)
    fitted = fit_to_stock(book, basket, lines, choices=choices, there=there)
    offer = offer_of(lines, fitted.basket, remarks=fitted.remarks)
    stock.take(order.node_id, offer.lines)
    return offer


def _priced(orders: Sequence[NewOrder], on: date) -> dict[int, _Priced]:
    """Position → priced lines; the orders of a partner under the same terms are priced together."""
    faults: list[dict[str, Any]] = []
    priced: dict[int, _Priced] = {}
    for order in orders:
        check_count(order.lines)
    _check_asked(orders, on)
    nodes = {order.node_id for order in orders}
    book = price_book(nodes, {line.sku_id for order in orders for line in order.lines}, on=on)
    known = _known(orders)
    by_terms = sorted(range(len(orders)), key=lambda at: orders[at].terms)
    for (node_id, agreement), group in groupby(by_terms, key=lambda at: orders[at].terms):
        positions = list(group)
        asked = [line for at in positions for line in orders[at].lines]
        try:
            found, promoted = _prices(book, known, (node_id, agreement), asked, on)
        except AgreementUnknown as error:
            faults += [{"row": orders[at].row_of(1), "message": str(error)} for at in positions]
            continue
        except DomainError as error:
            if not error.rows:
                raise
            faults += _faults(orders, positions, error)
            continue
        answers = iter(found)
        for at in positions:
            priced[at] = _Priced([next(answers) for _line in orders[at].lines], promoted)
    faults += _off_sale(orders)
    if faults:
        faults.sort(key=lambda row: row["row"])
        raise LinesRefused(_("Some lines cannot be ordered."), rows=faults)
    return priced


def _check_asked(orders: Sequence[NewOrder], on: date) -> None:
    """Quantities and wanted days. Two statements at most, whatever the number of orders."""
    lines = [line for order in orders for line in order.lines]
    places = [(order, at) for order in orders for at in range(1, len(order.lines) + 1)]
    faults = line_faults(lines)
    for fault in faults:
        order, at = places[fault["row"] - 1]
        fault["row"] = order.row_of(at)
    faults += [
        {"row": order.row_of(1), "message": _("The wanted day lies in the past.")}
        for order in orders
        if is_past(order.wanted_on, on) and not _is_known(order)
    ]
    if faults:
        faults.sort(key=lambda row: row["row"])
        raise LinesRefused(_("Some lines cannot be ordered."), rows=faults)


def _is_known(order: NewOrder) -> bool:
    """Whether it is a repetition: what was wanted was to come then."""
    return (
        bool(order.key) and Order.objects.filter(node=order.node_id, key=order.key[:100]).exists()
    )


def _known(orders: Sequence[NewOrder]) -> Agreements:
    """The agreements of all orders, read at once."""
    asked: dict[tuple[str, int], set[int]] = {}
    for order in orders:
        if order.agreement:
            skus = asked.setdefault((order.agreement, order.node_id), set())
            skus.update(line.sku_id for line in order.lines)
    return agreements().read(asked) if asked else agreements()


def _prices(
    book: PriceBook, known: Agreements, terms: tuple[int, str], asked: Sequence[NewLine], on: date
) -> tuple[list[PricedLine], bool]:
    """The lines with their prices, and whether promotions count on top."""
    node_id, agreement = terms
    if not agreement:
        return prices_from(book, node_id, asked), True
    listed = prices_from(book, node_id, asked, require=False)
    return agree_prices(agreement, listed, node_id=node_id, on=on, known=known)


def _faults(
    orders: Sequence[NewOrder], positions: Sequence[int], error: DomainError
) -> Iterator[dict[str, Any]]:
    """The error's rows as rows of the file."""
    places = [(at, line) for at in positions for line in range(1, len(orders[at].lines) + 1)]
    for row in error.rows:
        at, line = places[row["row"] - 1]
        yield dict(row) | {"row": orders[at].row_of(line)}


def _off_sale(orders: Sequence[NewOrder]) -> list[dict[str, Any]]:
    wanted = {line.sku_id for order in orders for line in order.lines}
    closed = set(
        Sku.objects.filter(pk__in=wanted).exclude(status__in=ORDERABLE).values_list("pk", flat=True)
    )
    if not closed:
        return []
    return [
        {
            "row": order.row_of(at),
            "sku_id": line.sku_id,
            "message": _("This product is not on sale."),
        }
        for order in orders
        for at, line in enumerate(order.lines, start=1)
        if line.sku_id in closed
    ]
