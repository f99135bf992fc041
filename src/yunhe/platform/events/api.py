"""Events over the API: what happened, who is told of it by webhook, what was given up, and once more."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.events import permissions, services
from yunhe.platform.events.choices import DeliveryState
from yunhe.platform.events.models import WebhookDelivery, WebhookEndpoint
from yunhe.platform.events.queries import (
    attempts_of,
    list_dead,
    list_dead_webhooks,
    list_endpoints,
    list_events,
    list_kept_endpoints,
)
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["events"])
MOST = 500


class EventQuery(PageQuery):
    """`type` may end with `.*`."""

    type: str = Field("", max_length=120)


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
    deleted_at: datetime | None


class NewEndpointOut(EndpointOut):
    """`secret` signs by Standard Webhooks and is told this once."""

    secret: str


class SecretOut(Schema):
    """The former secret signs beside it for 24 hours."""

    secret: str


class DeletedOut(Schema):
    """How many messages on their way were dropped; those that were sent stay readable."""

    dropped: int


class TestOut(Schema):
    """What the test event met: `status` is empty without a connection, `answer` is its beginning."""

    event_id: UUID
    accepted: bool
    status: int | None
    answer: str
    milliseconds: int


class DeadOut(Schema):
    id: int
    event_id: UUID
    event_type: str
    handler: str
    attempts: int
    finished_at: datetime | None
    error: str


class SentOut(Schema):
    """One event on its way to an endpoint, with the answer of the last attempt."""

    id: UUID
    event_id: UUID
    event_type: str
    state: DeliveryState
    attempts: int
    next_at: datetime
    finished_at: datetime | None
    status: int | None
    answer: str


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


@router.get("/", response=Page[EventOut], summary="Events, newest first (headquarters)")
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
    return paginate(rows, asked)


@router.get("/webhooks", response=list[EndpointOut], summary="Addresses that are told of events")
def get_endpoints(request: HttpRequest) -> Any:
    principal_of(request).check(permissions.VIEW)
    return list(list_kept_endpoints())


@router.post("/webhooks", response={201: NewEndpointOut}, summary="Connect an address")
def post_endpoint(request: HttpRequest, body: NewEndpointIn) -> Any:
    node_for(body.node_id)
    endpoint, secret = services.create_endpoint(
        node_id=body.node_id,
        url=body.url,
        patterns=body.event_types,
        description=body.description,
        actor=principal_of(request),
    )
    shown = {name: getattr(endpoint, name) for name in EndpointOut.model_fields}
    return Status(201, shown | {"secret": secret})


@router.get("/given-up", response=Page[DeadOut], summary="Deliveries given up, newest first")
def get_given_up(request: HttpRequest, page: Query[PageQuery]) -> Any:
    principal_of(request).check(permissions.VIEW)
    return paginate(list_dead(), page)


@router.post("/given-up/replay", response=ReplayOut, summary="Deliver again")
def post_replay(request: HttpRequest, payload: ReplayIn) -> dict[str, int]:
    actor = principal_of(request)
    return {"queued": services.replay_deliveries(payload.ids, actor=actor, now=timezone.now())}


@router.get(
    "/webhooks/given-up", response=Page[DeadWebhookOut], summary="Webhooks given up, newest first"
)
def get_given_up_webhooks(request: HttpRequest, page: Query[PageQuery]) -> Any:
    principal_of(request).check(permissions.VIEW)
    return paginate(list_dead_webhooks(), page, show=_webhook)


@router.post("/webhooks/replay", response=ReplayOut, summary="Send webhooks once more")
def post_replay_webhooks(request: HttpRequest, payload: ReplayWebhooksIn) -> dict[str, int]:
    """Delivered or not, as far as the caller sees them."""
    actor = principal_of(request)
    return {"queued": services.replay_webhooks(payload.ids, actor=actor, now=timezone.now())}


@router.get("/webhooks/{endpoint_id}", response=EndpointOut, summary="One, deleted or not")
@versioned(WebhookEndpoint)
def get_endpoint(request: HttpRequest, endpoint_id: int) -> Any:
    principal_of(request).check(permissions.VIEW)
    return _endpoint(endpoint_id)


@router.get(
    "/webhooks/{endpoint_id}/deliveries",
    response=Page[SentOut],
    summary="What it was sent, newest first",
)
def get_deliveries(request: HttpRequest, endpoint_id: int, page: Query[PageQuery]) -> Any:
    principal_of(request).check(permissions.VIEW)
    return paginate(attempts_of(_endpoint(endpoint_id)), page)


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


@router.post("/webhooks/{endpoint_id}/test", response=TestOut, summary="Send a test event now")
def post_test(request: HttpRequest, endpoint_id: int) -> Any:
    """Signed as every message, sent once; a failure is not tried again and switches nothing off."""
    actor = principal_of(request)
    trial = services.try_endpoint(_endpoint(endpoint_id), actor=actor, now=timezone.now())
    return {
        "event_id": trial.event_id,
        "accepted": trial.outcome.delivered,
        "status": trial.outcome.status,
        "answer": trial.outcome.answer,
        "milliseconds": trial.milliseconds,
    }


@router.post("/webhooks/{endpoint_id}/pause", response=EndpointOut, summary="Send it nothing more")
def post_pause(request: HttpRequest, endpoint_id: int) -> Any:
    """What is on its way waits; new events pass it by."""
    actor = principal_of(request)
    return services.pause_endpoint(_endpoint(endpoint_id), actor=actor)


@router.post("/webhooks/{endpoint_id}/resume", response=EndpointOut, summary="Tell it again")
def post_resume(request: HttpRequest, endpoint_id: int) -> Any:
    actor = principal_of(request)
    return services.resume_endpoint(_endpoint(endpoint_id), actor=actor)


@router.delete("/webhooks/{endpoint_id}", response=DeletedOut, summary="Delete an endpoint")
def delete_endpoint(request: HttpRequest, endpoint_id: int) -> dict[str, int]:
    """Its secrets are forgotten; what it was sent stays readable."""
    actor = principal_of(request)
    endpoint = _endpoint(endpoint_id)
    return {"dropped": services.delete_endpoint(endpoint, actor=actor, now=timezone.now())}


def _endpoint(endpoint_id: int) -> WebhookEndpoint:
    found = list_endpoints().filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound()
    return found


def _webhook(row: WebhookDelivery) -> dict[str, Any]:
    names = [name for name in DeadWebhookOut.model_fields if name != "address"]
    return {name: getattr(row, name) for name in names} | {"address": row.endpoint.url}
