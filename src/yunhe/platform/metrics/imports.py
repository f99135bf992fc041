"""Target files: one line per metric, place and month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.declarations import (
    Batch,
    Field,
    ImportType,
    Kind,
    Lookup,
    Rule,
    register,
)
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.permissions import TARGETS
from yunhe.platform.metrics.targets import NewTarget, set_targets

MONTHS = (
    "try_strptime(\"month\", ['%Y-%m', '%Y/%m', '%Y年%m月', '%Y.%m', '%Y%m', '%Y-%m-%d', '%Y/%m/%d',"
    " '%Y年%m月%d日', '%Y%m%d', '%Y-%m-%d %H:%M:%S'])"
)
PLACES = "SELECT upper(code), id FROM access_node WHERE id = ANY (%(node_ids)s::bigint[])"


class MetricWords(Mapping[str, str]):
    """What a file may call a metric: its name, or its label in either language.

    Read when a file is checked: domains declare their metrics after the types of files. A label that
    two metrics share names neither.
    """

    def _words(self) -> dict[str, str]:
        words: dict[str, set[str]] = {}
        for name, metric in registry.metrics().items():
            words.setdefault(name, set()).add(name)
            for language in ("en", "zh-hans"):
                with translation.override(language):
                    words.setdefault(str(metric.label).lower(), set()).add(name)
        return {word: names.pop() for word, names in words.items() if len(names) == 1}

    def __getitem__(self, word: str) -> str:
        return self._words()[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words())

    def __len__(self) -> int:
        return len(self._words())


def post_targets(batch: Batch) -> int:
    """Create or replace the targets of the batch; the same line again changes nothing."""
    with connection.cursor() as cursor:
        # names that intake made; nothing of a request reaches this text
        cursor.execute(
            f"SELECT metric, place_id, month_on, value FROM {batch.table}"  # noqa: S608
            f" WHERE {batch.span} ORDER BY row"
        )
        found = [NewTarget(*row) for row in cursor.fetchall()]
    set_targets(found, actor=batch.actor)
    return batch.rows


TARGET_FILES = register(
    ImportType(
        code="targets",
        label=_("targets"),
        help=_("One line per metric, place and month: what the metric shall reach there."),
        permission=TARGETS,
        post=post_targets,
        fields=(
            Field(
                name="metric",
                label=_("metric"),
                kind=Kind.CHOICE,
                required=True,
                aliases=("metric", "kpi", "指标", "指标名称"),
                choices=MetricWords(),
            ),
            Field(
                name="place",
                label=_("code of the place"),
                kind=Kind.CODE,
                required=True,
                max_length=40,
                aliases=(
                    "place",
                    "node",
                    "region or partner",
                    "region code",
                    "partner code",
                    "区域或渠道伙伴",
                    "区域编码",
                    "经销商编码",
                    "门店编码",
                    "编码",
                ),
            ),
            Field(
                name="month",
                label=_("month"),
                kind=Kind.CODE,
                required=True,
                max_length=20,
                aliases=("month", "period", "月份", "月", "期间"),
            ),
            Field(
                name="value",
                label=_("target"),
                kind=Kind.PERCENT,
                required=True,
                minimum=Decimal(0),
                aliases=("target", "value", "目标", "目标值"),
            ),
        ),
        lookups=(
            Lookup(
                code="unknown_target_place",
                field="place",
                keys=('upper("place")',),
                gives={"place_id": "BIGINT"},
                sql=PLACES,
                message=_("There is no partner or region with the code “%(value)s” among yours."),
                master_url="network:list",
            ),
        ),
        derived={"month_on": ("DATE", f"date_trunc('month', {MONTHS})")},
        rules=(
            Rule(
                code="not_a_month",
                field="month",
                bad="\"month\" IS NOT NULL AND coalesce(month_on, DATE '0001-01-01') < DATE '1990-01-01'",
                message=_("“%(value)s” is not a month; write it as 2026-03."),
            ),
        ),
        keys=(("metric", "place_id", "month_on"),),
    )
)
