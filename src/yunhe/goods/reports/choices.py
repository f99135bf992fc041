"""The words of stock reports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportStatus(models.TextChoices):
    """Where a report is."""

    DRAFT = "draft", _("being counted")
    SUBMITTED = "submitted", _("submitted")


class ReportSource(models.TextChoices):
    """Where a report was entered."""

    PHONE = "phone", _("counted on the phone")
    FILE = "file", _("file")
    API = "api", _("API")


STATUS_TONES = {ReportStatus.DRAFT: "amber", ReportStatus.SUBMITTED: "green"}
