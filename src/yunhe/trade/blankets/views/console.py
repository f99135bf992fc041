"""Frames at headquarters: draw up, submit, follow, close."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.forms import BaseFormSet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import (
    BooleanColumn,
    DateColumn,
    LastDayColumn,
    MomentColumn,
    TextColumn,
)
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Event, Stat
from yunhe.platform.ui.forms import StyledForm
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
    TimelinePanel,
)
from yunhe.platform.workflow.panels import ApprovalPanel
from yunhe.trade.blankets import permissions, services
from yunhe.trade.blankets.choices import STATUS_TONES, FrameStatus
from yunhe.trade.blankets.filters import FrameFilters
from yunhe.trade.blankets.forms import (
    FrameForm,
    LineFormSet,
    PlanFormSet,
    ReasonForm,
    frame_initial,
    line_initial,
)
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.queries import (
    frame_for,
    is_open,
    lines_of,
    list_frames,
    progress_of,
    steps_of,
)
from yunhe.trade.blankets.services import PlanDraft
from yunhe.trade.blankets.services.approving import KIND
from yunhe.trade.blankets.tables import CallTable, FrameTable, LineTable, PlanTable
from yunhe.trade.blankets.transitions import MOVES
from yunhe.trade.blankets.views.shown import called_share, line_rows, plan_rows, shipped_share
from yunhe.trade.orders.permissions import CREATE as ORDER
from yunhe.trade.orders.queries import list_call_offs

STEP_LABELS = {"create": _("Drawn up"), "plan": _("Plan changed")} | {
    move.action: move.label for move in MOVES.values()
}
STEP_ICONS = {"create": "pencil", "plan": "calendar"} | {
    move.action: move.icon for move in MOVES.values()
}
WITH_REASON = ("close", "cancel", "decline")


def list_crumb() -> Crumb:
    return Crumb(_("Blanket orders"), reverse("blankets:list"))


class FrameList(ListView):
    permission, title = permissions.VIEW, _("Blanket orders")
    subtitle = _("Agreed once, called off in parts, with what is left")
    table, filters = FrameTable, FrameFilters
    create_url_name, create_permission = "blankets:create", permissions.PLAN
    create_label = _("New blanket order")
    empty = Empty(
        title=_("No blanket order yet"),
        text=_(
            "Agree quantity, price and validity once; the partner then calls goods off in parts."
        ),
        icon="contract",
    )

    def get_rows(self) -> Rows:
        return list_frames()


class FrameFacts(FactsPanel):
    title, icon, side, columns = _("Agreed terms"), "file-text", True, 1
    fields = (
        TextColumn(_("Partner"), source="node.label"),
        TextColumn(_("Supplier"), source="supplier.label"),
        DateColumn(_("First day"), source="period.lower"),
        LastDayColumn(_("Last day"), source="period.upper"),
        TextColumn(_("Price"), source="get_pricing_display"),
        BooleanColumn(_("Promotions"), source="promotions", yes=_("count on call-offs")),
        TextColumn(_("Limits count by"), source="get_period_unit_display"),
        MomentColumn(_("Signed at"), source="signed_at"),
        TextColumn(_("Signed by"), source="signed_by.name"),
        TextColumn(_("Note"), source="note"),
    )


class Lines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", LineTable, 200

    def rows(self) -> Rows:
        return line_rows(self.record, timezone.localdate(self.view.now))


class PlannedCalls(TablePanel):
    title, icon, table, limit = _("Planned call-offs"), "calendar", PlanTable, 60
    empty = Empty(title=_("No call-off is planned"), icon="calendar")

    def actions(self) -> Sequence[Button]:
        if self.record.status not in (FrameStatus.DRAFT, FrameStatus.ACTIVE):
            return ()
        url = reverse("blankets:plan", args=[self.record.pk])
        return [
            Button(
                label=_("Change"), url=url, icon="edit", size="small", permission=permissions.PLAN
            )
        ]

    def rows(self) -> Rows:
        return plan_rows(self.record, timezone.localdate(self.view.now))


class CallOffs(TablePanel):
    title, icon, table, limit = _("Call-offs"), "shopping-cart", CallTable, 100
    empty = Empty(title=_("Nothing was called off yet"), icon="shopping-cart")

    def rows(self) -> Rows:
        return list_call_offs(self.record.number)


class FrameHistory(TimelinePanel):
    def events(self) -> Iterable[Event]:
        return [
            Event(
                at=step.at,
                title=STEP_LABELS.get(step.action, step.action),
                text=step.note,
                who=step.user.name if step.user else "",
                icon=STEP_ICONS.get(step.action, "point"),
                tone=STATUS_TONES[FrameStatus(step.status)],
            )
            for step in steps_of(self.record)
        ]


class FrameApproval(ApprovalPanel):
    kinds = (KIND,)


class FrameDetail(DetailView):
    permission, model = permissions.VIEW, Frame
    panels = (Lines, CallOffs, PlannedCalls, FrameFacts, FrameHistory, FrameApproval)

    def get_queryset(self) -> Any:
        return list_frames().select_related("node", "supplier", "signed_by")

    def get_title(self) -> str:
        return f"{self.record.number} {self.record.title}"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_status(self) -> Badge:
        return status_badge(self.record)

    def get_stats(self) -> Sequence[Stat]:
        return frame_stats(self.record, timezone.localdate(self.now))

    def get_actions(self) -> Sequence[Button]:
        pk, today = self.record.pk, timezone.localdate(self.now)
        buttons = []
        if is_open(self.record, today):
            url = reverse("blankets:call_off", args=[pk])
            buttons.append(
                Button(
                    label=_("Call off"),
                    url=url,
                    style="primary",
                    icon="shopping-cart",
                    permission=ORDER,
                )
            )
        if self.record.status == FrameStatus.DRAFT:
            url = reverse("blankets:change", args=[pk])
            buttons.append(
                Button(label=_("Change"), url=url, icon="edit", permission=permissions.PLAN)
            )
        return buttons + [
            move_button("blankets", pk, move.action)
            for move in MOVES.offered(self.record.status)
            if move.action != "decline"
        ]


def status_badge(frame: Frame) -> Badge:
    tone = STATUS_TONES[FrameStatus(frame.status)]
    return Badge(label=frame.get_status_display(), tone=tone)


def frame_stats(frame: Frame, today: Any) -> list[Stat]:
    """Worth, called off, shipped, days left."""
    lines = lines_of(frame)
    done = progress_of(lines)
    left = (frame.period.upper - today).days
    return [
        Stat(label=_("Worth"), value=formatting.money(frame.worth, frame.currency)),
        Stat(label=_("Called off"), value=f"{called_share(lines, done):.0f}", unit="%"),
        Stat(label=_("Shipped"), value=f"{shipped_share(lines, done):.0f}", unit="%"),
        Stat(label=_("Days left"), value=str(max(left, 0))),
    ]


def move_button(face: str, pk: int, action: str) -> Button:
    """A move of the table: a POST, or a page that asks for the reason."""
    move = MOVES[action]
    if action in WITH_REASON:
        url = reverse(f"{face}:{action}", args=[pk])
        return Button(
            label=move.label, url=url, style="quiet", icon=move.icon, permission=move.permission
        )
    return Button(
        label=move.label,
        url=reverse(f"{face}:act", args=[pk, action]),
        icon=move.icon,
        method="post",
        confirm=move.confirm,
        permission=move.permission,
        style="primary" if action in ("submit", "sign") else "secondary",
    )


class FrameCreate(FormView):
    """Parties and terms above, lines as a table below."""

    permission, title, form_class = permissions.PLAN, _("New blanket order"), FrameForm
    intro = _(
        "A line names a product and the unit that is counted, or a product group; “by value” counts "
        "money. Limits are in the line's unit."
    )
    submit_label = _("Save as draft")
    frame: Frame | None = None

    @property
    def record(self) -> Any:
        return None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        return {"starts": today, "until": today + timedelta(days=365), "plan": "month"}

    def get_formsets(self) -> dict[str, BaseFormSet[Any]]:
        data = self.request.POST if self.request.method == "POST" else None
        lines = [line_initial(line) for line in lines_of(self.frame)] if self.frame else None
        return {"lines": LineFormSet(data, prefix="lines", initial=lines)}

    def perform(self, form: FrameForm) -> Frame:
        draft = form.draft(self.bound_formsets["lines"])
        if self.frame:
            return services.change_frame(self.frame, draft, actor=self.principal, now=self.now)
        return services.create_frame(draft, actor=self.principal, now=self.now)


class FrameChange(FrameCreate):
    """Write a draft anew."""

    permission, title = permissions.PLAN, _("Change the blanket order")

    @cached_property
    def frame(self) -> Frame:  # type: ignore[override]
        return frame_for(self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return frame_initial(self.frame)


class FramePlan(FormView):
    """Days and quantities of the planned call-offs."""

    permission, title = permissions.PLAN, _("Planned call-offs")
    form_class = StyledForm
    intro = _("Both sides see the plan; the partner is reminded some days before each.")

    @cached_property
    def frame(self) -> Frame:
        return frame_for(self.kwargs["pk"])

    @property
    def record(self) -> Any:
        return None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(self.frame.number, self.frame.get_absolute_url()))

    def get_formsets(self) -> dict[str, BaseFormSet[Any]]:
        data = self.request.POST if self.request.method == "POST" else None
        lines = [(line.pk, f"{line.subject} ({line.unit_label})") for line in lines_of(self.frame)]
        planned = self.frame.plan.order_by("on", "line__row")
        initial = [{"line": p.line_id, "on": p.on, "quantity": p.quantity} for p in planned]
        made = PlanFormSet(data, prefix="plan", initial=initial, form_kwargs={"lines": lines})
        return {"plan": made}

    def perform(self, form: Any) -> Frame:
        told = [
            each.cleaned_data
            for each in self.bound_formsets["plan"].forms
            if each.cleaned_data and not each.cleaned_data.get("DELETE")
        ]
        plan = [
            PlanDraft(line_id=each["line"], on=each["on"], quantity=each["quantity"])
            for each in told
        ]
        return services.plan_calls(self.frame, plan, actor=self.principal, now=self.now)


class FrameAction(ActionView):
    """Every move that needs no more than a click; the table of moves guards each."""

    permission, model = permissions.VIEW, Frame

    @cached_property
    def record(self) -> Frame:
        return frame_for(self.kwargs["pk"])

    def perform(self) -> Any:
        use = {
            "submit": services.submit_frame,
            "sign": services.sign_frame,
            "revise": services.revise_frame,
        }[str(self.kwargs["action"])]
        return use(self.record, actor=self.principal, now=self.now)


class FrameReason(FormView):
    """A move that asks why."""

    permission, form_class = permissions.PLAN, ReasonForm
    action = "close"

    @property
    def record(self) -> Any:
        return None

    @cached_property
    def frame(self) -> Frame:
        return frame_for(self.kwargs["pk"])

    def get_title(self) -> Any:
        return MOVES[self.action].label

    @property
    def intro(self) -> Any:  # type: ignore[override]
        return MOVES[self.action].confirm

    @property
    def submit_label(self) -> Any:  # type: ignore[override]
        return MOVES[self.action].label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(self.frame.number, self.frame.get_absolute_url()))

    def perform(self, form: ReasonForm) -> Frame:
        use = {
            "close": services.close_frame,
            "cancel": services.cancel_frame,
            "decline": services.decline_frame,
        }[self.action]
        reason = form.cleaned_data["reason"]
        return use(self.frame, reason=reason, actor=self.principal, now=self.now)
