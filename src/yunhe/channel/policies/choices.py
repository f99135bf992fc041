"""The words of policies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("in force")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ReadState(models.TextChoices):
    """How far a partner is with a version."""

    UNOPENED = "unopened", _("not opened")
    OPENED = "opened", _("opened")
    CONFIRMED = "confirmed", _("confirmed")
