"""What to do: places whose numbers ask for somebody, worst first, each with a next step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.insight.cockpit.lens import Lens
from yunhe.insight.cockpit.links import link
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.engine.calendar import add_months
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.engine.result import Row
from yunhe.platform.metrics.question import Question, Span
from yunhe.platform.metrics.wording import number_text

BEHIND_PLAN = Decimal("0.10")
STOCK_HIGH_DAYS, STOCK_LOW_DAYS = Decimal(60), Decimal(7)
FALLING = Decimal("-0.20")
MOST, MOST_OF_A_KIND = 12, 4
STOCK_WINDOW_DAYS = 30


@dataclass(frozen=True)
class Concern:
    """One place and one reason to act."""

    kind: str
    node_id: int
    name: str
    text: str
    tone: str
    weight: Decimal
    action: str
    url: str
    action_url: str


def concerns(lens: Lens) -> list[Concern]:
    """The concerns of the dealers in view, heaviest first, at most a dozen.

    Plan: achievement of the month's sell-out target more than ten points behind the days gone.
    Stock: cover of the last 30 days' sell-out above 60 or below 7 days. Fall: sell-out a fifth
    below the comparison. Unread policies and overdue debts as they stand.
    """
    found: list[Concern] = []
    for look in (_behind_plan, _stock, _falling, _unread, _overdue):
        heaviest = sorted(look(lens), key=lambda concern: -concern.weight)
        found += heaviest[:MOST_OF_A_KIND]
    found.sort(key=lambda concern: -concern.weight)
    return found[:MOST]


def _behind_plan(lens: Lens) -> Iterator[Concern]:
    if not _has("sell_out_amount"):
        return
    start = lens.today.replace(day=1)
    month = Span(start, add_months(start, 1))
    elapsed = Decimal(lens.today.day) / month.days
    for row in _by_dealer(lens, "sell_out_amount", period=month, targets=True):
        achieved = row.achievement("sell_out_amount")
        if achieved is None or achieved >= elapsed - BEHIND_PLAN:
            continue
        yield _concern(
            row,
            kind="plan",
            text=_("%(achieved)s of the month's target, %(elapsed)s of the days gone")
            % {"achieved": f"{achieved:.0%}", "elapsed": f"{elapsed:.0%}"},
            tone="red",
            weight=2 + elapsed - achieved,
            action=_("Agree on catch-up measures"),
            action_url=link("network:partner", row.keys["dealer"]),
            url=_dealer_url(lens, row),
        )


def _stock(lens: Lens) -> Iterator[Concern]:
    if not _has("days_of_inventory"):
        return
    end = lens.today + timedelta(days=1)
    window = Span(end - timedelta(days=STOCK_WINDOW_DAYS), end)
    for row in _by_dealer(lens, "days_of_inventory", period=window):
        days = row.values["days_of_inventory"]
        if days is None or STOCK_LOW_DAYS <= days <= STOCK_HIGH_DAYS:
            continue
        low = days < STOCK_LOW_DAYS
        yield _concern(
            row,
            kind="stock_low" if low else "stock_high",
            text=(_("stock lasts %(days)s days") if low else _("stock for %(days)s days"))
            % {"days": f"{days:.0f}"},
            tone="red" if low else "amber",
            weight=Decimal("1.8") if low else Decimal("1.2") + min(days / 1000, Decimal("0.5")),
            action=_("Propose a replenishment") if low else _("Slow deliveries, plan a promotion"),
            action_url=link("stock:list") if low else link("promotions:list"),
            url=_dealer_url(lens, row, metric="closing_stock"),
        )


def _falling(lens: Lens) -> Iterator[Concern]:
    if not _has("sell_out_amount") or not lens.frame.compare:
        return
    for row in _by_dealer(lens, "sell_out_amount", compare=True):
        change = row.change("sell_out_amount")
        if change is None or change > FALLING:
            continue
        yield _concern(
            row,
            kind="falling",
            text=_("sell-out %(change)s against the comparison") % {"change": f"{change:+.0%}"},
            tone="amber",
            weight=1 - change,
            action=_("Look for the cause"),
            action_url=_dealer_url(lens, row, why="category") + "#why",
            url=_dealer_url(lens, row),
        )


def _unread(lens: Lens) -> Iterator[Concern]:
    if not _has("policies_unread"):
        return
    end = lens.today + timedelta(days=1)
    quarter = Span(end - timedelta(days=90), end)
    for row in _by_dealer(lens, "policies_unread", period=quarter):
        count = row.values["policies_unread"] or 0
        if count:
            yield _concern(
                row,
                kind="unread",
                text=_("%(count)s policy copies not confirmed") % {"count": f"{count:.0f}"},
                tone="blue",
                weight=Decimal("0.9") + min(Decimal(count) / 100, Decimal("0.5")),
                action=_("Remind"),
                action_url=link("policies:list"),
                url=_dealer_url(lens, row),
            )


def _overdue(lens: Lens) -> Iterator[Concern]:
    if not lens.allowed(("overdue_amount",)):
        return
    metric = registry.get_metric("overdue_amount")
    rows = _by_dealer(lens, metric.name)
    whole = sum((row.values[metric.name] or Decimal(0) for row in rows), Decimal(0))
    for row in rows:
        amount = row.values[metric.name] or Decimal(0)
        if amount > 0:
            yield _concern(
                row,
                kind="overdue",
                text=_("%(amount)s overdue") % {"amount": number_text(metric, amount, short=True)},
                tone="amber",
                weight=1 + (amount / whole if whole > 0 else Decimal(0)),
                action=_("Call about the payment"),
                action_url=link("ledger:partner", row.keys["dealer"]),
                url=_dealer_url(lens, row, metric="receivables"),
            )


def _by_dealer(
    lens: Lens,
    name: str,
    *,
    period: Span | None = None,
    targets: bool = False,
    compare: bool = False,
) -> list[Row]:
    question = Question(
        metrics=(name,),
        dimensions=("dealer",),
        period=period or lens.frame.period,
        where=lens.fitting((name,)),
        compare=lens.frame.compare if compare else None,
        targets=targets,
    )
    rows = query(question, principal=lens.principal).rows
    return [row for row in rows if row.keys["dealer"] is not None]


def _concern(row: Row, **given: object) -> Concern:
    node_id = int(row.keys["dealer"] or 0)
    return Concern(node_id=node_id, name=row.texts["dealer"], **given)  # type: ignore[arg-type]


def _dealer_url(lens: Lens, row: Row, **more: str) -> str:
    return lens.address(dealer=str(row.keys["dealer"] or "-"), **more)


def _has(name: str) -> bool:
    return name in registry.metrics()
