"""What every loading step works with, and the record of the steps that are done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.trade.catalog.models import Sku

if TYPE_CHECKING:
    from yunhe.demo.source import Source
    from yunhe.demo.story import Story

DOCUMENT_WEEKS = 9
# notes of documents are texts of people, who here write Chinese
DERIVED_NOTE = "演示数据，由系统推算"

Say = Callable[[str], None]


@dataclass
class Context:
    """The story is built once, when the first step needs it; ids are read when first asked for."""

    today: dt.date
    say: Say
    source: Source | None = None
    actor: Principal = field(default_factory=lambda: system_principal("yunhe demo"))

    @cached_property
    def story(self) -> Story:
        from yunhe.demo.story import build_story  # polars: a loaded demo starts without it

        self.say(_("  reading the real data and deriving the channel…"))
        return build_story(today=self.today, source=self.source)

    @cached_property
    def nodes(self) -> dict[str, int]:
        """Code → id of every node; read after the network was loaded."""
        return dict(Node.objects.values_list("code", "id"))

    @cached_property
    def skus(self) -> dict[str, int]:
        return dict(Sku.objects.values_list("code", "id"))

    @property
    def documents_from(self) -> dt.date:
        """Orders that arrived before this day are history: facts and movements, no documents."""
        return self.story.shift.last - dt.timedelta(weeks=DOCUMENT_WEEKS)

    def at(self, day: dt.date, hour: int = 9) -> dt.datetime:
        """A moment of a business day, never later than now."""
        moment = dt.datetime.combine(day, dt.time(hour), tzinfo=timezone.get_current_timezone())
        return min(moment, timezone.now())


@dataclass(frozen=True)
class Step:
    """A part of the loading. `run` names a function of this package (`master.load_network`), so
    that a demo which is loaded imports none of them. It is repeatable: after a kill it is run again
    from its start.

    `atomic` steps are one transaction together with their record; the others open their own.
    """

    name: str
    title: str | Promise
    run: str
    atomic: bool = True

    def __call__(self, context: Context) -> None:
        module, _dot, name = self.run.partition(".")
        getattr(import_module(f"yunhe.demo.{module}"), name)(context)


# Not a Django model: the product knows nothing of the demo, and nobody but the owner reads this.
_TABLE = """
CREATE TABLE IF NOT EXISTS demo_step (
    name text PRIMARY KEY, today date NOT NULL, done_at timestamptz NOT NULL DEFAULT now())
"""


def ensure_record() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)


def done_steps() -> dict[str, dt.date]:
    """Step → the day that the demo was loaded for; all steps of one load have the same day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, today FROM demo_step")
        return dict(cursor.fetchall())


def mark_done(names: Iterable[str], today: dt.date) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(
                "INSERT INTO demo_step (name, today) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [name, today],
            )


def business_today() -> dt.date:
    """Today in the installation's time zone."""
    return timezone.localdate()


def demo_folder() -> str:
    """Where the files of the demo's dealers are written before they are taken in."""
    return str(settings.VAR_DIR / "demo")
