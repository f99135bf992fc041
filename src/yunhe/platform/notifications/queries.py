"""Reads about one's messages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from yunhe.platform.notifications.kinds import Kind, all_kinds
from yunhe.platform.notifications.models import Notification, Preference


@dataclass(frozen=True)
class Choice:
    """What a person chose for a kind, or its default."""

    kind: Kind
    in_app: bool
    email: bool


def notifications_for(user_id: int, *, unread: bool = False) -> QuerySet[Notification]:
    """The user's messages, newest first."""
    rows = Notification.objects.filter(user_id=user_id).order_by("-id")
    return rows.filter(read_at=None) if unread else rows


def unread_count(user_id: int) -> int:
    """How many messages wait to be read; one query on a partial index."""
    return Notification.objects.filter(user_id=user_id, read_at=None).count()


def choices_of(user_id: int) -> list[Choice]:
    """Each declared kind with the user's choice. One query."""
    chosen = {row.kind: row for row in Preference.objects.filter(user_id=user_id)}
    return [
        Choice(kind, chosen[kind.code].in_app, chosen[kind.code].email)
        if kind.code in chosen and not kind.required
        else Choice(kind, True, kind.email)
        for kind in all_kinds()
    ]
