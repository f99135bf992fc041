"""The words of allocation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

QUOTA = "quota"
"""The capacity kind of quotas; the key is `<allocation id>:<node id>`, in base units."""


class AllocationStatus(models.TextChoices):
    """Where an allocation stands."""

    DRAFT = "draft", _("draft")
    COMPUTED = "computed", _("computed")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")


STATUS_TONES = {
    AllocationStatus.DRAFT: "grey",
    AllocationStatus.COMPUTED: "blue",
    AllocationStatus.APPROVED: "violet",
    AllocationStatus.PUBLISHED: "green",
    AllocationStatus.EXPIRED: "grey",
    AllocationStatus.CANCELLED: "red",
}
