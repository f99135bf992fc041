"""Tell people something, mark it as read, remember how they want to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from yunhe.platform.access.principal import Principal
from yunhe.platform.accounts.actor import person
from yunhe.platform.errors import NotFound
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.language import Text, in_both_languages
from yunhe.platform.notifications.kinds import all_kinds, kind_of
from yunhe.platform.notifications.mail import send_mail
from yunhe.platform.notifications.models import Notification, Preference

SEND = "SELECT created, mails FROM notifications_send(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def notify(
    recipients: Sequence[int],
    *,
    kind: str,
    title: Text,
    body: Text = "",
    url: str = "",
    dedupe_key: str = "",
    now: datetime | None = None,
) -> int:
    """Send one message to many users in one statement; return how many got it.

    `title` and `body` may be lazy translations (also `format_lazy`): they are kept in both
    languages. A user who had a message with this `dedupe_key` gets no second one. Closed accounts
    get none. Works under any role; commits with the caller's change. Mail leaves by a job.
    """
    if not recipients:
        return 0
    sort = kind_of(kind)
    titles, bodies = in_both_languages(title), in_both_languages(body)
    with connection.cursor() as cursor:
        cursor.execute(
            SEND,
            [
                list(recipients),
                kind,
                titles[0][:200],
                titles[1][:200],
                *bodies,
                url,
                dedupe_key,
                sort.email,
                sort.required,
                now or timezone.now(),
            ],
        )
        created, mails = cursor.fetchone()
    if mails:
        enqueue(send_mail, key="notifications.send_mail")
    return int(created)


def open_notification(*, actor: Principal, notification_id: int, now: datetime) -> Notification:
    """Mark one of the actor's messages as read and return it. Raises NotFound."""
    mine = Notification.objects.filter(pk=notification_id, user_id=person(actor))
    mine.filter(read_at=None).update(read_at=now)
    found = mine.first()
    if found is None:
        raise NotFound()
    return found


def read_all(*, actor: Principal, now: datetime) -> int:
    """Mark all of the actor's messages as read; return how many were not."""
    return Notification.objects.filter(user_id=person(actor), read_at=None).update(read_at=now)


def change_preferences(*, actor: Principal, choices: Mapping[str, tuple[bool, bool]]) -> None:
    """Remember for each kind whether to tell in the app and by mail. One statement.

    Kinds that are required or unknown are left out.
    """
    open_kinds = {kind.code for kind in all_kinds() if not kind.required}
    Preference.objects.bulk_create(
        [
            Preference(user_id=person(actor), kind=code, in_app=in_app, email=email)
            for code, (in_app, email) in choices.items()
            if code in open_kinds
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["in_app", "email"],
    )
