"""Loading steps of lots and counts, derived: which lots lie where, and half a year of stock reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from django.db import transaction
from django.db.models import Case, F, Q, Sum, When
from django.utils.translation import gettext as _

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Partner
from yunhe.demo.context import Context
from yunhe.demo.network import HQ_CODE
from yunhe.goods.reports.choices import ReportSource
from yunhe.goods.reports.compute import compute_months
from yunhe.goods.reports.models import StockReport
from yunhe.goods.reports.services import record_report
from yunhe.goods.stock.choices import Reason
from yunhe.goods.stock.models import Lot, Movement
from yunhe.goods.stock.queries import books_on
from yunhe.goods.stock.services import LotLabel, ensure_lots, record_lots
from yunhe.platform.access.models import Grant

SEED = 20261128
REPORTING_DEALERS, LOT_DEALERS = 16, 6
LAST_DAYS = 45
"""In the last weeks nobody counts less than there is, so that no stock of today is below zero."""
SHELF_LIFE = 270
"""Days that a lot is good for."""
HQ_LEFT = (96, 158, 221)
"""Good days left of the warehouse's lots."""
DEALER_LEFT = (68, 121, 187)
"""Of most of the dealers' lots."""


def load_lots(context: Context) -> None:
    """The labels of the warehouse and of some dealers are read."""
    if Lot.objects.exists():
        return
    _read_labels(context, HQ_CODE, lambda _at: HQ_LEFT, Decimal("0.4"))
    for code in _dealers(context)[:LOT_DEALERS]:
        _read_labels(context, code, _dealer_left, Decimal("0.2"))


def _dealer_left(at: int) -> tuple[int, ...]:
    """A few of the products are near their end, at different distances."""
    return (6 + at % 30, *DEALER_LEFT[1:]) if at % 12 == 0 else DEALER_LEFT


def _read_labels(
    context: Context, code: str, days_of: Callable[[int], tuple[int, ...]], first: Decimal
) -> None:
    """`first` of each product belongs to the oldest lot, the rest to the next ones."""
    node, day = context.nodes[code], context.today
    shares = (first, (1 - first) / 2, (1 - first) / 2)
    labels, parts = [], {}
    spans: dict[int, tuple[int, ...]] = {}
    for at, (sku, held) in enumerate(sorted(books_on(node, day).items())):
        left = spans[sku] = days_of(at)
        if held < len(left):
            continue
        whole = [(held * share).to_integral_value() for share in shares[:-1]]
        parts[sku] = [*whole, held - sum(whole, Decimal(0))]
        labels += [_label(context, sku, days) for days in left]
    lots = ensure_lots(labels, actor=context.actor)
    counted = {
        sku: {
            lots[sku, _code(context, days)]: quantity
            for days, quantity in zip(spans[sku], quantities, strict=True)
            if quantity > 0
        }
        for sku, quantities in parts.items()
    }
    now = context.at(day, 7)
    record_lots(node, counted, ref=f"demo-lots:{code}", on=day, actor=context.actor, now=now)


def _code(context: Context, days: int) -> str:
    made = context.today + dt.timedelta(days=days - SHELF_LIFE)
    return f"L{made:%y%m%d}"


def _label(context: Context, sku: int, days: int) -> LotLabel:
    return LotLabel(
        sku_id=sku,
        code=_code(context, days),
        produced_on=context.today + dt.timedelta(days=days - SHELF_LIFE),
        expires_on=context.today + dt.timedelta(days=days),
    )


def load_reports(context: Context) -> None:
    """Half a year of counts of sixteen dealers, each with its habits, month by month."""
    habits = _habits(context)
    opened = StockReport.objects.values_list("node__code", "on")
    known = set(opened)
    for number, span in enumerate(compute_months(context.today), start=1):
        with transaction.atomic():
            for at, code in enumerate(habits):
                for on, sent in _days(at, span):
                    if (code, on) not in known:
                        _report(context, code, at, on, sent)
        context.say(_("  stock reports: month %(number)s of 6") % {"number": number})


def _habits(context: Context) -> list[str]:
    return _dealers(context)[:REPORTING_DEALERS]


def _dealers(context: Context) -> list[str]:
    """Dealers by code, the demo's own dealer first: its habits are good."""
    own = Grant.objects.get(user__username="dealer").node.code
    codes = Partner.objects.filter(level=Level.DEALER).order_by("node__code")
    return [own, *(code for code in codes.values_list("node__code", flat=True) if code != own)]


def _days(at: int, span: tuple[dt.date, dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """(counted on, sent on) in a month: in time, sometimes late, or now and then."""
    last = span[1] - dt.timedelta(days=1)
    habit = at % 4
    if habit == 3 and (span[0].month + at) % 3 == 0:
        return  # nothing was sent in this month
    counted = last - dt.timedelta(days=(at * 5 + span[0].month) % 9 if habit == 3 else 0)
    late = 6 if habit == 2 and span[0].month % 2 else 1
    yield counted, counted + dt.timedelta(days=late)


def _drift(node: int) -> dict[int, Decimal]:
    """SKU → what earlier counts have put on the books beyond the story's own stock."""
    sign = Case(When(target_id=node, then=F("quantity")), default=-F("quantity"))
    counted = Movement.objects.filter(reason=Reason.COUNT, ref__startswith="report:")
    mine = counted.filter(Q(source_id=node) | Q(target_id=node)).order_by()
    return dict(mine.values_list("sku_id").annotate(net=Sum(sign)))


def _report(context: Context, code: str, at: int, on: dt.date, sent: dt.date) -> None:
    rng = np.random.default_rng([SEED, at, on.toordinal()])
    share, wrong, size = ((1.0, 0.02, 2), (0.8, 0.03, 2), (1.0, 0.1, 4), (0.6, 0.2, 9))[at % 4]
    node = context.nodes[code]
    counts, drift = {}, _drift(node)
    late = on >= context.today - dt.timedelta(days=LAST_DAYS)
    least = 0 if late or share < 1 else -size
    for sku, held in sorted(books_on(node, on).items()):
        if rng.random() >= share:
            continue
        off = int(rng.integers(least, size + 1)) if rng.random() < wrong else 0
        truth = held - drift.get(sku, Decimal(0))
        counts[sku] = max((truth + off).quantize(Decimal(1), ROUND_HALF_UP), Decimal(0))
    if not counts:
        return
    record_report(
        node,
        counts,
        on=on,
        key=f"demo|{on}",
        source=(ReportSource.PHONE, ReportSource.FILE, ReportSource.API)[at % 3],
        actor=context.actor,
        now=context.at(sent, 17),
    )
