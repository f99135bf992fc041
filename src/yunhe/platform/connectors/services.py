"""Queue messages for other systems, send them, send them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.access.models import Grant
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.connectors.breaker import PAUSE, Answer, guarded
from yunhe.platform.connectors.choices import UNSENT, MessageState
from yunhe.platform.connectors.events import MessageGivenUp
from yunhe.platform.connectors.models import ConnectorState, Message
from yunhe.platform.connectors.permissions import MANAGE
from yunhe.platform.connectors.registry import sender_named
from yunhe.platform.errors import Conflict, DomainError
from yunhe.platform.events.outbox import emit
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

GIVEN_UP = declare_kind("connectors.dead", gettext_lazy("A message was given up"), email=True)
SCHEDULE = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440))
"""Waits after each failed attempt; the eighth failure is final."""
LEASE = timedelta(minutes=2)
_CLAIM = """
UPDATE connectors_message SET attempts = attempts + 1, next_at = %s
 WHERE id = (SELECT m.id FROM connectors_message m WHERE m.state = 'pending' AND m.next_at <= %s
                AND (m.thread = '' OR NOT EXISTS (
                     SELECT 1 FROM connectors_message before
                      WHERE before.connector = m.connector AND before.thread = m.thread
                        AND before.thread <> '' AND before.id < m.id
                        AND before.state IN ('pending', 'dead')))
              ORDER BY m.next_at, m.id LIMIT 1 FOR NO KEY UPDATE OF m SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message as a domain queues it; `url` is where it comes from in the console.

    Messages of one `thread` leave in their order: none before an earlier one was sent.
    """

    node_id: int
    connector: str
    kind: str
    key: str
    subject: str
    body: str
    url: str = ""
    thread: str = ""


def queue_message(message: Outgoing, *, now: datetime) -> Message:
    """Send it as soon as possible, in a job; the same key again is the same message, untouched."""
    made, _created = Message.objects.get_or_create(
        connector=message.connector,
        key=message.key,
        defaults={
            "node_id": message.node_id,
            "kind": message.kind,
            "thread": message.thread,
            "subject": message.subject,
            "body": message.body,
            "url": message.url,
            "next_at": now,
            "created_at": now,
        },
    )
    return made


def send_next(*, now: datetime | None = None) -> bool:
    """Send one due message; False when none is due. Opens its own transactions.

    The row is leased first, so that no transaction is open during the call; a process that dies while
    sending leaves a row that is sent again after the lease, with the same key.
    """
    now = now or timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now + LEASE, now])
        row = cursor.fetchone()
    if row is None:
        return False
    message = Message.objects.get(pk=row[0])
    try:
        send = partial(
            sender_named(message.connector).send, message.kind, message.key, message.body
        )
        answer = guarded(message.connector, send, now=now)
    except (ValueError, DomainError) as error:
        answer = Answer(error=f"{type(error).__name__}: {error}"[:300])
        message.attempts = len(SCHEDULE) + 1
    with transaction.atomic():
        _record(message, answer, now=now)
    return True


def _record(message: Message, answer: Answer[str], *, now: datetime) -> None:
    if answer.good:
        message.state, message.sent_at = MessageState.SENT, now
        message.reference, message.error = (answer.value or "")[:100], ""
    elif not answer.called:
        message.attempts -= 1
        message.next_at = now + PAUSE
    else:
        message.error = answer.error
        if message.attempts > len(SCHEDULE):
            message.state = MessageState.DEAD
            _tell(message, now=now)
            _announce(message)
        else:
            message.next_at = now + SCHEDULE[message.attempts - 1]
    message.save()


def replay_message(message: Message, *, actor: Principal, now: datetime) -> Message:
    """Try a message that was given up from the start. Raises NotAllowed, Conflict unless it still has to leave."""
    actor.check(MANAGE)
    rows = Message.objects.filter(pk=message.pk, state__in=UNSENT)
    if not rows.update(state=MessageState.PENDING, attempts=0, next_at=now):
        message.refresh_from_db()
        if message.state == MessageState.SENT:
            raise Conflict(_("This message was sent."), code="connectors.sent")
        raise Conflict(_("This message is not needed any more."), code="connectors.dropped")
    message.refresh_from_db()
    return message


def rewrite_given_up(message: Message, *, body: str) -> bool:
    """Give a message that was given up another content, before somebody sends it again.

    False, and nothing is written, when it was sent again meanwhile. Nobody sends it before the
    transaction ends.
    """
    rows = Message.objects.filter(pk=message.pk, state=MessageState.DEAD)
    return bool(rows.update(body=body))


def drop_given_up(message: Message, *, reason: str) -> bool:
    """Let a message that was given up rest for good; False when it was sent again meanwhile."""
    rows = Message.objects.filter(pk=message.pk, state=MessageState.DEAD)
    return bool(rows.update(state=MessageState.DROPPED, error=reason[:300]))


def drop_messages(messages: Sequence[Message], *, reason: str) -> int:
    """Let messages that did not leave rest for good, as what they say is told otherwise; how many."""
    rows = Message.objects.filter(pk__in=[message.pk for message in messages], state__in=UNSENT)
    return rows.update(state=MessageState.DROPPED, error=reason[:300])


def resend(message: Message, *, body: str, now: datetime) -> bool:
    """Queue a sent message anew, with this content, as the other system does not know it; whether it was sent."""
    rows = Message.objects.filter(pk=message.pk, state=MessageState.SENT)
    return bool(rows.update(state=MessageState.PENDING, attempts=0, next_at=now, body=body))


def reset_breaker(code: str, *, actor: Principal) -> None:
    """Call the system again at once. Raises NotAllowed."""
    actor.check(MANAGE)
    with owner_access("breakers are kept by the owner alone; the right was checked"):
        ConnectorState.objects.filter(code=code).update(failures=0, open_until=None)


def _announce(message: Message) -> None:
    event = MessageGivenUp(
        message_id=message.pk,
        connector=message.connector,
        kind=message.kind,
        key=message.key,
        error=message.error,
    )
    emit(event, node_id=message.node_id, subject=message.subject)


def _tell(message: Message, *, now: datetime) -> None:
    roles = next(each.roles for each in all_permissions() if each.code == MANAGE)
    people = Grant.objects.filter(role__in=roles).values_list("user_id", flat=True).distinct()
    notify(
        sorted(people),
        kind=GIVEN_UP,
        title=format_lazy(
            gettext_lazy("{subject} did not reach {system}"),
            subject=message.subject,
            system=message.connector,
        ),
        body=message.error,
        url=message.get_absolute_url(),
        dedupe_key=f"message:{message.pk}:{message.attempts}:{now.date()}",
        now=now,
    )
