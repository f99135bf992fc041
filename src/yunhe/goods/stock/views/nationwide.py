"""What partners hold, on the map and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.filters import HeldFilters, ReadingFilters
from yunhe.goods.stock.permissions import VIEW
from yunhe.goods.stock.queries import list_balances, partner_node, partner_readings
from yunhe.goods.stock.tables import HeldTable, ReadingTable
from yunhe.goods.stock.views.console import LIST_CRUMB
from yunhe.platform.access.models import Node
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.components.charts import Area, ChinaMap
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.provinces import PROVINCES, province_name
from yunhe.platform.ui.tables import Rows, Table
from yunhe.platform.ui.views import ListView

FRESH_DAYS = 7


class Nationwide(ListView):
    """What every partner holds, on the map and as a table, with the age of each reading."""

    permission, title = VIEW, _("Stock in the channel")
    subtitle = _("What dealers and stores hold, and how old each reading is")
    table, filters, above = ReadingTable, ReadingFilters, "stock/map_head.html"
    empty = Empty(title=_("No partner's stock is known yet"), icon="map")

    def get_rows(self) -> Rows:
        return partner_readings()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    @cached_property
    def readings(self) -> list[dict[str, Any]]:
        return [self._reading(row) for row in self.filter_set.apply(self.get_rows())]

    @cached_property
    def found(self) -> Table:
        return self.table(self.readings, query=self.request.GET)

    def _reading(self, row: dict[str, Any]) -> dict[str, Any]:
        english = get_language() == "en" and row["node__name_en"]
        province, read_at = row["node__partner__province"] or "", row["read_at"]
        return row | {
            "pk": row["node_id"],
            "code": row["node__code"],
            "name": english or row["node__name"],
            "province": province,
            "province_label": province_name(province) if province else "",
            "age": (self.now - read_at).days if read_at else None,
        }

    def _stats(self) -> list[Stat]:
        """How much is known, and how fresh."""
        ages = [row["age"] for row in self.readings if row["age"] is not None]
        fresh = sum(age <= FRESH_DAYS for age in ages)
        total = sum((row["available"] for row in self.readings), Decimal(0))
        return [
            Stat(label=_("Partners"), value=formatting.number(len(self.readings))),
            Stat(label=_("Available"), value=formatting.number(total), note=_("base units")),
            Stat(
                label=_("Read within a week"),
                value=formatting.percent(fresh / len(ages) if ages else 0),
            ),
            Stat(
                label=_("Older readings"),
                value=formatting.number(len(ages) - fresh),
                url=f"?age={FRESH_DAYS}",
            ),
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        sums: dict[str, Any] = {}
        for row in self.readings:
            if row["province"] in PROVINCES:
                sums[row["province"]] = sums.get(row["province"], 0) + row["available"]
        areas = [
            Area(
                label=province_name(code),
                provinces=[code],
                value=value,
                url=f"?{self._narrowed(province=code)}",
            )
            for code, value in sums.items()
        ]
        title = _("Available stock of partners by province")
        chart = ChinaMap(title=title, areas=areas, value_label=_("Available"), height=400)
        return super().context(map=chart if areas else None, stats=self._stats(), **extra)

    def _narrowed(self, **more: str) -> str:
        query = self.request.GET.copy()
        query.update(more)
        query.pop("page", None)
        return query.urlencode()


class PartnerStock(ListView):
    """What one partner holds, product by product, with the age of each reading."""

    permission, title = VIEW, _("Stock of a partner")
    table, filters = HeldTable, HeldFilters

    @cached_property
    def node(self) -> Node:
        return partner_node(self.kwargs["pk"])

    def get_title(self) -> Any:
        return self.node.label

    def get_rows(self) -> Rows:
        return list_balances().filter(node=self.node)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(_("Stock in the channel"), reverse("stock:nationwide")))

    def get_actions(self) -> Sequence[Button]:
        url = reverse("network:partner", args=[self.node.pk])
        return [Button(label=_("Partner"), url=url, icon="building-store")]
