"""Who may state what: a partner its own sales; purchases and openings are the house's.

Sell-in and opening balances are what rebates, return rights and return prices are counted from.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.access.principal import Principal
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.compute import is_of_documents, sender_of
from yunhe.trade.sales.errors import LinesRefused, NotYours
from yunhe.trade.sales.models import SalesFact

RESERVED = {
    Flow.SELL_IN.value: gettext_lazy(
        "What you bought from headquarters is recorded from its orders and returns; report what you sold."
    ),
    Flow.OPENING.value: gettext_lazy(
        "Opening balances are entered by headquarters; send them your count."
    ),
}


def check_flow(flow: str, *, actor: Principal) -> None:
    """Raises NotYours when a partner reports a flow of the house."""
    if actor.is_partner and flow in RESERVED:
        raise NotYours(RESERVED[flow], field="flow")


def may_correct(fact: SalesFact, *, actor: Principal) -> bool:
    """Whether `check_correction` lets the actor."""
    try:
        check_correction(fact, actor=actor)
    except (LinesRefused, NotYours):
        return False
    return True


def check_correction(fact: SalesFact, *, actor: Principal) -> None:
    """Raises LinesRefused for lines of documents, NotYours when a partner did not state the line.

    A partner corrects what it sent itself, until headquarters corrected it.
    """
    if actor.is_partner:
        check_flow(fact.flow, actor=actor)
        if sender_of(fact.source) not in actor.node_ids:
            raise NotYours(_("Somebody else sent this line; ask them to correct it."))
        if _stated_by_house(fact):
            raise NotYours(_("Headquarters stated this line; ask them to correct it."))
    if is_of_documents(fact.source):
        raise LinesRefused(
            _("Lines of orders and returns are corrected by returns and credit notes.")
        )


def _stated_by_house(fact: SalesFact) -> bool:
    first = fact.corrects_id or fact.pk
    return SalesFact.objects.filter(Q(pk=first) | Q(corrects_id=first), by_house=True).exists()
