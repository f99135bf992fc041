"""The words of approvals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApprovalState(models.TextChoices):
    """Where a request stands."""

    OPEN = "open", _("in approval")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", pgettext_lazy("approval", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("approval", "withdrawn")


class StepMode(models.TextChoices):
    """How many of a step's approvers must agree."""

    ANY = "any", _("any one")
    ALL = "all", pgettext_lazy("approvers of a step", "everybody")
    QUORUM = "quorum", _("a number of them")


class EntryKind(models.TextChoices):
    """What happened to a request, in its append-only log."""

    REQUESTED = "requested", _("approval requested")
    APPROVED = "approved", pgettext_lazy("log of an approval", "agreed")
    REJECTED = "rejected", pgettext_lazy("log of an approval", "refused")
    COMMENTED = "commented", pgettext_lazy("log of an approval", "comment")
    WITHDRAWN = "withdrawn", pgettext_lazy("log of an approval", "request withdrawn")
    REMINDED = "reminded", pgettext_lazy("log of an approval", "reminded")
    ESCALATED = "escalated", pgettext_lazy("log of an approval", "escalated")
