"""The partner's own frames: what is left, the plan, sign, call off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Progress, Stat
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import DetailView, Page, TemplatePanel
from yunhe.trade.blankets import permissions, services
from yunhe.trade.blankets.choices import FrameStatus
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.queries import is_open, list_frames, progress_of, with_lines
from yunhe.trade.blankets.tables import OwnCallTable
from yunhe.trade.blankets.transitions import MOVES
from yunhe.trade.blankets.views.console import (
    CallOffs,
    FrameAction,
    FrameFacts,
    FrameHistory,
    FrameReason,
    PlannedCalls,
    frame_stats,
    move_button,
    status_badge,
)
from yunhe.trade.blankets.views.shown import called_share, line_rows, plan_rows
from yunhe.trade.orders.permissions import CREATE as ORDER

SHOWN = 50
ORDER_OF_STATES = (FrameStatus.OFFERED, FrameStatus.ACTIVE)


class OwnFrames(Page):
    """What is agreed and how far it is called off, what waits for a signature first."""

    permission, face, title = permissions.VIEW_OWN, "portal", _("Blanket orders")
    template_name = "blankets/own_frames.html"

    def context(self, **extra: Any) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        frames = sorted(
            with_lines(list_frames()[:SHOWN]),
            key=lambda frame: (
                ORDER_OF_STATES.index(frame.status) if frame.status in ORDER_OF_STATES else 9
            ),
        )
        done = progress_of([line for frame in frames for line in frame.lines.all()])
        shown = [
            {
                "frame": frame,
                "status": status_badge(frame),
                "progress": Progress(
                    value=float(called_share(frame.lines.all(), done)), label=_("Called off")
                ),
                "days": (frame.period.upper - today).days,
                "open": is_open(frame, today),
            }
            for frame in frames
        ]
        empty = Empty(
            title=_("No blanket order yet"),
            text=_(
                "Goods that you need all year round can be agreed once and called off in parts."
            ),
            icon="contract",
        )
        return super().context(frames=shown, empty=empty, **extra)


class OwnLines(TemplatePanel):
    """Cards with a bar each: what is called off, shipped and left."""

    title, icon, template_name = _("Lines"), "list", "blankets/own_lines.html"
    flush = True

    def context(self) -> dict[str, Any]:
        rows = line_rows(self.record, timezone.localdate(self.view.now))
        for row in rows:
            row["bar"] = Progress(
                value=float(row["called"]), total=float(row["total"]), label=_("Called off")
            )
        return {"rows": rows}


class OwnPlan(PlannedCalls):
    """What is still to be called off, the next first; a phone is narrow."""

    limit = 12

    def actions(self) -> Sequence[Button]:
        return ()

    def rows(self) -> Rows:
        today = timezone.localdate(self.view.now)
        return [row for row in plan_rows(self.record, today) if row["open"]]


class OwnCallOffs(CallOffs):
    table = OwnCallTable


class OwnFrame(DetailView):
    permission, model, face = permissions.VIEW_OWN, Frame, "portal"
    panels = (OwnLines, OwnCallOffs, OwnPlan, FrameFacts, FrameHistory)

    def get_queryset(self) -> Any:
        return list_frames().select_related("node", "supplier", "signed_by")

    def get_title(self) -> str:
        return str(self.record.title)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Blanket orders"), reverse("blankets_portal:list")),)

    def get_status(self) -> Badge:
        return status_badge(self.record)

    def get_stats(self) -> Sequence[Stat]:
        return frame_stats(self.record, timezone.localdate(self.now))

    def get_actions(self) -> Sequence[Button]:
        pk = self.record.pk
        if is_open(self.record, timezone.localdate(self.now)):
            url = reverse("blankets_portal:call_off", args=[pk])
            return (
                Button(
                    label=_("Call off"),
                    url=url,
                    style="primary",
                    icon="shopping-cart",
                    permission=ORDER,
                ),
            )
        if self.record.status != FrameStatus.OFFERED:
            return ()
        return [move_button("blankets_portal", pk, action) for action in ("sign", "decline")]


class OwnFrameAction(FrameAction):
    """Sign."""

    permission, face = permissions.SIGN, "portal"

    def perform(self) -> Any:
        return services.sign_frame(self.record, actor=self.principal, now=self.now)

    def get_next_url(self, result: Any) -> str:
        return reverse("blankets_portal:detail", args=[self.record.pk])


class OwnDecline(FrameReason):
    """Say why not."""

    permission, face, action = permissions.SIGN, "portal", "decline"
    intro = MOVES["decline"].confirm

    def get_crumbs(self) -> Sequence[Crumb]:
        frame = self.frame
        url = reverse("blankets_portal:detail", args=[frame.pk])
        return (
            Crumb(_("Blanket orders"), reverse("blankets_portal:list")),
            Crumb(frame.number, url),
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("blankets_portal:detail", args=[self.frame.pk])
