"""What pricing has approved by chains: price changes, and what happens to whole lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.formatting import last_day, money
from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.platform.workflow.models import Approval
from yunhe.trade.pricing.choices import CHANGE_KIND, ListAction
from yunhe.trade.pricing.services.changes import commit_approved, mark_rejected, mark_withdrawn
from yunhe.trade.pricing.services.publishing import commit_list, is_about_list


def _approved(approval: Approval, *, actor: Principal, now: datetime) -> None:
    commit = commit_list if is_about_list(approval) else commit_approved
    commit(approval, actor=actor, now=now)


def _rejected(approval: Approval, *, actor: Principal, now: datetime) -> None:
    if not is_about_list(approval):  # a list simply stays as it is
        mark_rejected(approval, actor=actor, now=now)


def _withdrawn(approval: Approval, *, actor: Principal, now: datetime) -> None:
    if not is_about_list(approval):
        mark_withdrawn(approval, actor=actor, now=now)


def _described(facts: Mapping[str, Any]) -> Iterator[tuple[Text, Any]]:
    """What happens to a list; the size of the effect is the request's amount."""
    if "action" not in facts:
        return
    yield _("What is asked"), ListAction(facts["action"]).label
    yield _("Partners concerned"), facts["partners"]
    yield _("Effect on revenue"), money(Decimal(facts["effect"]))
    if facts["action"] == ListAction.END:
        after = facts["valid_to"]
        yield _("Last day"), last_day(date.fromisoformat(after) if after else None)


PRICE_CHANGE = register_kind(
    ApprovalKind(
        CHANGE_KIND,
        _("Price change"),
        on_approved=_approved,
        on_rejected=_rejected,
        on_withdrawn=_withdrawn,
        describe=_described,
        can_ask="pricing.change",
        internal=True,
    )
)
