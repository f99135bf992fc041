"""Send waiting messages by mail, each in its reader's language."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.models import EmailState, Notification

logger = logging.getLogger(__name__)
BATCH = 100


@dataclass(frozen=True)
class Sent:
    """What one batch did."""

    sent: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.failed


def send_batch(*, batch: int = BATCH) -> Sent:
    """Send up to `batch` waiting mails over one connection. Runs as the owner, in a transaction.

    Rows are locked and skipped by other senders: no mail goes out twice unless the process dies
    between the mail server's yes and the commit.
    """
    with transaction.atomic():
        due = list(
            Notification.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .select_related("user")
            .filter(email_state=EmailState.DUE)
            .order_by("id")[:batch]
        )
        if not due:
            return Sent()
        connection = get_connection()
        outcome: dict[str, list[int]] = {EmailState.SENT: [], EmailState.FAILED: []}
        try:
            connection.open()
            for row in due:
                outcome[_send(row, connection)].append(row.pk)
        finally:
            connection.close()
        for state, ids in outcome.items():
            Notification.objects.filter(pk__in=ids).update(email_state=state)
    return Sent(len(outcome[EmailState.SENT]), len(outcome[EmailState.FAILED]))


def _send(row: Notification, connection: Any) -> str:
    with override(row.user.language):
        text = render_to_string(
            "notifications/mail.txt", {"message": row, "user": row.user, "site": settings.SITE_URL}
        )
        subject = " ".join(row.heading.split())
    try:
        EmailMessage(subject, text, to=[row.user.email], connection=connection).send()
    except (SMTPException, ValueError) as error:
        logger.warning("mail %s was refused: %s", row.pk, error)
        return EmailState.FAILED
    return EmailState.SENT


@job(
    name="notifications.send_mail",
    title=_("Send messages by mail"),
    reason="it reads the messages and mail addresses of everybody",
    cron="*/5 * * * *",
    retries=3,
)
def send_mail(progress: Progress, *, actor: Principal) -> dict[str, Any]:
    """Send what waits, batch by batch. A mail server that is down leaves the rest waiting."""
    sent = failed = 0
    while (batch := send_batch()).total:
        sent, failed = sent + batch.sent, failed + batch.failed
    return {"sent": sent, "failed": failed}
