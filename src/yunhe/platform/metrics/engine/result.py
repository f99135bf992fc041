"""What a question is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.language import in_language
from yunhe.platform.metrics.declarations import Attribute, Metric
from yunhe.platform.metrics.question import Key, Question, Span

Numbers = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Row:
    """Numbers by metric name, at one time bucket and one key per dimension.

    `previous` are the comparison's numbers, `targets` what was to be reached.
    """

    period: date | None
    keys: Mapping[str, Key]
    texts: Mapping[str, str]
    values: Numbers
    previous: Numbers = field(default_factory=dict)
    targets: Numbers = field(default_factory=dict)

    def change(self, metric: str) -> Decimal | None:
        """Relative change against the comparison; None without one or from zero."""
        now, then = self.values.get(metric), self.previous.get(metric)
        if now is None or not then:
            return None
        return (now - then) / abs(then)

    def difference(self, metric: str) -> Decimal | None:
        """Absolute change against the comparison."""
        now, then = self.values.get(metric), self.previous.get(metric)
        return None if now is None or then is None else now - then

    def achievement(self, metric: str) -> Decimal | None:
        """Share of the target reached; None without a target."""
        now, target = self.values.get(metric), self.targets.get(metric)
        return now / target if now is not None and target else None


@dataclass(frozen=True)
class Result:
    """Rows and the row over everything.

    `as_of`: every change committed before then is in the numbers; `through`: the earliest of the
    last business dates of the facts whose rows of the period are added up (balances stand still), and
    `ends` the same for each metric.
    """

    question: Question
    metrics: tuple[Metric, ...]
    dimensions: tuple[Attribute, ...]
    rows: list[Row]
    total: Row
    as_of: datetime | None
    through: date | None
    version: int
    compared_with: Span | None = None
    ends: Mapping[str, date | None] = field(default_factory=dict)

    def reaches(self, metric: str, mark: date | None) -> bool:
        """Whether the metric has data up to the bucket: after them a line ends, it does not fall."""
        end = self.ends.get(metric)
        return end is None or mark is None or mark <= end


def text_of(attribute: Attribute, key: Key, texts: tuple[Any, Any] | None) -> str:
    """A dimension key in the reader's language."""
    if key is None:
        return _("not assigned")
    if attribute.choices:
        return str(attribute.choices.get(str(key), key))
    if texts:
        return str(in_language(*texts) or key)
    return str(key)
