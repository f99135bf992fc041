"""Hand decisions on for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.accounts.actor import person
from yunhe.platform.errors import NotFound
from yunhe.platform.workflow.errors import AbsenceRefused
from yunhe.platform.workflow.models import Absence
from yunhe.platform.workflow.queries import colleagues_of


@dataclass(frozen=True, kw_only=True)
class AbsenceDraft:
    """Who stands in from `starts` to the day before `ends`; without kinds, for everything."""

    substitute_id: int
    starts: date
    ends: date
    kinds: tuple[str, ...] = ()
    note: str = ""


def set_absence(draft: AbsenceDraft, *, actor: Principal, now: datetime) -> Absence:
    """Let a colleague decide in the actor's place. Raises AbsenceRefused.

    A person of the manufacturer may not be stood in for by a partner's person.
    """
    if draft.ends <= draft.starts or draft.ends <= timezone.localdate(now):
        raise AbsenceRefused(_("The last day lies before the first, or has passed."), field="ends")
    if draft.substitute_id == actor.user_id:
        raise AbsenceRefused(_("Choose somebody else."), field="substitute")
    if draft.substitute_id not in dict(colleagues_of(actor)):
        raise AbsenceRefused(_("This person cannot stand in for you."), field="substitute")
    absence = Absence(
        user_id=person(actor),
        substitute_id=draft.substitute_id,
        period=(draft.starts, draft.ends),
        kinds=list(draft.kinds),
        note=draft.note,
    )
    try:
        with transaction.atomic():
            absence.save()
    except IntegrityError as error:
        raise AbsenceRefused(
            _("This person stands in for you on some of these days already."), field="substitute"
        ) from error
    return absence


def end_absence(absence: Absence, *, actor: Principal, now: datetime) -> None:
    """The actor decides again from now on; a period that has begun is cut, a later one removed."""
    if absence.user_id != actor.user_id:
        raise NotFound()
    today = timezone.localdate(now)
    starts = absence.period.lower
    if starts < today:
        absence.period = (starts, today)
        absence.save(update_fields=["period"])
    else:
        absence.delete()
