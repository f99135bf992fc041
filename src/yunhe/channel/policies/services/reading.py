"""Forced reading: open, stay, reach the end, answer, confirm; all by the server's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.errors import IllegalMove, ReadingIncomplete
from yunhe.channel.policies.events import PolicyConfirmed
from yunhe.channel.policies.locks import lock_recipient
from yunhe.channel.policies.models import PolicyReading, PolicyRecipient, PolicyVersion
from yunhe.channel.policies.permissions import CONFIRM, READ
from yunhe.channel.policies.queries import recipient_for
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.platform.events.outbox import emit


def open_reading(version: PolicyVersion, *, actor: Principal, now: datetime) -> PolicyReading:
    """Record that the actor opened a version; the clock of this reading starts.

    Returns the person's unfinished reading of the version if it is from the last hour. Raises
    NotAllowed, NotFound when the version was not sent to the actor's partner.
    """
    actor.check(READ)
    recipient, reader = recipient_for(version.pk, actor), _person(actor)
    lock_recipient(version.pk, recipient.node_id)
    PolicyRecipient.objects.filter(pk=recipient.pk, opened_at=None).update(opened_at=now)
    mine = PolicyReading.objects.filter(
        version=version,
        node_id=recipient.node_id,
        user_id=reader,
        confirmed_at=None,
        opened_at__gte=now - timedelta(hours=1),
    )
    return mine.order_by("-opened_at").first() or PolicyReading.objects.create(
        version=version, node_id=recipient.node_id, user_id=reader, opened_at=now
    )


def reach_end(reading: PolicyReading, *, actor: Principal, now: datetime) -> PolicyReading:
    """Record that the end of the text was on the screen. Raises NotAllowed, NotFound."""
    _check_mine(reading, actor)
    if reading.reached_end_at is None:
        reading.reached_end_at = now
        reading.save(update_fields=["reached_end_at"])
    return reading


def seconds_left(reading: PolicyReading, *, now: datetime) -> int:
    """Seconds until the least reading time is over; 0 when it is."""
    until = reading.opened_at + timedelta(seconds=reading.version.min_dwell_s)
    return max(0, -(-int((until - now).total_seconds() * 1000) // 1000))


def confirm_reading(
    reading: PolicyReading, *, answer: int | None = None, actor: Principal, now: datetime
) -> PolicyRecipient:
    """Confirm a version for the actor's partner. Emits PolicyConfirmed once.

    Raises NotAllowed, NotFound, IllegalMove (no longer in force), ReadingIncomplete (end not
    reached, too quick, question answered wrongly: `answer` is the option's 0-based number). A wrong
    answer is counted and the text must stay open for the least time again; the caller keeps that
    write although the answer is a refusal.
    """
    actor.check(CONFIRM)
    _check_mine(reading, actor)
    version = reading.version
    recipient = lock_recipient(version.pk, reading.node_id)
    if recipient.confirmed_at is not None:
        return recipient
    if version.state != VersionState.PUBLISHED:
        raise IllegalMove(_("This version is no longer in force: read the current one."))
    _check_read(reading, now)
    if version.quiz and answer != version.quiz["answer"]:
        reading.wrong_answers += 1
        reading.opened_at, reading.reached_end_at = now, None
        reading.save(update_fields=["wrong_answers", "opened_at", "reached_end_at"])
        raise ReadingIncomplete(
            _("That is not right. Read the text once more, then answer again."),
            code="policies.wrong_answer",
            field="answer",
        )
    reading.confirmed_at = recipient.confirmed_at = now
    reading.save(update_fields=["confirmed_at"])
    recipient.confirmed_by_id = actor.user_id
    recipient.save(update_fields=["confirmed_at", "confirmed_by"])
    event = PolicyConfirmed(
        policy_id=version.policy_id,
        version_id=version.pk,
        partner_id=recipient.node_id,
        user_id=_person(actor),
    )
    emit(event, node_id=recipient.node_id, subject=version.policy.code)
    return recipient


def _person(actor: Principal) -> int:
    if actor.user_id is None:  # a job reads nothing
        raise NotFound()
    return actor.user_id


def _check_mine(reading: PolicyReading, actor: Principal) -> None:
    actor.check(READ)
    if reading.user_id != actor.user_id:
        raise NotFound()


def _check_read(reading: PolicyReading, now: datetime) -> None:
    if reading.reached_end_at is None:
        raise ReadingIncomplete(
            _("Please read the text to its end first."), code="policies.not_at_end"
        )
    if left := seconds_left(reading, now=now):
        raise ReadingIncomplete(
            ngettext(
                "Please read for %(seconds)d more second.",
                "Please read for %(seconds)d more seconds.",
                left,
            )
            % {"seconds": left},
            code="policies.too_quick",
        )
