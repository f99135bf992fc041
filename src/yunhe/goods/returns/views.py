"""Console pages of returns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.returns.choices import STATUS_TONES, ReturnStatus
from yunhe.goods.returns.filters import ReturnFilters
from yunhe.goods.returns.forms import InspectForm, RightChangeForm, RightForm
from yunhe.goods.returns.models import Return, RotationRight
from yunhe.goods.returns.permissions import INSPECT, RIGHTS, VIEW
from yunhe.goods.returns.queries import (
    lines_of,
    list_returns,
    list_rights,
    return_for,
    room_of,
)
from yunhe.goods.returns.services import change_right, grant_right, inspect_return, move_return
from yunhe.goods.returns.services.steps import may_take
from yunhe.goods.returns.tables import LineTable, ReturnTable, RightTable
from yunhe.goods.returns.transitions import MOVES, Move
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.tables import (
    BadgeColumn,
    DateColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    Rows,
    TextColumn,
)
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
)


class ReturnList(ListView):
    permission, title = VIEW, _("Returns")
    table, filters = ReturnTable, ReturnFilters
    empty = Empty(
        title=_("No return yet"),
        text=_("Dealers ask for returns within the rights of their contracts."),
        icon="truck-return",
    )

    def get_rows(self) -> Rows:
        return list_returns()

    def get_actions(self) -> Sequence[Button]:
        url = reverse("returns:rights")
        return [Button(label=_("Rights of return"), url=url, icon="certificate", permission=VIEW)]


class RightList(ListView):
    permission, title, table = VIEW, _("Rights of return"), RightTable
    create_url_name, create_permission = "returns:right_grant", RIGHTS

    def get_rows(self) -> Rows:
        return list_rights()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Returns"), reverse("returns:list")),)


class RightGrant(FormView):
    permission, title, form_class = RIGHTS, _("Grant a right of return"), RightForm
    cancel_url_name = "returns:rights"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Rights of return"), reverse("returns:rights")),)

    def perform(self, form: Any) -> Any:
        return grant_right(form.cleaned_data["node"], form.terms, actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("returns:rights")


class RightFacts(FactsPanel):
    title = _("Right of return")
    fields = (
        TextColumn(_("Partner"), source="node.label"),
        NumberColumn(_("Percent of purchases"), source="percent", places=2),
        NumberColumn(_("For damaged goods, percent"), source="damaged_percent", places=2),
        BadgeColumn(_("Period"), source="period"),
        TextColumn(_("Brand"), source="brand.label"),
        TextColumn(_("Category"), source="category.label"),
        NumberColumn(_("Days to send"), source="send_days"),
        DateColumn(_("Valid from"), source="valid_from"),
        DateColumn(_("Valid until"), source="valid_to"),
    )


class RightRoom(FactsPanel):
    """What the right allows in the running period, and what is left of it."""

    title, columns = _("In this period"), 3

    def facts(self) -> Sequence[Fact]:
        room = room_of(self.record, timezone.localdate())
        return [
            Fact(_("Purchases"), formatting.money(room.purchases)),
            Fact(_("May be returned"), formatting.money(room.limit)),
            Fact(_("Left"), formatting.money(room.left)),
        ]


class RightReturns(TablePanel):
    title, icon, table = _("Returns under this right"), "truck-return", ReturnTable

    def rows(self) -> Rows:
        return list_returns().filter(right=self.record)


class RightDetail(DetailView):
    permission, model = VIEW, RotationRight
    panels = (RightRoom, RightFacts, RightReturns)

    def get_queryset(self) -> Any:
        return list_rights()

    def get_title(self) -> str:
        return str(self.record.contract)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Rights of return"), reverse("returns:rights")),)

    def get_actions(self) -> Sequence[Button]:
        url = reverse("returns:right_change", args=[self.record.pk])
        return [Button(label=_("Change"), url=url, icon="edit", permission=RIGHTS)]


class RightChanged(FormView):
    permission, title, form_class = RIGHTS, _("Change a right of return"), RightChangeForm
    model = RotationRight
    intro = _("What was asked under it before stays as it was. To end it, say its last day.")

    @property
    def cancel_url(self) -> str:
        return reverse("returns:right", args=[self.record.pk])

    def get_queryset(self) -> Any:
        return list_rights()

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in self.form_class.base_fields}

    def get_crumbs(self) -> Sequence[Crumb]:
        url = reverse("returns:right", args=[self.record.pk])
        return (
            Crumb(_("Rights of return"), reverse("returns:rights")),
            Crumb(str(self.record), url),
        )

    def perform(self, form: Any) -> RotationRight:
        return change_right(self.record, form.change, actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("returns:right", args=[self.record.pk])


class ReturnFacts(FactsPanel):
    title = _("Return")
    fields = (
        TextColumn(_("Partner"), source="node.label"),
        TextColumn(_("Right of return"), source="right"),
        TextColumn(_("Reason"), source="reason"),
        MoneyColumn(_("Asked"), source="asked", currency=".currency"),
        MoneyColumn(_("Credited"), source="credited", currency=".currency"),
        MomentColumn(_("Requested"), source="requested_at"),
        MomentColumn(_("Answered"), source="answered_at"),
        DateColumn(_("Send back by"), source="send_by"),
        MomentColumn(_("Sent back"), source="shipped_at"),
        MomentColumn(_("Inspected"), source="inspected_at"),
    )


class ReturnLines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", LineTable, 500

    def rows(self) -> Rows:
        return lines_of(self.record)


class ReturnDetail(DetailView):
    permission, model = VIEW, Return
    panels = (ReturnFacts, ReturnLines)
    space = "returns"

    def get_queryset(self) -> Any:
        return list_returns()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Returns"), reverse(f"{self.space}:list")),)

    def get_status(self) -> Badge:
        tone = STATUS_TONES[ReturnStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        return [
            self._button(move)
            for move in MOVES.offered(self.record.status)
            if may_take(self.record, move, actor=self.principal)
        ]

    def _button(self, move: Move) -> Button:
        if move.action == "inspect":
            url = reverse(f"{self.space}:inspect", args=[self.record.pk])
            return Button(label=move.label, url=url, icon=move.icon, style="primary")
        return Button(
            label=move.label,
            url=reverse(f"{self.space}:act", args=[self.record.pk, move.action]),
            icon=move.icon,
            style="quiet" if move.action in ("reject", "cancel") else "primary",
            method="post",
            confirm=move.confirm,
        )


class ReturnAction(ActionView):
    """Approve or reject; the table of moves guards each."""

    permission, model = VIEW, Return
    space = "returns"

    @cached_property
    def record(self) -> Return:
        return return_for(self.kwargs["pk"])

    def perform(self) -> Any:
        return move_return(
            self.record, str(self.kwargs["action"]), actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        return reverse(f"{self.space}:detail", args=[self.record.pk])


class InspectReturn(FormView):
    permission, title, form_class = INSPECT, _("Inspect the return"), InspectForm
    submit_label = _("Settle")
    intro = _("What is neither damaged nor refused is good, becomes stock and is credited in full.")

    @cached_property
    def document(self) -> Return:
        return return_for(self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": list(lines_of(self.document))}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(str(self.document), self.document.get_absolute_url()),)

    def perform(self, form: Any) -> Return:
        return inspect_return(self.document, form.findings, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return self.document.get_absolute_url()
