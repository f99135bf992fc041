"""Answers kept for clients that repeat a request."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope


class IdempotencyKey(models.Model):
    """The answer to a request with an `Idempotency-Key`, given again when the request is repeated.

    `status` is null while the first request runs; nobody else sees that, since it commits together
    with what the request did.
    """

    scope = Scope.private("user")
    audited = False  # a copy of an answer; what the request did is audited itself

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=200)
    request_hash = models.BinaryField()
    status = models.PositiveIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="api_idempotency_once")]

    def __str__(self) -> str:
        return self.key
