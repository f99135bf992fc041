"""Close the books of a legal entity up to a day, for good."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.money.ledger.errors import EntryRefused
from yunhe.money.ledger.models import Closing, LegalEntity
from yunhe.money.ledger.permissions import CLOSE
from yunhe.platform.access.principal import Principal


def close_period(entity: LegalEntity, *, until: date, actor: Principal, now: datetime) -> Closing:
    """Nothing is booked on or before `until` again; late documents go to the first open day.

    Raises NotAllowed, EntryRefused for a day in the future or one that is closed already.
    """
    actor.check(CLOSE)
    last = Closing.objects.filter(entity=entity).order_by("-until").first()
    if until >= timezone.localdate(now):
        raise EntryRefused(_("Only days that have passed can be closed."), field="until")
    if last and until <= last.until:
        message = _("The books are closed until %(day)s already.") % {"day": last.until.isoformat()}
        raise EntryRefused(message, field="until")
    return Closing.objects.create(
        entity=entity, until=until, recorded_at=now, recorded_by_id=actor.user_id
    )
