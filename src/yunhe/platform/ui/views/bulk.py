"""One action on many chosen rows: asked once with the consequence, then a result row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.platform.errors import DomainError
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.views.base import Page

MAX_CHOSEN = 1000


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    record: Any
    done: bool
    message: Text = ""

    @property
    def tone(self) -> str:
        return "green" if self.done else "red"


class BulkView(Page):
    """POST `selected` (keys). The first POST shows what will happen, the second does it.

    Give `model` and `verb`; override `apply(record)` for a use case on one record (each row
    stands alone: one that is refused does not undo the others), or `apply_all(records)` for a
    set-based one.
    """

    model: ClassVar[type[Model]]
    verb: ClassVar[Text] = _("Apply")
    dangerous: ClassVar[bool] = False
    http_method_names = ["post"]
    template_name = "ui/pages/bulk_confirm.html"
    result_name: ClassVar[str] = "ui/pages/bulk_result.html"
    back_url: str = ""

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    def describe(self, records: Sequence[Any]) -> Text:
        """The consequence in figures, shown before it happens."""
        return ngettext(
            "This concerns %(count)d entry.", "This concerns %(count)d entries.", len(records)
        ) % {"count": len(records)}

    def apply(self, record: Any) -> Text | None:
        """Call the use case on one record, return a message or None; refusals are DomainErrors."""
        raise NotImplementedError

    def apply_all(self, records: Sequence[Any]) -> Iterable[Outcome]:
        """Apply to all; override when the use case is set-based."""
        for record in records:
            try:
                with transaction.atomic():
                    message = self.apply(record)
            except DomainError as error:
                yield Outcome(record, False, str(error.message))
            else:
                yield Outcome(record, True, message or _("Done."))

    def chosen(self) -> list[Any]:
        """The chosen rows that the reader may see. Raises DomainError for none or too many."""
        keys = self.request.POST.getlist("selected")
        if not keys:
            raise DomainError(_("Choose at least one row first."), code="ui.nothing_chosen")
        if len(keys) > MAX_CHOSEN:
            raise DomainError(
                _("Choose at most %(most)d rows at a time.") % {"most": MAX_CHOSEN},
                code="ui.too_many_chosen",
            )
        if not all(key.isdecimal() for key in keys):
            raise DomainError(_("The choice of rows is not readable."), code="ui.bad_choice")
        return list(self.get_queryset().filter(pk__in=keys).order_by("pk"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        records = self.chosen()
        if "confirmed" not in request.POST:
            return self.render(records=records, consequence=self.describe(records))
        outcomes = list(self.apply_all(records))
        return self.render(
            template=self.result_name,
            outcomes=outcomes,
            done=sum(outcome.done for outcome in outcomes),
            failed=sum(not outcome.done for outcome in outcomes),
        )
