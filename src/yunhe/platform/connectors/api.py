"""Connected systems over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.connectors.filters import MessageFilters
from yunhe.platform.connectors.models import Message
from yunhe.platform.connectors.permissions import MANAGE, VIEW
from yunhe.platform.connectors.queries import connector_rows, list_messages
from yunhe.platform.connectors.services import replay_message
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["connectors"])


class ConnectorOut(Schema):
    code: str
    label: str
    health: str
    failures: int
    answered_at: datetime | None
    failed_at: datetime | None
    waiting: int
    dead: int


class MessageOut(Schema):
    """`waits_for`: the subject of an earlier message of its thread that did not leave yet."""

    id: int
    connector: str
    kind: str
    key: str
    subject: str
    state: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    reference: str
    waits_for: str
    error: str


@router.get("/", response=list[ConnectorOut], auth=require(VIEW), operation_id="list_connectors")
def get_connectors(request: HttpRequest) -> Any:
    """Connected systems and how they answer."""
    return [
        {
            "code": row.pk,
            "label": str(row.label),
            "health": row.health,
            "failures": row.state.failures,
            "answered_at": row.state.answered_at,
            "failed_at": row.state.failed_at,
            "waiting": row.waiting,
            "dead": row.dead,
        }
        for row in connector_rows(now=timezone.now())
    ]


@router.get(
    "/messages", response=Page[MessageOut], auth=require(VIEW), operation_id="list_messages"
)
@filtered(MessageFilters)
def get_messages(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Messages to other systems."""
    return paginate(narrow(list_messages().order_by("pk"), request), asked, by="id", show=_message)


@router.post(
    "/messages/{message_id}/replay",
    response=MessageOut,
    auth=require(MANAGE),
    operation_id="replay_message",
)
def post_replay(request: HttpRequest, message_id: int) -> Any:
    """Send a message again that was given up."""
    message = list_messages().filter(pk=message_id).first()
    if message is None:
        raise NotFound()
    actor = principal_of(request)
    replay_message(message, actor=actor, now=timezone.now())
    return _message(list_messages().get(pk=message_id))


def _message(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in MessageOut.model_fields}
