"""Events over the API: what happened, who is told of it by webhook, what was given up, and once more."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import principal_of
from yunhe.platform.errors import NotFound
from yunhe.platform.events import permissions, services
from yunhe.platform.events.models import WebhookDelivery, WebhookEndpoint
from yunhe.platform.events.queries import list_dead, list_dead_webhooks, list_endpoints, list_events

router = Router(tags=["events"])
MOST = 500


class EventQuery(Schema):
    """`before`: only those older than this id; `type` may end with `.*`."""

    type: str = Field("", max_length=120)
    before: UUID | None = None
    limit: int = Field(100, ge=1, le=MOST)


class EventOut(Schema):
    """An event as it was sent; `data` depends on the type (docs/reference/events.md)."""

    id: UUID
    type: str
    subject: str
    node_id: int | None
    time: datetime
    data: dict[str, Any]


class EndpointIn(Schema):
    """Events of the node and below it; `event_types` are types or `yunhe.<domain>.*`, none is all."""

    url: str = Field(max_length=500)
    event_types: list[str] = Field([], max_length=500)
    description: str = Field("", max_length=200)


class NewEndpointIn(EndpointIn):
    node_id: int


class ChangedEndpointIn(EndpointIn):
    active: bool = True


class EndpointOut(Schema):
    id: int
    node_id: int
    url: str
    event_types: list[str]
    description: str
    active: bool
    disabled_reason: str
    created_at: datetime


class NewEndpointOut(EndpointOut):
    """`secret` signs by Standard Webhooks and is told this once."""

    secret: str


class SecretOut(Schema):
    """The former secret signs beside it for 24 hours."""

    secret: str


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


@router.get("/", response=list[EventOut], summary="Events, newest first (headquarters)")
def get_events(request: HttpRequest, asked: Query[EventQuery]) -> Any:
    principal_of(request).check(permissions.VIEW)
    rows = list_events()
    if asked.type:
        domain = asked.type.removesuffix("*")
        rows = (
            rows.filter(type__startswith=domain)
            if domain != asked.type
            else rows.filter(type=domain)
        )
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    return list(rows[: asked.limit])


@router.get("/webhooks", response=list[EndpointOut], summary="Addresses that are told of events")
def get_endpoints(request: HttpRequest) -> Any:
    principal_of(request).check(permissions.VIEW)
    return list(list_endpoints())


@router.post("/webhooks", response={201: NewEndpointOut}, summary="Connect an address")
def post_endpoint(request: HttpRequest, body: NewEndpointIn) -> Any:
    if not Node.objects.filter(pk=body.node_id).exists():
        raise NotFound()
    endpoint, secret = services.create_endpoint(
        node_id=body.node_id,
        url=body.url,
        patterns=body.event_types,
        description=body.description,
        actor=principal_of(request),
    )
    shown = {name: getattr(endpoint, name) for name in EndpointOut.model_fields}
    return Status(201, shown | {"secret": secret})


@router.get("/given-up", response=list[DeadOut], summary="Deliveries given up, newest first")
def get_given_up(request: HttpRequest, asked: Query[DeadQuery]) -> Any:
    principal_of(request).check(permissions.VIEW)
    rows = list_dead() if asked.before is None else list_dead().filter(pk__lt=asked.before)
    return list(rows[: asked.limit])


@router.post("/given-up/replay", response=ReplayOut, summary="Deliver again")
def post_replay(request: HttpRequest, payload: ReplayIn) -> dict[str, int]:
    actor = principal_of(request)
    return {"queued": services.replay_deliveries(payload.ids, actor=actor, now=timezone.now())}


@router.get(
    "/webhooks/given-up", response=list[DeadWebhookOut], summary="Webhooks given up, newest first"
)
def get_given_up_webhooks(request: HttpRequest, asked: Query[DeadWebhookQuery]) -> Any:
    principal_of(request).check(permissions.VIEW)
    rows = list_dead_webhooks()
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    return [_webhook(row) for row in rows[: asked.limit]]


@router.post("/webhooks/replay", response=ReplayOut, summary="Send webhooks once more")
def post_replay_webhooks(request: HttpRequest, payload: ReplayWebhooksIn) -> dict[str, int]:
    """Delivered or not, as far as the caller sees them."""
    actor = principal_of(request)
    return {"queued": services.replay_webhooks(payload.ids, actor=actor, now=timezone.now())}


@router.put("/webhooks/{endpoint_id}", response=EndpointOut, summary="Change address or filter")
def put_endpoint(request: HttpRequest, endpoint_id: int, body: ChangedEndpointIn) -> Any:
    return services.change_endpoint(
        _endpoint(endpoint_id),
        url=body.url,
        patterns=body.event_types,
        description=body.description,
        active=body.active,
        actor=principal_of(request),
    )


@router.post("/webhooks/{endpoint_id}/secret", response=SecretOut, summary="A new secret")
def post_secret(request: HttpRequest, endpoint_id: int) -> dict[str, str]:
    actor = principal_of(request)
    secret = services.rotate_secret(_endpoint(endpoint_id), actor=actor, now=timezone.now())
    return {"secret": secret}


def _endpoint(endpoint_id: int) -> WebhookEndpoint:
    found = list_endpoints().filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound()
    return found


def _webhook(row: WebhookDelivery) -> dict[str, Any]:
    names = [name for name in DeadWebhookOut.model_fields if name != "address"]
    return {name: getattr(row, name) for name in names} | {"address": row.endpoint.url}
