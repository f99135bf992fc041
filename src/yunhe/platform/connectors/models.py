"""How other systems answer, and what is sent to them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.connectors.choices import UNSENT, Health, MessageState
from yunhe.platform.database.scope import Scope


class ConnectorState(models.Model):
    """The breaker of one connected system: after several failures it is left alone for a while."""

    scope = Scope.shared().read_only()
    audited = False  # changes by itself with every call

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    open_until = models.DateTimeField(_("left alone until"), null=True)
    answered_at = models.DateTimeField(_("last answer"), null=True)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("connector state")
        verbose_name_plural = _("connector states")

    def __str__(self) -> str:
        return self.code

    def health_at(self, now: datetime) -> Health:
        if self.open_until is not None and now < self.open_until:
            return Health.PAUSED
        if self.failures:
            return Health.FAILING
        return Health.UNUSED if self.answered_at is None else Health.WELL


class Message(models.Model):
    """Something for another system, once by our `key`; `reference` is what the other system calls it.

    Messages of one `thread` leave in the order in which they were queued: none before an earlier one was
    sent. Those without a thread are independent.
    """

    scope = Scope.own("node")
    audited = False  # changes with every attempt, which it counts itself

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("node"))
    connector = models.CharField(_("system"), max_length=40)
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=100)
    thread = models.CharField(_("thread"), max_length=100, blank=True)
    subject = models.CharField(_("subject"), max_length=120)
    url = models.CharField(max_length=200, blank=True)
    body = models.TextField(_("content"))
    state = models.CharField(
        _("state"), max_length=8, choices=MessageState.choices, default=MessageState.PENDING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message to another system")
        verbose_name_plural = _("messages to other systems")
        constraints = [
            models.UniqueConstraint(fields=["connector", "key"], name="connectors_message_once")
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], condition=Q(state="pending"), name="connectors_due"
            ),
            models.Index(
                fields=["connector", "thread", "id"],
                condition=Q(state__in=UNSENT) & ~Q(thread=""),
                name="connectors_unsent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("connectors:message", args=[self.pk])
