"""What can go wrong between a question and its number."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError, NotFound


class UnknownName(NotFound):
    """No metric, dimension or fact of that name; the message names near matches."""

    code = "metrics.unknown"


class QuestionError(DomainError):
    """The parts of the question do not fit together."""

    code = "metrics.question"


class MartEmpty(Conflict):
    """Nothing was refreshed yet."""

    code = "metrics.mart_empty"


class DuplicateKey(Conflict):
    """A fact or entity gives the same key twice: joining it would count rows twice."""

    code = "metrics.duplicate_key"


class TargetsRefused(DomainError):
    """At least one of the targets cannot be set; none was."""

    code = "metrics.targets"
