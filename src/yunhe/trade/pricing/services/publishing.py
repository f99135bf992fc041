"""Lists come into force, leave it, and change their terms: with approval where price changes need it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.queries import has_chain
from yunhe.platform.workflow.services import start_approval
from yunhe.trade.pricing.choices import CHANGE_KIND, ListAction, ListStatus
from yunhe.trade.pricing.errors import ApprovalNeeded, ListRefused
from yunhe.trade.pricing.events import PriceListPublished
from yunhe.trade.pricing.locks import lock_price_list
from yunhe.trade.pricing.models import PriceList
from yunhe.trade.pricing.permissions import CHANGE, PUBLISH
from yunhe.trade.pricing.queries.publishing import preview_list, subject_of
from yunhe.trade.pricing.services.lists import (
    ListDraft,
    check_keeper,
    check_not_waiting,
    note_pricer,
    save_price_list,
)
from yunhe.trade.pricing.transitions import MOVES

_TITLES = {
    ListAction.PUBLISH: _("Publish the price list: "),
    ListAction.WITHDRAW: _("Withdraw the price list: "),
    ListAction.END: _("Another last day of the price list: "),
}


def publish_price_list(
    price_list: PriceList, *, actor: Principal, now: datetime | None = None
) -> PriceList:
    """Let a list price orders, or ask for it: the list is a draft until the chain has agreed.

    The chain of price changes is chosen by place, level and the size of the effect. Who set the prices does
    not publish alone where there is any. Emits PriceListPublished. Raises NotAllowed, ApprovalNeeded, ListWaits,
    Conflict, ListRefused, NoApprover.
    """
    check_keeper(price_list, actor, PUBLISH)
    price_list = _locked(price_list, "publish")
    if not price_list.prices.exists():
        raise ListRefused(_("An empty list cannot be published: add prices first."))
    first = price_list.period.lower
    if not _asked(price_list, ListAction.PUBLISH, first, actor=actor, now=now):
        _publish(price_list)
    return price_list


def withdraw_price_list(
    price_list: PriceList, *, actor: Principal, now: datetime | None = None
) -> PriceList:
    """Take a list out of use at once, or ask for it. Orders keep the prices they were written with.

    Raises NotAllowed, ListWaits, Conflict, NoApprover.
    """
    check_keeper(price_list, actor, PUBLISH)
    price_list = _locked(price_list, "withdraw")
    today = timezone.localdate(now)
    if not _asked(price_list, ListAction.WITHDRAW, today, actor=actor, now=now):
        _withdraw(price_list)
    return price_list


def change_price_list(
    price_list: PriceList, *, draft: ListDraft, actor: Principal, now: datetime | None = None
) -> PriceList:
    """Change a draft; of a published list only name, note and end may change, the end with approval.

    Raises NotAllowed, ListWaits, ListRefused (a published list's terms are what partners ordered by).
    """
    check_keeper(price_list, actor, CHANGE)
    price_list = lock_price_list(price_list.pk)
    published = price_list.status == ListStatus.PUBLISHED
    if not published and not actor.system and not price_list.by_partner:
        check_not_waiting(price_list)
    if price_list.status == ListStatus.DRAFT:
        note_pricer(price_list, actor)
    else:
        _check_fixed(price_list, draft)
    old = price_list.period.upper
    if published and draft.valid_to != old:
        first = min(filter(None, (draft.valid_to, old)))
        asked = _asked(
            price_list, ListAction.END, first, valid_to=draft.valid_to, actor=actor, now=now
        )
        draft = replace(draft, valid_to=old) if asked else draft
    return save_price_list(price_list, draft)


def _check_fixed(price_list: PriceList, draft: ListDraft) -> None:
    names = ("level", "tier", "channel", "currency", "priority")
    same = all(getattr(draft, name) == getattr(price_list, name) for name in names)
    if not same or draft.valid_from != price_list.period.lower:
        raise ListRefused(
            _("Only the name, the note and the last day of a published list may change.")
        )


def commit_list(approval: Approval, *, actor: Principal, now: datetime) -> None:
    """The last approver agreed: do what was asked for. Raises ApprovalNeeded for who set the prices."""
    price_list = lock_price_list(list_of(approval))
    action = ListAction(approval.facts["action"])
    if action == ListAction.PUBLISH and actor.user_id in price_list.priced_by:
        raise ApprovalNeeded(_("You set prices of this list: somebody else has to approve it."))
    if action == ListAction.END:
        _end(price_list, approval.facts["valid_to"])
        return
    MOVES.check(price_list.status, action, number=price_list.code)
    _ACTS[action](price_list)


def is_about_list(approval: Approval) -> bool:
    """Whether a request of kind `pricing.change` is about a whole list."""
    return approval.subject_id.startswith("list:")


def list_of(approval: Approval) -> int:
    return int(approval.subject_id.removeprefix("list:"))


def _asked(
    price_list: PriceList,
    action: ListAction,
    first: date,
    *,
    valid_to: date | None = None,
    actor: Principal,
    now: datetime | None,
) -> bool:
    """Ask the chain that applies; False when the actor may do it at once."""
    if price_list.by_partner or actor.system:
        return False
    check_not_waiting(price_list)
    if not has_chain(CHANGE_KIND, node_id=price_list.node_id):
        return False
    moment = now or timezone.now()
    old = price_list.period.upper
    gone = action == ListAction.WITHDRAW or (
        action == ListAction.END and valid_to is not None and (old is None or valid_to < old)
    )
    preview = preview_list(price_list, first=first, gone=gone, today=timezone.localdate(moment))
    approval = start_approval(
        subject_kind=CHANGE_KIND,
        subject_id=subject_of(price_list.pk),
        title=format_lazy("{}{}", _TITLES[action], lazystr(price_list)),
        url=price_list.get_absolute_url(),
        amount=abs(preview.effect),
        currency=price_list.currency,
        node_id=price_list.node_id,
        level=price_list.level,
        facts={
            "action": str(action),
            "effect": str(preview.effect),
            "partners": preview.partners,
            "valid_to": valid_to and valid_to.isoformat(),
        },
        requested_by=replace(actor, system=True),  # who publishes need not set prices
        now=moment,
    )
    if approval is None and action == ListAction.PUBLISH and actor.user_id in price_list.priced_by:
        raise ApprovalNeeded(
            _("You set prices of this list: somebody else who may publish it has to do so.")
        )
    return approval is not None


def _locked(price_list: PriceList, move: str) -> PriceList:
    price_list = lock_price_list(price_list.pk)
    MOVES.check(price_list.status, move, number=price_list.code)
    return price_list


def _publish(price_list: PriceList) -> None:
    price_list.status, price_list.priced_by = ListStatus.PUBLISHED, []
    price_list.save(update_fields=["status", "priced_by"])
    emit(
        PriceListPublished(price_list_id=price_list.pk, node_id=price_list.node_id),
        node_id=price_list.node_id,
        subject=price_list.code,
    )


def _withdraw(price_list: PriceList) -> None:
    price_list.status = ListStatus.WITHDRAWN
    price_list.save(update_fields=["status"])


def _end(price_list: PriceList, valid_to: str | None) -> None:
    price_list.period = (
        price_list.period.lower,
        date.fromisoformat(valid_to) if valid_to else None,
    )
    price_list.save(update_fields=["period"])


_ACTS: dict[str, Callable[[PriceList], None]] = {
    ListAction.PUBLISH: _publish,
    ListAction.WITHDRAW: _withdraw,
}
