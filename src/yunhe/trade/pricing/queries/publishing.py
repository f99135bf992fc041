"""What publishing a list, withdrawing it or moving its last day does to revenue; and what waits for approval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from yunhe.platform.access.session import owner_access
from yunhe.platform.workflow.choices import ApprovalState
from yunhe.platform.workflow.models import Approval
from yunhe.trade.catalog.queries import unit_factors
from yunhe.trade.pricing.choices import CHANGE_KIND
from yunhe.trade.pricing.compute import (
    ApplicableList,
    Demand,
    compute_amount,
    compute_line_effect,
)
from yunhe.trade.pricing.models import Price, PriceList
from yunhe.trade.pricing.queries.affected import affected_partners
from yunhe.trade.pricing.queries.changes import DAYS_LOOKED_AT, bought_by, lists_of, rows_of

Bought = Mapping[int, Mapping[int, Decimal]]


@dataclass(frozen=True)
class ListPreview:
    """The effect on revenue of the last DAYS_LOOKED_AT days, in the list's currency, and for how many partners."""

    effect: Decimal
    partners: int


def subject_of(list_id: int) -> str:
    """Under which name approvals know a list, beside price changes, which they know by number."""
    return f"list:{list_id}"


def waiting_for(price_list: PriceList) -> Approval | None:
    """The open request about the list as a whole, whoever looks."""
    with owner_access("whether a list waits is no secret from those who change it"):
        return Approval.objects.filter(
            kind=CHANGE_KIND, subject_id=subject_of(price_list.pk), state=ApprovalState.OPEN
        ).first()


def preview_list(
    price_list: PriceList, *, first: date, gone: bool = False, today: date
) -> ListPreview:
    """What it does to revenue that the list counts from `first` on, or is `gone`.

    Of the days on which its prices change from then on, the one with the largest effect counts: what begins later
    is seen too. Four statements, and two for each such day.
    """
    start = max(first, today)
    partners = affected_partners(price_list)
    spans = Price.objects.filter(price_list=price_list).exclude(period__fully_lt=(start, None))
    sku_ids = sorted(set(spans.values_list("sku_id", flat=True)))
    days = {start} | {
        period.lower
        for period in set(spans.values_list("period", flat=True))
        if period.lower and period.lower > start
    }
    since = today - timedelta(days=DAYS_LOOKED_AT)
    bought = bought_by(partners, sku_ids, since=since, until=today)
    effects = [_effect_on(day, price_list, partners, sku_ids, bought) for day in sorted(days)]
    effect = max(effects, key=abs, default=Decimal(0))
    rounded = compute_amount(-effect if gone else effect, Decimal(1), price_list.currency)
    return ListPreview(rounded, len(partners))


def _effect_on(
    day: date,
    price_list: PriceList,
    partners: Sequence[int],
    sku_ids: Sequence[int],
    bought: Bought,
) -> Decimal:
    """Revenue with the list on a day less revenue without it."""
    number = price_list.pk
    lists = lists_of(partners, on=day, currency=price_list.currency, including=number)
    rows = rows_of({one.id for found in lists.values() for one in found}, sku_ids, on=day)
    factors = unit_factors(sku_ids)
    total = Decimal(0)
    for sku_id, by_list in rows.items():
        units = factors.get(sku_id, {})
        own = [row for row in by_list.get(number, ()) if row.unit in units]
        if not own:
            continue
        carrier = min(own, key=lambda row: row.min_quantity * units[row.unit])
        without = {list_id: found for list_id, found in by_list.items() if list_id != number}
        total += compute_line_effect(
            _demands(lists, bought.get(sku_id, {})),
            without,
            by_list,
            units,
            unit=carrier.unit,
            quantity=carrier.min_quantity,
        ).effect
    return total


def _demands(
    lists: Mapping[int, tuple[ApplicableList, ...]], bought: Mapping[int, Decimal]
) -> list[Demand]:
    together: dict[tuple[ApplicableList, ...], Decimal] = defaultdict(Decimal)
    for node_id, quantity in bought.items():
        if node_id in lists:
            together[lists[node_id]] += quantity
    return [Demand(found, quantity) for found, quantity in together.items()]
