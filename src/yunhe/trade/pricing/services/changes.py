"""Price changes by request: draft, submit with its effect, approve, prices set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.access.principal import Principal
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.queries import approval_for
from yunhe.platform.workflow.services import start_approval, withdraw_approval
from yunhe.trade.pricing.choices import CHANGE_KIND, ChangeState, ListStatus
from yunhe.trade.pricing.errors import ChangeRefused, ListRefused
from yunhe.trade.pricing.locks import lock_price_change
from yunhe.trade.pricing.models import PriceChange, PriceChangeLine, PriceList
from yunhe.trade.pricing.permissions import CHANGE
from yunhe.trade.pricing.queries.changes import preview_change
from yunhe.trade.pricing.services.lists import PriceEntry, check_entries, set_prices
from yunhe.trade.pricing.transitions import CHANGE_MOVES


@dataclass(frozen=True, kw_only=True)
class ChangeDraft:
    """What a request asks for; the period is half-open."""

    title: str
    effective: date
    until: date | None = None
    reason: str = ""
    entries: Sequence[PriceEntry]


def create_price_change(
    price_list: PriceList, *, draft: ChangeDraft, actor: Principal, now: datetime
) -> PriceChange:
    """Write the request down as a draft. Raises NotAllowed, ChangeRefused, ListRefused, PriceOverlap."""
    actor.check(CHANGE, path=price_list.node.path)
    if price_list.by_partner:
        raise ChangeRefused(_("A partner keeps this list itself."))
    if price_list.status != ListStatus.PUBLISHED:
        raise ChangeRefused(_("Only a published list is changed by request: set its prices."))
    _check_days(draft.effective, draft.until, now)
    check_entries(draft.entries)
    change = PriceChange.objects.create(
        price_list=price_list,
        node_id=price_list.node_id,
        title=draft.title,
        reason=draft.reason,
        effective=draft.effective,
        until=draft.until,
        created_by_id=actor.user_id,
        created_at=now,
    )
    PriceChangeLine.objects.bulk_create(
        PriceChangeLine(
            change=change,
            sku_id=entry.sku_id,
            unit=entry.unit,
            min_quantity=entry.min_quantity,
            price=entry.price,
        )
        for entry in draft.entries
    )
    return change


def submit_price_change(change: PriceChange, *, actor: Principal, now: datetime) -> PriceChange:
    """Keep the comparison and ask for approval; without a chain the prices are set at once.

    The chain is chosen by the expected effect on revenue (its size, whatever the sign). Raises
    NotAllowed, ChangeRefused, ListRefused (the day has passed), NoApprover.
    """
    actor.check(CHANGE, path=change.node.path)
    change = _move(change, "submit")
    _check_days(change.effective, change.until, now)
    preview = preview_change(change, today=timezone.localdate(now))
    for row in preview.lines:
        row.line.previous = row.previous
    PriceChangeLine.objects.bulk_update([row.line for row in preview.lines], ["previous"])
    change.effect, change.partners = preview.effect, len(preview.partners)
    change.save(update_fields=["state", "effect", "partners"])
    approval = start_approval(
        subject_kind=CHANGE_KIND,
        subject_id=change.pk,
        title=format_lazy(
            "{}{} ({})", gettext_lazy("Price change: "), change.title, lazystr(change.price_list)
        ),
        url=change.get_absolute_url(),
        amount=abs(preview.effect),
        currency=change.price_list.currency,
        node_id=change.node_id,
        level=change.price_list.level,
        requested_by=actor,
        now=now,
    )
    if approval is None:
        _commit(change, actor=actor, now=now)
    return change


def cancel_price_change(change: PriceChange, *, actor: Principal, now: datetime) -> PriceChange:
    """Give the request up; one in approval is withdrawn. Raises NotAllowed, ChangeRefused."""
    actor.check(CHANGE, path=change.node.path)
    change = _move(change, "cancel")
    change.save(update_fields=["state"])
    approval = approval_for(CHANGE_KIND, change.pk)
    if approval is not None and approval.state == "open":
        withdraw_approval(approval, actor=_for_the_request(actor), now=now)
    return change


def commit_approved(approval: Approval, *, actor: Principal, now: datetime) -> None:
    """The last approver agreed: set the prices. A day that has passed meanwhile becomes today."""
    change = PriceChange.objects.get(pk=int(approval.subject_id))
    _commit(lock_price_change(change.pk), actor=actor, now=now)


def mark_rejected(approval: Approval, *, actor: Principal, now: datetime) -> None:
    """A step refused: the request may be submitted again or cancelled."""
    _mark(approval, "reject")


def mark_withdrawn(approval: Approval, *, actor: Principal, now: datetime) -> None:
    """The requester took it back (or cancelled the change, which is then cancelled already)."""
    change = lock_price_change(int(approval.subject_id))
    if change.state == ChangeState.SUBMITTED:
        change.state = ChangeState.CANCELLED
        change.save(update_fields=["state"])


def _mark(approval: Approval, move: str) -> None:
    change = lock_price_change(int(approval.subject_id))
    change = _checked(change, move)
    change.save(update_fields=["state"])


def _commit(change: PriceChange, *, actor: Principal, now: datetime) -> None:
    change = _checked(change, "commit")
    day = max(change.effective, timezone.localdate(now))
    if change.until is not None and change.until <= day:
        raise ChangeRefused(_("The days of this change have passed: refuse it."))
    entries = [
        PriceEntry(
            sku_id=line.sku_id,
            unit=line.unit,
            price=line.price,
            min_quantity=line.min_quantity,
        )
        for line in change.lines.all()
    ]
    set_prices(
        change.price_list,
        entries,
        effective=day,
        until=change.until,
        actor=_for_the_request(actor),
        now=now,
    )
    change.effective, change.committed_at = day, now
    change.save(update_fields=["state", "effective", "committed_at"])


def _for_the_request(actor: Principal) -> Principal:
    """The request carries the right to what it asks for, once nobody has to approve it any more."""
    return replace(actor, system=True)


def _move(change: PriceChange, move: str) -> PriceChange:
    return _checked(lock_price_change(change.pk), move)


def _checked(change: PriceChange, move: str) -> PriceChange:
    change.state = CHANGE_MOVES.check(change.state, move).target
    return change


def _check_days(effective: date, until: date | None, now: datetime) -> None:
    if effective < timezone.localdate(now):
        raise ListRefused(_("Prices of a published list change from today on."), field="effective")
    if until is not None and until <= effective:
        raise ListRefused(_("The last day lies before the first."), field="until")
