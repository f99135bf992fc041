"""By when goods can be promised, on the dealer's phone."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.permissions import VIEW_OWN
from yunhe.goods.schedule.queries import available_to_promise, list_schedule, own_promises
from yunhe.goods.schedule.tables import OwnPromiseTable, OwnScheduleTable, PromiseTable
from yunhe.goods.stock.queries import supplier_of
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ListView


class PromisedDates(ListView):
    """Products with scheduled production: what can be promised now and from which day more."""

    permission, face, title = VIEW_OWN, "portal", _("Promised dates")
    subtitle = _("From stock and scheduled production, less what is promised already")
    table = PromiseTable
    empty = Empty(title=_("Nothing is scheduled"), icon="calendar")

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("What is made"),
                url=reverse("schedule_portal:production"),
                icon="building-factory",
            ),
            Button(
                label=_("My promised goods"),
                url=reverse("schedule_portal:promises"),
                icon="calendar-event",
            ),
        )

    def get_rows(self) -> Rows:
        home, today = self.principal.home_id, timezone.localdate(self.now)
        supplier = supplier_of(home) if home else None
        if supplier is None:
            return []
        planned = list_schedule().filter(node_id=supplier, on__gte=today)
        skus = {line.sku_id: line.sku for line in planned}
        found = available_to_promise(supplier, skus, today)
        return [
            {
                "pk": f"{sku_id}-{day.on}",
                "sku": skus[sku_id],
                "on": day.on,
                "quantity": day.quantity,
            }
            for sku_id, days in found.items()
            for day in days
        ]


class OwnSchedule(ListView):
    """What the reader's supplier will make, and when."""

    permission, face, title = VIEW_OWN, "portal", _("What is made")
    subtitle = _("Scheduled production of your supplier, the earliest first")
    table = OwnScheduleTable
    empty = Empty(title=_("Nothing is scheduled"), icon="calendar")

    def get_rows(self) -> Rows:
        home = self.principal.home_id
        supplier = supplier_of(home) if home else None
        return list_schedule().filter(node_id=supplier or 0, finished_at=None)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Promised dates"), reverse("schedule_portal:list")),)


class OwnPromises(ListView):
    """What the reader ordered from production, with the day promised first and now."""

    permission, face, title = VIEW_OWN, "portal", _("My promised goods")
    subtitle = _("Goods you ordered from production; you are told when a day moves")
    table = OwnPromiseTable
    empty = Empty(title=_("You wait for nothing"), icon="calendar-event")

    def get_rows(self) -> Rows:
        return own_promises(self.principal.node_ids)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Promised dates"), reverse("schedule_portal:list")),)
