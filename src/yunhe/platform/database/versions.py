"""What a record that has versions is made of, said beside the operation that shows it (platform/api/versions)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

Function = TypeVar("Function", bound=Callable[..., Any])
MadeOf = Callable[[Any], Sequence[QuerySet[Any]]]


@dataclass(frozen=True)
class Record:
    """What an address shows: the querysets of its rows for the value in the address, itself first.

    `creates`: a PUT to an address that shows nothing yet makes the record.
    """

    made_of: MadeOf
    creates: bool = False


def versioned(
    model: type[Model], *parts: Any, by: str = "pk", creates: bool = False
) -> Callable[[Function], Function]:
    """The operation shows the one `model` whose `by` is in its address.

    Args:
        parts: foreign keys of the rows that are shown with it, as `OrderLine.order`.
        creates: see Record.
    """

    def made_of(value: Any) -> list[QuerySet[Any]]:
        fields = [part.field for part in parts]
        children = [
            each.model._default_manager.filter(**{f"{each.name}__{by}": value}) for each in fields
        ]
        return [model._default_manager.filter(**{by: value}), *children]

    return versioned_rows(made_of, creates=creates)


def versioned_rows(made_of: MadeOf, *, creates: bool = False) -> Callable[[Function], Function]:
    """As `versioned`, for a record whose rows are found in another way."""

    def mark(operation: Function) -> Function:
        operation.record = Record(made_of, creates)  # type: ignore[attr-defined]
        return operation

    return mark
