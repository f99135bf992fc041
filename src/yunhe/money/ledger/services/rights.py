"""What may be written by hand, and on whose account: checked here, because postings run as the owner."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.channel.network.queries import dealer_of
from yunhe.money.ledger.errors import EntryRefused
from yunhe.money.ledger.models import Entry
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.queries import node_for
from yunhe.platform.values import EARLIEST


def check_right_on(node_id: int, permission: str, *, actor: Principal) -> None:
    """Raise NotFound when the actor does not see the node, NotAllowed without the right there."""
    actor.check(permission)
    node = node_for(node_id)
    actor.check(permission, path=node.path)


def check_document(node_id: int, on: date, *, now: datetime) -> None:
    """Raise EntryRefused for a day that cannot be a document's, or a partner without an account here.

    Money frees credit at once, so a receipt of a later day would lend it. Who buys from a dealer pays
    that dealer, unless something was booked with it before.
    """
    if on > timezone.localdate(now):
        message = _("%(day)s lies ahead; book the document when it is there.")
        raise EntryRefused(message % {"day": on.isoformat()}, field="on")
    if on < EARLIEST:
        message = _("%(day)s is too long ago to be booked.")
        raise EntryRefused(message % {"day": on.isoformat()}, field="on")
    node = Node.objects.get(pk=node_id)
    if node.kind != NodeKind.PARTNER:
        raise EntryRefused(_("“%(node)s” is no partner.") % {"node": node.label}, field="node_id")
    dealer = dealer_of(node_id)
    if dealer in (None, node_id) or Entry.objects.filter(node_id=node_id).exists():
        return
    message = _("“%(node)s” has no account here: it buys from its dealer.")
    raise EntryRefused(message % {"node": node.label}, field="node_id")
