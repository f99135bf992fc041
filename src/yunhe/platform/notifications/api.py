"""One's messages over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.accounts.actor import person
from yunhe.platform.api.guards import require
from yunhe.platform.notifications.models import Notification
from yunhe.platform.notifications.queries import notifications_for, unread_count
from yunhe.platform.notifications.services import open_notification, read_all
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["notifications"])


class MessageFilter(PageQuery):
    unread: bool = False


class MessageOut(Schema):
    id: int
    kind: str
    title: str
    body: str
    url: str
    created_at: datetime
    read_at: datetime | None


class CountOut(Schema):
    count: int


@router.get("/", auth=require(), response=Page[MessageOut], summary="Messages, newest first")
def list_messages(request: HttpRequest, asked: Query[MessageFilter]) -> dict[str, Any]:
    rows = notifications_for(
        person(principal_of(request)),
        unread=asked.unread,
    )
    return paginate(rows, asked, show=_shown)


@router.get("/unread", auth=require(), response=CountOut, summary="How many are unread")
def count_unread(request: HttpRequest) -> dict[str, int]:
    return {"count": unread_count(person(principal_of(request)))}


@router.post("/{message_id}/read", auth=require(), response=MessageOut, summary="Mark as read")
def post_read(request: HttpRequest, message_id: int) -> dict[str, Any]:
    return _shown(
        open_notification(
            actor=principal_of(request),
            notification_id=message_id,
            now=timezone.now(),
        )
    )


@router.post("/read-all", auth=require(), response=CountOut, summary="Mark all as read")
def post_read_all(request: HttpRequest) -> dict[str, int]:
    return {"count": read_all(actor=principal_of(request), now=timezone.now())}


def _shown(row: Notification) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.heading,
        "body": row.text,
        "url": row.url,
        "created_at": row.created_at,
        "read_at": row.read_at,
    }
