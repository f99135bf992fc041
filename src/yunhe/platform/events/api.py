"""Given-up deliveries over the API: what they are, and once more."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.platform.events import permissions, services
from yunhe.platform.events.models import WebhookDelivery
from yunhe.platform.events.queries import list_dead, list_dead_webhooks

router = Router(tags=["events"])
MOST = 500


class DeadQuery(Schema):
    """`before`: only those older than this id."""

    before: int | None = None
    limit: int = Field(100, ge=1, le=MOST)


class DeadWebhookQuery(Schema):
    """`before`: only those older than this id."""

    before: UUID | None = None
    limit: int = Field(100, ge=1, le=MOST)


class DeadOut(Schema):
    id: int
    event_id: UUID
    event_type: str
    handler: str
    attempts: int
    finished_at: datetime | None
    error: str


class DeadWebhookOut(Schema):
    id: UUID
    endpoint_id: int
    address: str
    event_id: UUID
    event_type: str
    attempts: int
    finished_at: datetime | None
    status: int | None
    answer: str


class ReplayIn(Schema):
    ids: list[int] = Field(min_length=1, max_length=MOST)


class ReplayWebhooksIn(Schema):
    ids: list[UUID] = Field(min_length=1, max_length=MOST)


class ReplayOut(Schema):
    """How many are on their way again; those that were not given up are left alone."""

    queued: int


@router.get("/given-up", response=list[DeadOut], summary="Deliveries given up, newest first")
def get_given_up(request: HttpRequest, asked: Query[DeadQuery]) -> Any:
    request.principal.check(permissions.VIEW)  # type: ignore[attr-defined]
    rows = list_dead() if asked.before is None else list_dead().filter(pk__lt=asked.before)
    return list(rows[: asked.limit])


@router.post("/given-up/replay", response=ReplayOut, summary="Deliver again")
def post_replay(request: HttpRequest, payload: ReplayIn) -> dict[str, int]:
    actor = request.principal  # type: ignore[attr-defined]
    return {"queued": services.replay_deliveries(payload.ids, actor=actor, now=timezone.now())}


@router.get(
    "/webhooks/given-up", response=list[DeadWebhookOut], summary="Webhooks given up, newest first"
)
def get_given_up_webhooks(request: HttpRequest, asked: Query[DeadWebhookQuery]) -> Any:
    request.principal.check(permissions.VIEW)  # type: ignore[attr-defined]
    rows = list_dead_webhooks()
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    return [_webhook(row) for row in rows[: asked.limit]]


@router.post("/webhooks/replay", response=ReplayOut, summary="Send webhooks once more")
def post_replay_webhooks(request: HttpRequest, payload: ReplayWebhooksIn) -> dict[str, int]:
    """Delivered or not, as far as the caller sees them."""
    actor = request.principal  # type: ignore[attr-defined]
    return {"queued": services.replay_webhooks(payload.ids, actor=actor, now=timezone.now())}


def _webhook(row: WebhookDelivery) -> dict[str, Any]:
    names = [name for name in DeadWebhookOut.model_fields if name != "address"]
    return {name: getattr(row, name) for name in names} | {"address": row.endpoint.url}
