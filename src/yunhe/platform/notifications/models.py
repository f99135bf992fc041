"""A message to one person, and what each person wants to be told how."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope
from yunhe.platform.language import reads_english


class EmailState(models.TextChoices):
    """Whether a message also goes by mail, and whether it went."""

    NONE = "", _("not by mail")
    DUE = "due", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


class Notification(models.Model):
    """One message in both languages. Written by `notify`; its reader alone sees and reads it."""

    scope = Scope(
        Scope.private().read, Scope.private().write, personal=True, grants=("SELECT", "UPDATE")
    )
    audited = False  # thousands of rows a message; what they tell of is audited itself

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="notifications"
    )
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(max_length=200)
    body = models.TextField(_("text"), blank=True)
    body_en = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(_("time"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    email_state = models.CharField(max_length=6, choices=EmailState, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dedupe_key"],
                name="notifications_once",
                condition=~Q(dedupe_key=""),
            )
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_of_user"),
            models.Index(
                fields=["user"], name="notifications_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["id"], name="notifications_mail_due", condition=Q(email_state="due")
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """The title in the reader's language."""
        return self.title_en if reads_english() else self.title

    @property
    def text(self) -> str:
        """The body in the reader's language."""
        return self.body_en if reads_english() else self.body


class Preference(models.Model):
    """How one person wants to be told of one kind; without a row the kind's default holds."""

    scope = Scope.private()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    in_app = models.BooleanField(default=True)
    email = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notifications_preference_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.kind}"
