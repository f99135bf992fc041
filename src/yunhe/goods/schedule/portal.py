"""By when goods can be promised, on the dealer's phone."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.permissions import VIEW_OWN
from yunhe.goods.schedule.queries import available_to_promise, list_schedule
from yunhe.goods.schedule.tables import PromiseTable
from yunhe.goods.stock.queries import supplier_of
from yunhe.platform.ui.components.basics import Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ListView


class PromisedDates(ListView):
    """Products with scheduled production: what can be promised now and from which day more."""

    permission, face, title = VIEW_OWN, "portal", _("Promised dates")
    subtitle = _("From stock and scheduled production, less what is promised already")
    table = PromiseTable
    empty = Empty(title=_("Nothing is scheduled"), icon="calendar")

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
