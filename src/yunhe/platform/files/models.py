"""Files and what they are attached to."""

from __future__ import annotations

from pathlib import PurePath

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope
from yunhe.platform.files.signatures import ANY

INLINE = {kind.media_type for kind in ANY if kind.inline}


class FileObject(models.Model):
    """A stored file. It never changes: a new version is a new file.

    `captured_at`, `latitude` and `longitude` (WGS 84, degrees) are what the sender's device said.
    """

    scope = Scope.own("node").append_only()

    node = models.ForeignKey("access.Node", models.PROTECT, related_name="+")
    storage_name = models.CharField(max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("sent in"), default=timezone.now)
    captured_at = models.DateTimeField(_("taken"), null=True, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                name="files_place_on_earth",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
            models.CheckConstraint(name="files_not_empty", condition=models.Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.pk])

    @property
    def inline(self) -> bool:
        """Whether browsers may show it in place (pictures and videos)."""
        return self.media_type in INLINE

    @property
    def is_picture(self) -> bool:
        return self.inline and self.media_type.startswith("image/")

    @property
    def extension(self) -> str:
        return PurePath(self.name).suffix.lstrip(".")


class Attachment(models.Model):
    """A file on a record of any kind: `target_type` is a model label such as `orders.order`."""

    scope = Scope.own("node")

    file = models.ForeignKey(FileObject, models.PROTECT, related_name="attachments")
    node = models.ForeignKey("access.Node", models.PROTECT, related_name="+")
    target_type = models.CharField(max_length=80)
    target_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id", "file"], name="files_attachment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_type}:{self.target_id} ← {self.file_id}"
