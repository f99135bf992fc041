"""The history panel for any record's detail page: put `HistoryPanel` into its `panels`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext as _

from yunhe.platform.audit.labels import actor_name, changes_of
from yunhe.platform.audit.models import Action, AuditEntry
from yunhe.platform.audit.permissions import HISTORY
from yunhe.platform.audit.queries import history_of
from yunhe.platform.ui.components.figures import Event
from yunhe.platform.ui.views import TimelinePanel

ICONS = {Action.INSERT: "plus", Action.UPDATE: "pencil", Action.DELETE: "trash"}
MOST_FIELDS = 4


class HistoryPanel(TimelinePanel):
    """Who changed what on this record, from the audit trail. One query."""

    permission: ClassVar[str] = HISTORY
    limit: ClassVar[int] = 20

    def events(self) -> Iterable[Event]:
        for entry in history_of(self.record)[: self.limit]:
            yield Event(
                at=entry.at,
                title=entry.get_action_display(),
                text=sentence(entry),
                who=actor_name(entry),
                icon=ICONS[Action(entry.action)],
            )


def sentence(entry: AuditEntry) -> str:
    """`Name: A → B; Mobile: – → 138…`; nothing for a creation, whose page shows the rest."""
    if entry.action != Action.UPDATE:
        return ""
    changes = changes_of(entry)
    parts = [f"{c.field}: {c.before or '–'} → {c.after or '–'}" for c in changes[:MOST_FIELDS]]
    if len(changes) > MOST_FIELDS:
        parts.append(_("and %(n)d more") % {"n": len(changes) - MOST_FIELDS})
    return "; ".join(parts)
