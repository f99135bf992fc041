"""Words of intake: what a file is, where its import stands, what became of a row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    """What the bytes are, told from the bytes and not from the file's name."""

    CSV = "csv", _("text table (CSV)")
    EXCEL = "excel", _("Excel workbook")
    PARQUET = "parquet", _("Parquet file")


class State(models.TextChoices):
    """Where an import stands."""

    REGISTERED = "registered", _("waiting for its mapping")
    QUEUED = "queued", _("queued")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, waiting for your word")
    ASKED = "asked", _("lines look already reported: decide")
    POSTING = "posting", _("being posted")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Decision(models.TextChoices):
    """What is done with lines that look already reported by another file."""

    SKIP = "skip", _("leave out, post only the others")
    POST = "post", _("post all: they are new sales")
    DISCARD = "discard", _("post nothing of this file")


class RowStatus(models.TextChoices):
    """What became of a row. A row without a record of its own was simply accepted."""

    ACCEPTED = "accepted", _("accepted")
    CORRECTED = "corrected", _("accepted as a correction")
    DUPLICATE = "duplicate", _("duplicate")
    QUARANTINED = "quarantined", _("quarantined")
    RELEASED = "released", _("accepted after replay")
    DISCARDED = "discarded", _("discarded")


class DateOrder(models.TextChoices):
    """How day and month stand in dates such as 05/06/2026."""

    AUTO = "auto", _("tell from the column")
    DAY_FIRST = "dmy", _("day / month / year")
    MONTH_FIRST = "mdy", _("month / day / year")
