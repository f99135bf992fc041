"""Connect other systems, rotate their secrets, replay what was given up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotFound
from yunhe.platform.events.addresses import check_address
from yunhe.platform.events.choices import DeliveryState
from yunhe.platform.events.errors import EndpointDeleted, UnknownEventType
from yunhe.platform.events.locks import lock_endpoint
from yunhe.platform.events.models import Delivery, WebhookDelivery, WebhookEndpoint
from yunhe.platform.events.permissions import CHANGE
from yunhe.platform.events.registry import event_types
from yunhe.platform.events.secrets import new_secret
from yunhe.platform.events.webhooks import Trial, send_test

OVERLAP = timedelta(hours=24)


def create_endpoint(
    *, node_id: int, url: str, patterns: Sequence[str], description: str, actor: Principal
) -> tuple[WebhookEndpoint, str]:
    """Connect an address to the events of a node and below; the secret is returned this once."""
    actor.check(CHANGE)
    check_address(url)
    check_patterns(patterns)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        node_id=node_id,
        url=url,
        event_types=list(patterns),
        description=description,
        secret=secret,
    )
    return endpoint, secret


def change_endpoint(
    endpoint: WebhookEndpoint,
    *,
    url: str,
    patterns: Sequence[str],
    description: str,
    active: bool,
    actor: Principal,
) -> WebhookEndpoint:
    """Change address, filter or whether it is told at all.

    Raises UnsafeAddress, UnknownEventType, EndpointDeleted.
    """
    actor.check(CHANGE)
    lock_endpoint(endpoint)
    check_address(url)
    check_patterns(patterns)
    endpoint.url, endpoint.event_types, endpoint.description = url, list(patterns), description
    endpoint.active, endpoint.disabled_reason = active, "" if active else endpoint.disabled_reason
    endpoint.save(update_fields=["url", "event_types", "description", "active", "disabled_reason"])
    return endpoint


def rotate_secret(endpoint: WebhookEndpoint, *, actor: Principal, now: datetime) -> str:
    """A new secret; for 24 hours the old one signs too, so that the receiver may change over."""
    actor.check(CHANGE)
    lock_endpoint(endpoint)
    secret = new_secret()
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, now + OVERLAP
    endpoint.secret = secret
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    return secret


def pause_endpoint(endpoint: WebhookEndpoint, *, actor: Principal) -> WebhookEndpoint:
    """Send it nothing more: what is on its way waits, new events pass it by. Raises EndpointDeleted."""
    return _turn(endpoint, active=False, actor=actor)


def resume_endpoint(endpoint: WebhookEndpoint, *, actor: Principal) -> WebhookEndpoint:
    """Tell it of events again, first of those that waited. Raises EndpointDeleted."""
    return _turn(endpoint, active=True, actor=actor)


def try_endpoint(endpoint: WebhookEndpoint, *, actor: Principal, now: datetime) -> Trial:
    """Send a test event now, paused or not, and keep the answer at the endpoint.

    It is sent once and counts for nothing: a failure is not tried again and switches nothing off.
    Raises EndpointDeleted.
    """
    actor.check(CHANGE)
    if endpoint.deleted_at is not None:
        raise EndpointDeleted()
    trial = send_test(endpoint, now=now)
    endpoint.tested_at, endpoint.test_milliseconds = now, trial.milliseconds
    endpoint.test_status, endpoint.test_answer = trial.outcome.status, trial.outcome.answer
    endpoint.save(update_fields=["tested_at", "test_milliseconds", "test_status", "test_answer"])
    return trial


def delete_endpoint(endpoint: WebhookEndpoint, *, actor: Principal, now: datetime) -> int:
    """Tell it of nothing more and forget its secrets; how many messages on their way were dropped.

    What it was sent stays readable. Raises EndpointDeleted.
    """
    actor.check(CHANGE)
    lock_endpoint(endpoint)
    endpoint.active, endpoint.deleted_at = False, now
    endpoint.secret, endpoint.previous_secret, endpoint.previous_until = "", None, None
    endpoint.save(
        update_fields=["active", "deleted_at", "secret", "previous_secret", "previous_until"]
    )
    with owner_access("deliveries are written by the dispatcher alone; the actor may change these"):
        return WebhookDelivery.objects.filter(
            endpoint=endpoint, state=DeliveryState.PENDING
        ).update(state=DeliveryState.DROPPED, finished_at=now)


def replay_deliveries(ids: Iterable[int], *, actor: Principal, now: datetime) -> int:
    """Try given-up deliveries to our own listeners again; how many."""
    actor.check(CHANGE)
    with owner_access(
        "deliveries are written by the dispatcher alone; a permission guards the replay"
    ):
        return Delivery.objects.filter(pk__in=list(ids), state=DeliveryState.DEAD).update(
            state=DeliveryState.PENDING, attempts=0, next_at=now, finished_at=None
        )


def replay_webhooks(ids: Iterable[UUID], *, actor: Principal, now: datetime) -> int:
    """Send webhooks once more, delivered or not, as far as the actor sees them; how many."""
    actor.check(CHANGE)
    kept = WebhookDelivery.objects.filter(endpoint__deleted_at__isnull=True)
    seen = list(kept.filter(pk__in=list(ids)).values_list("pk", flat=True))
    if not seen:
        raise NotFound()
    with owner_access("deliveries are written by the dispatcher alone; the actor sees these rows"):
        return WebhookDelivery.objects.filter(pk__in=seen).update(
            state=DeliveryState.PENDING, attempts=0, next_at=now, finished_at=None
        )


def check_patterns(patterns: Sequence[str]) -> None:
    """Raise UnknownEventType for a pattern that matches no declared event."""
    known = event_types()
    for pattern in patterns:
        prefix = pattern.removesuffix("*")
        matches = [
            t for t in known if t == pattern or (pattern.endswith("*") and t.startswith(prefix))
        ]
        if not matches:
            message = _("No event is called “%(pattern)s”.") % {"pattern": pattern}
            raise UnknownEventType(message, field="event_types")


def _turn(endpoint: WebhookEndpoint, *, active: bool, actor: Principal) -> WebhookEndpoint:
    actor.check(CHANGE)
    lock_endpoint(endpoint)
    endpoint.active, endpoint.disabled_reason = active, ""
    endpoint.save(update_fields=["active", "disabled_reason"])
    return endpoint
