"""Reads of connectors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from yunhe.platform.connectors.choices import UNSENT, Health, MessageState
from yunhe.platform.connectors.models import ConnectorState, Message
from yunhe.platform.connectors.registry import all_connectors


@dataclass(frozen=True)
class ConnectorRow:
    """A connected system as the health page shows it."""

    pk: str
    label: str | Promise
    kind: str | Promise
    health: Health
    state: ConnectorState
    waiting: int
    dead: int


def list_messages() -> QuerySet[Message]:
    """Messages in scope, newest first; `waits_for` is the subject of the one that holds it back."""
    before = Message.objects.filter(
        ~Q(thread=""),
        connector=OuterRef("connector"),
        thread=OuterRef("thread"),
        pk__lt=OuterRef("pk"),
        state__in=UNSENT,
    ).order_by("pk")
    waits_for = Case(
        When(state__in=UNSENT, then=Coalesce(Subquery(before.values("subject")[:1]), Value(""))),
        default=Value(""),
    )
    return Message.objects.annotate(waits_for=waits_for).order_by("-pk")


def connector_rows(*, now: datetime) -> list[ConnectorRow]:
    """Every connected system with its health and its messages in scope. Two statements."""
    states = ConnectorState.objects.in_bulk()
    counts: dict[tuple[str, str], int] = {}
    rows = Message.objects.order_by().values_list("connector", "state").annotate(n=Count("pk"))
    for code, state, number in rows:
        counts[code, state] = number
    found = []
    for connector in all_connectors():
        state = states.get(connector.code) or ConnectorState(code=connector.code)
        found.append(
            ConnectorRow(
                connector.code,
                connector.label,
                connector.kind,
                state.health_at(now),
                state,
                counts.get((connector.code, MessageState.PENDING), 0),
                counts.get((connector.code, MessageState.DEAD), 0),
            )
        )
    return found
