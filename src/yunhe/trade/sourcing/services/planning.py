"""Plan where an order is served from, with the reason for every line. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.schedule.queries import promise_dates
from yunhe.platform.access.session import owner_access
from yunhe.platform.values import to_text
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.sourcing.choices import RuleKind
from yunhe.trade.sourcing.compute import Weights, compute_split
from yunhe.trade.sourcing.errors import NoRule
from yunhe.trade.sourcing.models import SourcingRule
from yunhe.trade.sourcing.queries import Candidate, Demand, candidates_for, demand_of
from yunhe.trade.sourcing.wording import EMPTY, REST

ZERO = Decimal(0)


@dataclass(frozen=True)
class PlannedShare:
    """Base units of a line from a place; `made_on` the day of production it is promised from."""

    line: OrderLine
    candidate: Candidate
    quantity: Decimal
    reason: Mapping[str, Any]
    made_on: date | None = None

    @property
    def units(self) -> Decimal:
        """In the line's own unit."""
        return self.quantity * self.line.quantity / self.line.base_quantity


@dataclass(frozen=True)
class Plan:
    """How the rule would split the order; `missing` is line's row -> base units that nobody has."""

    rule: SourcingRule
    demand: Demand
    candidates: Sequence[Candidate]
    shares: Sequence[PlannedShare]
    missing: Mapping[int, Decimal]
    exact: bool

    def candidate(self, node_id: int) -> Candidate | None:
        return next((c for c in self.candidates if c.node.pk == node_id), None)


def preferred_rule() -> SourcingRule:
    """The rule used when none is chosen. Raises NoRule."""
    found = SourcingRule.objects.order_by("-preferred", "code").first()
    if found is None:
        raise NoRule(_("Name a sourcing rule first."))
    return found


def plan_order(
    order: Order,
    *,
    rule: SourcingRule | None = None,
    now: datetime,
    wide: bool = False,
    without: Iterable[int] = (),
) -> Plan:
    """Where every open unit would come from by the rule: stock first, then scheduled production.

    A `wide` reader also sees the places that do not serve the province. Eight statements for any
    number of lines, four more for each place that produces.
    """
    rule = rule or preferred_rule()
    on = timezone.localdate(now)
    demand = demand_of(order)
    candidates = candidates_for(demand, rule, on=on, wide=wide, without=without)
    split = compute_split(demand.needs, [c.place for c in candidates], weights_of(rule))
    lines = {line.row: line for line in demand.lines}
    steps = {need.row: need.step for need in demand.needs}
    known = {c.node.pk: c for c in candidates}
    given: dict[int, dict[int, Decimal]] = {}
    for share in split.shares:
        given.setdefault(share.row, {})[share.place_id] = share.units * steps[share.row]
    shares = [
        PlannedShare(
            lines[share.row],
            known[share.place_id],
            share.units * steps[share.row],
            reason_of(rule, known[share.place_id], lines[share.row], candidates, given[share.row]),
        )
        for share in split.shares
    ]
    missing = {row: units * steps[row] for row, units in split.short.items()}
    if missing and rule.production:
        made = _from_production(demand, candidates, shares, missing, on=on)
        shares += made
        missing = {
            row: quantity
            for row, quantity in missing.items()
            if row not in {share.line.row for share in made}
        }
    shares.sort(key=lambda share: (share.line.row, share.made_on or date.min))
    return Plan(rule, demand, candidates, shares, missing, split.exact)


def weights_of(rule: SourcingRule) -> Weights:
    """What the named rule means in figures."""
    if rule.kind == RuleKind.WEIGHTED:
        return Weights(distance=rule.distance, stock=rule.stock, rank=rule.rank, parcel=rule.parcel)
    return {
        RuleKind.PRIORITY: Weights(rank=1),
        RuleKind.NEAREST: Weights(distance=1),
        RuleKind.MOST_STOCK: Weights(stock=1),
        RuleKind.FEWEST: Weights(fewest=True),
    }[RuleKind(rule.kind)]


def reason_of(
    rule: SourcingRule,
    chosen: Candidate,
    line: OrderLine,
    candidates: Sequence[Candidate],
    given: Mapping[int, Decimal],
) -> dict[str, Any]:
    """What the rule saw, as kept with the part: `wording.why` makes the sentences."""
    others = []
    for other in candidates:
        if other is chosen:
            continue
        place, name = other.place, {"name": other.node.name, "name_en": other.node.name_en}
        has = place.stock.get(line.sku_id, ZERO)
        if refused := place.refused.get(line.sku_id):
            others.append(name | {"why": refused})
        elif has <= 0:
            others.append(name | {"why": EMPTY})
        elif other.node.pk in given:
            others.append(name | {"why": REST, "has": to_text(given[other.node.pk])})
    return {"kind": rule.kind, "km": chosen.kilometres, "others": others}


def _from_production(
    demand: Demand,
    candidates: Sequence[Candidate],
    shares: Sequence[PlannedShare],
    missing: Mapping[int, Decimal],
    *,
    on: date,
) -> list[PlannedShare]:
    """What no place has in stock, each line from the place that can promise it first."""
    lines = {line.row: line for line in demand.lines}
    wanted: dict[int, Decimal] = {}
    for row, quantity in missing.items():
        sku_id = lines[row].sku_id
        wanted[sku_id] = wanted.get(sku_id, ZERO) + quantity
    best: dict[int, tuple[date, Candidate]] = {}
    for candidate in candidates:
        asked = {
            sku_id: quantity + _taken(shares, candidate, sku_id)
            for sku_id, quantity in wanted.items()
            if sku_id not in candidate.place.refused
        }
        if candidate.dealer or not asked:
            continue
        with owner_access("a promise is made on the schedule of a place outside the own region"):
            days = promise_dates(candidate.node.pk, asked, on)
        for sku_id, day in days.items():
            if day is not None and (sku_id not in best or day < best[sku_id][0]):
                best[sku_id] = (day, candidate)
    return [
        PlannedShare(lines[row], candidate, quantity, {"made_on": day.isoformat()}, day)
        for row, quantity in missing.items()
        if lines[row].sku_id in best
        for day, candidate in [best[lines[row].sku_id]]
    ]


def _taken(shares: Sequence[PlannedShare], candidate: Candidate, sku_id: int) -> Decimal:
    """What the plan takes from the place's stock already: it cannot be promised again."""
    return sum(
        (
            share.quantity
            for share in shares
            if share.candidate is candidate and share.line.sku_id == sku_id
        ),
        ZERO,
    )
