"""The words of pricing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListStatus(models.TextChoices):
    """A draft prices nothing; a withdrawn list prices nothing any more."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
