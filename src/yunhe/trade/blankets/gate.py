"""The frame on the way of a call-off: what may be called off, and how much is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.blankets.choices import FRAME
from yunhe.trade.blankets.compute import period_key
from yunhe.trade.blankets.errors import FrameShort
from yunhe.trade.blankets.models import Frame, FrameLine
from yunhe.trade.blankets.queries import (
    each_by_sku,
    frames_by_number,
    holding_something,
    is_open,
)
from yunhe.trade.orders.gates import Asking, Gate, GateLine, Holds, Refusal
from yunhe.trade.orders.queries import Sent, shipped_of_each


@dataclass(frozen=True)
class _Terms:
    """The frame an order draws on, and the line of it for each product."""

    frame: Frame
    by_sku: Mapping[int, FrameLine]

    @property
    def limits_sizes(self) -> bool:
        return any(line.call_minimum or line.call_maximum for line in self.by_sku.values())

    def parts(self, asking: Asking) -> dict[FrameLine, list[GateLine]]:
        """Frame line → the order's lines that draw on it."""
        found: dict[FrameLine, list[GateLine]] = {}
        for line in asking.lines:
            if terms := self.by_sku.get(line.sku_id):
                found.setdefault(terms, []).append(line)
        return found


class FrameGate(Gate):
    """An order under a frame draws on it: held at submit, used up by shipment, given back otherwise.

    Nothing is asked for an order without an agreement.
    """

    code = "blankets"

    def check(self, asking: Asking) -> Iterable[Refusal]:
        return self.check_many([asking])[0]

    def check_many(self, askings: Sequence[Asking]) -> list[list[Refusal]]:
        """Six statements at most for any number of orders and frames."""
        found = _terms_of(askings)
        closed = {
            asking.order_id
            for asking, terms in zip(askings, found, strict=True)
            if terms and asking.order_id and not is_open(terms.frame, asking.on)
        }
        kept = holding_something(closed)
        sized = {
            asking.order_id
            for asking, terms in zip(askings, found, strict=True)
            if terms and asking.order_id and terms.limits_sizes
        }
        shipped = shipped_of_each(sized) if sized else {}
        return [
            _refusals(asking, terms, asking.order_id in kept, shipped.get(asking.order_id or 0, {}))
            if asking.agreement
            else []
            for asking, terms in zip(askings, found, strict=True)
        ]

    def holds(self, asking: Asking) -> Holds:
        return self.holds_many([asking])[0]

    def holds_many(self, askings: Sequence[Asking]) -> list[Holds]:
        """Four statements at most for any number of orders and frames."""
        found = zip(askings, _terms_of(askings), strict=True)
        return [_holds(asking, terms) if terms else {} for asking, terms in found]

    def explain(self, error: CapacityExceeded, asking: Asking) -> DomainError:
        [terms] = _terms_of([asking])
        if terms is None:
            return error
        by_key = {line.key: (line, parts) for line, parts in terms.parts(asking).items()}
        rows = []
        for short in error.shortages:
            key, _sep, period = short.key.partition(":")
            line, parts = by_key[key]
            message = _(
                "%(subject)s: %(asked)s %(unit)s called off, %(available)s left in blanket order "
                "%(frame)s%(period)s. Reduce the line."
            )
            words = {
                "subject": line.subject,
                "asked": to_text(short.asked / line.factor),
                "available": to_text(short.available / line.factor),
                "unit": counted(_unit(line, terms.frame), short.asked / line.factor),
                "frame": terms.frame.number,
                "period": f" ({period})" if period else "",
            }
            rows += [
                {"row": part.row, "sku_id": part.sku_id, "message": message % words}
                | {name: words[name] for name in ("asked", "available")}
                for part in parts
            ]
        return FrameShort(_("Some lines exceed the blanket order."), rows=rows)


def _terms_of(askings: Sequence[Asking]) -> list[_Terms | None]:
    """The terms of each; None without an agreement, and for one that the partner does not have."""
    asked = [(one.agreement, one.node_id) for one in askings if one.agreement]
    if not asked:
        return [None for _asking in askings]
    frames = frames_by_number(asked)
    known = [frames.get((one.agreement, one.node_id)) for one in askings]
    lines = each_by_sku(
        [
            (list(frame.lines.all()), asking.sku_ids)
            for asking, frame in zip(askings, known, strict=True)
            if frame
        ]
    )
    found = iter(lines)
    return [_Terms(frame, next(found)) if frame else None for frame in known]


def _refusals(
    asking: Asking, terms: _Terms | None, kept: bool, shipped: Mapping[int, Sent]
) -> list[Refusal]:
    """`kept`: the order holds something of its frame already; `shipped`: what counts of it."""
    if terms is None:
        words = {"frame": asking.agreement}
        message = _("This partner has no blanket order %(frame)s.") % words
        return [Refusal(message=message, code="blankets.unknown")]
    if not is_open(terms.frame, asking.on) and not kept:
        message = _("Blanket order %(frame)s is not in force on %(day)s.")
        words = {"frame": terms.frame.number, "day": asking.on.isoformat()}
        return [Refusal(message=message % words, code="blankets.not_open")]
    return [*_strangers(terms, asking), *_sizes(terms, asking, shipped)]


def _holds(asking: Asking, terms: _Terms) -> Holds:
    wanted: dict[str, Decimal] = {}
    for line, parts in terms.parts(asking).items():
        amount = _measured(line, parts)
        wanted[line.key] = amount
        if unit := terms.frame.period_unit:
            wanted[f"{line.key}:{period_key(asking.on, unit)}"] = amount
    return {FRAME: wanted}


def _strangers(terms: _Terms, asking: Asking) -> Iterator[Refusal]:
    for line in asking.lines:
        if line.sku_id not in terms.by_sku:
            message = _("Not part of blanket order %(frame)s: order it by itself.")
            yield Refusal(
                row=line.row,
                sku_id=line.sku_id,
                code="blankets.not_covered",
                message=message % {"frame": terms.frame.number},
            )


def _sizes(terms: _Terms, asking: Asking, shipped: Mapping[int, Sent]) -> Iterator[Refusal]:
    """A call-off too small or too large; what was shipped of it already counts."""
    for line, lines in terms.parts(asking).items():
        amount = _measured(line, lines)
        for sku_id in {part.sku_id for part in lines} & set(shipped):
            amount += shipped[sku_id].amount if line.by_value else shipped[sku_id].quantity
        size = amount / line.factor
        least, most = line.call_minimum, line.call_maximum
        if least is not None and size < least:
            message = _("%(subject)s: a call-off is at least %(limit)s %(unit)s, not %(size)s.")
            limit = least
        elif most is not None and size > most:
            message = _("%(subject)s: a call-off is at most %(limit)s %(unit)s, not %(size)s.")
            limit = most
        else:
            continue
        words = {
            "subject": line.subject,
            "limit": to_text(limit),
            "unit": _unit(line, terms.frame),
            "size": to_text(size),
        }
        for part in lines:
            yield Refusal(
                row=part.row, sku_id=part.sku_id, code="blankets.size", message=message % words
            )


def _measured(line: FrameLine, parts: Iterable[GateLine]) -> Decimal:
    """Base units, or money by value."""
    amounts = (part.amount if line.by_value else part.base_quantity for part in parts)
    return sum(amounts, Decimal(0))


def _unit(line: FrameLine, frame: Frame) -> str:
    line.frame = frame
    return line.unit_label
