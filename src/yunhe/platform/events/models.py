"""The outbox, deliveries to our own handlers, and webhooks to other systems."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.encryption import EncryptedTextField
from yunhe.platform.database.scope import Scope
from yunhe.platform.events.choices import DeliveryState, EndpointState, is_accepted
from yunhe.platform.events.identity import new_id

HEADQUARTERS_READ = Scope("false", "false", grants=("SELECT",))


class OutboxEvent(models.Model):
    """An event that committed with the change it tells of; insertable by everybody, by key.

    Readable by headquarters only: its data may name records of every node.
    """

    scope = Scope("false", "true", grants=("SELECT", "INSERT"))
    audited = False  # it is itself the record of a change

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    type = models.CharField(_("event type"), max_length=120)
    source = models.CharField(_("source"), max_length=120)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    node = models.ForeignKey(
        "access.Node", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    time = models.DateTimeField(_("time"))
    data = models.JSONField(_("data"))
    dispatched_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(
                fields=["id"],
                name="events_outbox_waiting",
                condition=models.Q(dispatched_at__isnull=True),
            ),
            models.Index(fields=["type", "-id"], name="events_outbox_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Delivery(models.Model):
    """One event for one handler: retried alone, given up alone."""

    scope = HEADQUARTERS_READ
    audited = False  # changes with every attempt, which it counts itself

    event = models.ForeignKey(OutboxEvent, models.CASCADE, related_name="deliveries")
    event_type = models.CharField(_("event type"), max_length=120)
    handler = models.CharField(_("listener"), max_length=200)
    state = models.CharField(
        _("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="events_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="events_delivery_due",
                condition=models.Q(state="pending"),
            ),
            models.Index(
                fields=["-id"], name="events_delivery_dead", condition=models.Q(state="dead")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} → {self.handler}"


class WebhookEndpoint(models.Model):
    """Another system's address that is told of events on a node and below it.

    `event_types` holds patterns such as `yunhe.orders.*`; empty means every event. `secret` and
    `previous_secret` are encrypted; after a rotation both sign until `previous_until`. A deleted
    endpoint has lost its secrets and stays for the messages that it was sent. `tested_at` and what
    follows tell of the last test event.
    """

    scope = Scope.own("node")

    node = models.ForeignKey("access.Node", models.PROTECT, verbose_name=_("node"))
    url = models.URLField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    event_types = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    secret = EncryptedTextField(editable=False)
    previous_secret = EncryptedTextField(null=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    disabled_reason = models.CharField(_("why disabled"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    tested_at = models.DateTimeField(_("tested"), null=True, editable=False)
    test_status = models.PositiveIntegerField(_("HTTP status"), null=True, editable=False)
    test_milliseconds = models.PositiveIntegerField(null=True, editable=False)
    test_answer = models.TextField(_("answer"), blank=True, db_default="", editable=False)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True) | models.Q(active=False),
                name="events_endpoint_deleted_is_silent",
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def state(self) -> EndpointState:
        """Deleted, else paused unless active."""
        if self.deleted_at is not None:
            return EndpointState.DELETED
        return EndpointState.ACTIVE if self.active else EndpointState.PAUSED

    def get_state_display(self) -> str:
        return str(self.state.label)

    @property
    def test_state(self) -> DeliveryState | None:
        """How the last test event ended; None before the first."""
        if self.tested_at is None:
            return None
        return DeliveryState.DONE if is_accepted(self.test_status) else DeliveryState.DEAD


class WebhookDelivery(models.Model):
    """One event for one endpoint, with the answer of the last attempt."""

    scope = Scope.own("node").read_only()
    audited = False  # changes with every attempt, which it counts itself

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey("access.Node", models.PROTECT)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(OutboxEvent, models.CASCADE, related_name="webhook_deliveries")
    event_type = models.CharField(_("event type"), max_length=120)
    state = models.CharField(
        _("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    status = models.PositiveIntegerField(_("HTTP status"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="events_webhook_once")
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="events_webhook_due",
                condition=models.Q(state="pending"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_type} → {self.endpoint_id}"
