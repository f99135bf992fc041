"""The last loading step: the columnar read model, so that the first cockpit is quick."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.demo.context import Context
from yunhe.platform.metrics.mart.refresh import refresh_mart


def load_mart(context: Context) -> None:
    """Build every part of the mart; later the worker keeps it fresh."""
    refreshed = refresh_mart(now=timezone.now(), full=True)
    told = {"parts": refreshed.parts, "rows": f"{refreshed.rows:,}"}
    context.say(_("  mart: %(parts)s parts, %(rows)s rows") % told)
