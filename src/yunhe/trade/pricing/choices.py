"""The words of pricing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CHANGE_KIND = "pricing.change"
"""The approval kind of price changes, and of what happens to whole lists."""


class ListStatus(models.TextChoices):
    """A draft prices nothing; a withdrawn list prices nothing any more."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Channel(models.TextChoices):
    """Through which kind of trade a partner sells; a price list may be for one of them."""

    TRADITIONAL = "traditional", _("traditional trade")
    MODERN = "modern", _("modern trade")
    ONLINE = "online", _("e-commerce")
    CATERING = "catering", _("catering")
    GROUP = "group", _("group purchase")


class ListAction(models.TextChoices):
    """What is asked for when a list's fate needs approval."""

    PUBLISH = "publish", pgettext_lazy("price list", "to be published")
    WITHDRAW = "withdraw", pgettext_lazy("price list", "to be withdrawn")
    END = "end", pgettext_lazy("price list", "another last day")


class ChangeState(models.TextChoices):
    """A request to change prices, from draft to the prices being set."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", pgettext_lazy("price change", "in approval")
    COMMITTED = "committed", pgettext_lazy("price change", "prices set")
    REJECTED = "rejected", pgettext_lazy("price change", "refused")
    CANCELLED = "cancelled", pgettext_lazy("price change", "cancelled")


class Stage(models.TextChoices):
    """To whom goods are sold at a price that has a minimum."""

    RETAIL = "retail", pgettext_lazy("sold to", "consumers")
    RESALE = "resale", pgettext_lazy("sold to", "stores")


class BreachState(models.TextChoices):
    """A retail sale below the floor, and what became of it."""

    OPEN = "open", pgettext_lazy("price breach", "to be checked")
    EXPLAINED = "explained", pgettext_lazy("price breach", "explained")
