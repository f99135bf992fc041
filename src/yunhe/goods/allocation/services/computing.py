"""Describe a scarce supply, compute the shares, change one by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.channel.network.models import Partner
from yunhe.goods.allocation.choices import AllocationStatus
from yunhe.goods.allocation.compute import (
    Claim,
    FloorsExceedSupply,
    NothingToShareBy,
    Rule,
    Share,
    compute_quota,
)
from yunhe.goods.allocation.errors import OverrideRefused, QuotaImpossible
from yunhe.goods.allocation.locks import lock_allocation
from yunhe.goods.allocation.models import Allocation, AllocationLine, QuotaRule
from yunhe.goods.allocation.permissions import PLAN
from yunhe.goods.allocation.queries import asked_for, bought, dealers_below, health_of
from yunhe.goods.allocation.transitions import MOVES
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import unit_factors


@dataclass(frozen=True, kw_only=True)
class AllocationDraft:
    """`supply` in base units; `until` is the first day after; `demands` dealer's node id -> base
    units that it asked for, beside its orders."""

    node: Node
    sku: Sku
    rule: QuotaRule
    among: Node
    supply: Decimal
    unit: str
    starts: date
    until: date
    demands: Mapping[int, Decimal] = field(default_factory=dict)
    note: str = ""


def create_allocation(draft: AllocationDraft, *, actor: Principal, now: datetime) -> Allocation:
    """A new allocation, not computed yet. Raises NotAllowed, DomainError for a unit or period that
    cannot be."""
    actor.check(PLAN)
    factor = {draft.sku.base_unit: Decimal(1)} | unit_factors([draft.sku.pk]).get(draft.sku.pk, {})
    if draft.unit not in factor:
        message = _("%(sku)s is not packed in this unit.") % {"sku": draft.sku.label}
        raise DomainError(message, code="allocation.unit", field="unit")
    if draft.until <= draft.starts:
        raise DomainError(
            _("The end lies before the start."), code="allocation.period", field="until"
        )
    if draft.supply < factor[draft.unit]:
        raise DomainError(
            _("There is less than one lot."), code="allocation.supply", field="supply"
        )
    return Allocation.objects.create(
        node=draft.node,
        sku=draft.sku,
        rule=draft.rule,
        among=draft.among,
        supply=draft.supply,
        unit=draft.unit,
        lot=factor[draft.unit],
        period=DateRange(draft.starts, draft.until),
        demands={str(node_id): str(quantity) for node_id, quantity in draft.demands.items()},
        note=draft.note,
        created_at=now,
    )


def compute_allocation(allocation: Allocation, *, actor: Principal, now: datetime) -> Allocation:
    """Divide the supply by the rule; shares computed before, and changes by hand, are replaced.

    Raises NotAllowed, IllegalMove, QuotaImpossible.
    """
    allocation = lock_allocation(allocation.pk)
    move = MOVES.check(allocation.status, "compute")
    actor.check(move.permission)
    dealers = list(dealers_below(allocation.among_id))
    claims = _claims(allocation, dealers, today=timezone.localdate(now))
    shares = _divide(allocation, list(claims.values()))
    allocation.lines.all().delete()
    AllocationLine.objects.bulk_create(
        _line(allocation, dealer, claims[dealer.pk], share)
        for dealer, share in zip(dealers, shares, strict=True)
    )
    allocation.status, allocation.computed_at = move.target, now
    allocation.computed_by_id = actor.user_id
    allocation.save(update_fields=["status", "computed_at", "computed_by"])
    return allocation


def _claims(allocation: Allocation, dealers: Sequence[Partner], *, today: date) -> dict[int, Claim]:
    ids = [dealer.pk for dealer in dealers]
    months = allocation.rule.history_months
    since = _months_before(today, months)
    history = bought(allocation.sku_id, ids, since=since, until=today)
    health = health_of(ids, on=today) if allocation.rule.health_part else {}
    asked = asked_for(allocation.sku_id, ids)
    for node_id, quantity in allocation.demands.items():
        asked[int(node_id)] = max(asked.get(int(node_id), Decimal(0)), Decimal(quantity))
    return {
        dealer.pk: Claim(
            key=dealer.node.code,
            tier=dealer.tier,
            history=history.get(dealer.pk, Decimal(0)),
            health=health.get(dealer.pk),
            demand=asked.get(dealer.pk, Decimal(0)),
        )
        for dealer in dealers
    }


def _months_before(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 - months
    return date(at // 12, at % 12 + 1, 1)


def _divide(allocation: Allocation, claims: Sequence[Claim]) -> list[Share]:
    rule = allocation.rule
    terms = Rule(
        tier_part=Decimal(rule.tier_part),
        history_part=Decimal(rule.history_part),
        health_part=Decimal(rule.health_part),
        tiers={tier: Decimal(str(weight)) for tier, weight in rule.tiers.items()},
        floor_lots=rule.floor_lots,
        cap_by_demand=rule.cap_by_demand,
        most=Decimal(rule.most_percent) / 100,
    )
    try:
        return compute_quota(claims, terms, supply=allocation.supply, lot=allocation.lot)
    except FloorsExceedSupply as error:
        message = _(
            "The guaranteed lots need %(needed)s, but there are %(supply)s. Lower the guarantee of "
            "the rule to %(possible)s, or divide among fewer dealers."
        )
        words = {
            "needed": error.needed,
            "supply": error.supply,
            "possible": error.supply // max(len(claims), 1),
        }
        raise QuotaImpossible(message % words) from error
    except NothingToShareBy as error:
        message = _(
            "Nobody has a weight: no dealer stands below the unit, or none has a tier of the rule, "
            "past purchases or a health."
        )
        raise QuotaImpossible(message) from error


def _line(allocation: Allocation, dealer: Partner, claim: Claim, share: Share) -> AllocationLine:
    return AllocationLine(
        allocation=allocation,
        supplier_id=allocation.node_id,
        node_id=dealer.pk,
        tier=claim.tier,
        history=claim.history,
        health=None if claim.health is None else claim.health * 100,
        demand=claim.demand,
        weight=share.weight,
        ideal=round(Decimal(share.ideal.numerator) / share.ideal.denominator, 4),
        floor=share.floor,
        cap=share.cap,
        computed_lots=share.lots,
        lots=share.lots,
        quantity=share.lots * allocation.lot,
    )


def change_share(
    line: AllocationLine, *, lots: int, reason: str, actor: Principal, now: datetime
) -> AllocationLine:
    """Set one dealer's lots by hand, with a reason the dealer will read.

    Raises NotAllowed, IllegalMove, OverrideRefused (no reason, more than is left of the supply).
    """
    actor.check(PLAN)
    allocation = lock_allocation(line.allocation_id)
    MOVES.check(allocation.status, "approve")
    if not reason.strip():
        raise OverrideRefused(_("Say why; the dealer reads it."), field="reason")
    others = allocation.given - line.quantity
    left = int((allocation.supply - others) // allocation.lot)
    if lots > left:
        message = _("Only %(left)s lots are left for this dealer; lower another one first.")
        raise OverrideRefused(message % {"left": left}, field="lots")
    line.lots, line.quantity, line.reason = lots, lots * allocation.lot, reason.strip()
    line.save(update_fields=["lots", "quantity", "reason"])
    allocation.computed_by_id = actor.user_id
    allocation.save(update_fields=["computed_by"])
    return line


def cancel_allocation(allocation: Allocation, *, actor: Principal, now: datetime) -> Allocation:
    """Drop an allocation that was never published. Raises NotAllowed, IllegalMove."""
    allocation = lock_allocation(allocation.pk)
    move = MOVES.check(allocation.status, "cancel")
    actor.check(move.permission)
    allocation.status = AllocationStatus.CANCELLED
    allocation.save(update_fields=["status"])
    return allocation
