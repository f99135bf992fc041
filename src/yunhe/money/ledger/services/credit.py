"""Credit limits: kept with their history, enforced by the capacity ledger."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.money.ledger.errors import EntryRefused, LimitTooLow
from yunhe.money.ledger.locks import lock_partners
from yunhe.money.ledger.models import CreditLimit
from yunhe.money.ledger.permissions import LIMIT
from yunhe.money.ledger.queries import unheld_balance
from yunhe.money.ledger.services.matching import CREDIT, credit_key
from yunhe.money.ledger.services.rights import check_right_on
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded


def set_credit_limit(
    *, node_id: int, amount: Decimal | None, reason: str, actor: Principal, now: datetime
) -> CreditLimit:
    """Set how much the partner may owe (None: unlimited); advances it paid come on top,
    debts that no order holds credit for are deducted.

    Raises NotFound, NotAllowed, EntryRefused (below zero), LimitTooLow when more is already used.
    """
    check_right_on(node_id, LIMIT, actor=actor)
    if amount is not None and amount < 0:
        raise EntryRefused(_("A credit limit cannot be below zero."), field="amount")
    with owner_access("credit limits are written by this use case alone; the right was checked"):
        lock_partners([node_id])
        maximum = None if amount is None else max(amount - unheld_balance(node_id), Decimal(0))
        try:
            capacity.set_limit(CREDIT, credit_key(node_id), maximum, node_id=node_id)
        except CapacityExceeded as error:
            used = error.shortages[0].available
            message = _("The partner already uses %(used)s: the limit cannot be lower.")
            raise LimitTooLow(message % {"used": f"{used:f}"}, field="amount") from error
        return CreditLimit.objects.create(
            node_id=node_id,
            amount=amount,
            reason=reason,
            recorded_at=now,
            recorded_by_id=actor.user_id,
        )
