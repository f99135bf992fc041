"""Rows of a frame's tables as both faces show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.ui import formatting
from yunhe.trade.blankets.choices import Pricing
from yunhe.trade.blankets.models import Frame, FrameLine
from yunhe.trade.blankets.queries import Progress, lines_of, plan_of, progress_of
from yunhe.trade.blankets.tables import limits


def price_words(line: FrameLine) -> str:
    """¥52.00 per case, or the price list of the day less 5 %."""
    if line.price is not None and line.frame.pricing == Pricing.FIXED:
        return f"{formatting.money(line.price, line.frame.currency)} / {line.unit_label}"
    if line.frame.pricing == Pricing.FIXED:
        return str(_("open until submission"))
    if line.discount:
        percent = formatting.number(line.discount)
        return str(_("list of the day −%(percent)s %%") % {"percent": percent})
    return str(_("list of the day"))


def line_rows(frame: Frame, today: date) -> list[dict[str, Any]]:
    """One row a line; three statements."""
    lines = lines_of(frame)
    done = progress_of(lines)
    now = progress_of(lines, on=today) if frame.period_unit else {}
    return [
        {
            "pk": line.pk,
            "line": line,
            "subject": line.subject,
            "code": line.code,
            "unit": line.unit_label,
            "price": price_words(line),
            "total": line.total,
            "called": done[line.pk].called,
            "shipped": done[line.pk].shipped,
            "left": done[line.pk].left,
            "progress": done[line.pk],
            "call": limits(line.call_minimum, line.call_maximum),
            "period": period_words(line, now.get(line.pk)),
        }
        for line in lines
    ]


def period_words(line: FrameLine, now: Progress | None) -> str:
    """12 called off of 10–40 in this period."""
    allowed = limits(line.period_minimum, line.period_maximum)
    if now is None or not allowed:
        return ""
    called = formatting.number(now.called)
    return str(_("%(called)s of %(limits)s") % {"called": called, "limits": allowed})


def plan_rows(frame: Frame, today: date) -> list[dict[str, Any]]:
    """Planned call-offs by day; three statements."""
    lines = lines_of(frame)
    return [
        {
            "pk": f"{line.pk}-{each.on}",
            "line": line,
            "on": each.on,
            "subject": line.subject,
            "quantity": each.quantity,
            "called": each.called,
            "open": each.open,
            "unit": line.unit_label,
            "state": each.state(today),
        }
        for line, each in plan_of(lines, progress_of(lines))
    ]


def called_share(lines: Iterable[FrameLine], done: Mapping[int, Progress]) -> Decimal:
    """Percent of the lines that is called off, each weighed by what it is worth."""
    return _weighed((line, done[line.pk].called) for line in lines)


def shipped_share(lines: Iterable[FrameLine], done: Mapping[int, Progress]) -> Decimal:
    """The same of what is shipped."""
    return _weighed((line, done[line.pk].shipped) for line in lines)


def _weighed(parts: Iterable[tuple[FrameLine, Decimal]]) -> Decimal:
    whole = reached = Decimal(0)
    for line, part in parts:
        worth = line.price or Decimal(1)
        whole += line.total * worth
        reached += part * worth
    return 100 * reached / whole if whole else Decimal(0)
