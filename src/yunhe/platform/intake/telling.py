"""Tell whoever sent a file what became of it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.models import Import
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

FINISHED = declare_kind("intake.finished", _("A file was taken in"))


def tell_sender(record: Import, *, now: datetime) -> None:
    """One notification a run, with the way to the rows that need attention or to the receipt."""
    if record.created_by_id is None:
        return
    body = format_lazy(
        _("{accepted} of {rows} rows were posted, {quarantined} wait in quarantine."),
        accepted=record.accepted,
        rows=record.rows,
        quarantined=record.quarantined,
    )
    notify(
        [record.created_by_id],
        kind=FINISHED,
        title=format_lazy(_("{file} is taken in"), file=record.file_name),
        body=body,
        url=reverse("intake:detail", args=[record.pk]),
        dedupe_key=f"{FINISHED}:{record.pk}:{record.accepted}:{record.quarantined}",
        now=now,
    )


def tell_question(record: Import, *, now: datetime) -> None:
    """Lines of the file look already reported; nothing is posted until somebody decides."""
    if record.created_by_id is None:
        return
    body = format_lazy(
        _("{repeats} of {rows} rows look already reported. Nothing is posted until you decide."),
        repeats=record.likely_repeats["rows"],
        rows=record.rows,
    )
    notify(
        [record.created_by_id],
        kind=FINISHED,
        title=format_lazy(_("{file} waits for your decision"), file=record.file_name),
        body=body,
        url=reverse("intake:detail", args=[record.pk]),
        dedupe_key=f"{FINISHED}:{record.pk}:asked:{record.likely_repeats['rows']}",
        now=now,
    )


def tell_failure(record: Import, *, now: datetime) -> None:
    """The file could not be taken in; its page says why and how to go on."""
    if record.created_by_id is None:
        return
    notify(
        [record.created_by_id],
        kind=FINISHED,
        title=format_lazy(_("{file} could not be taken in"), file=record.file_name),
        body=str(record.error.get("message", "")),
        url=reverse("intake:detail", args=[record.pk]),
        dedupe_key=f"{FINISHED}:{record.pk}:failed:{now:%Y%m%d%H%M%S}",
        now=now,
    )
