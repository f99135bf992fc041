"""The portal's home: five questions answered without a tap."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.insight.cockpit import home, permissions
from yunhe.insight.cockpit.links import link
from yunhe.money.ledger.queries import Credit
from yunhe.money.rebates import permissions as rebates_permissions
from yunhe.money.rebates.queries.reading import owed_to
from yunhe.money.rebates.views.shared import ladder
from yunhe.platform.metrics.lineage import last_day
from yunhe.platform.metrics.wording import number_text, unit_text
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Empty
from yunhe.platform.ui.components.figures import Progress, Stat
from yunhe.platform.ui.components.lists import CardItem, CardList
from yunhe.platform.ui.views.base import Page
from yunhe.trade.orders import permissions as orders_permissions
from yunhe.trade.orders.choices import STATUS_TONES, OrderStatus
from yunhe.trade.orders.models import Order

TIGHT, VERY_TIGHT = Decimal("0.8"), Decimal("0.95")


class Home(Page):
    permission = permissions.HOME
    face = "portal"
    title = gettext_lazy("Home")
    template_name = "cockpit/home.html"

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def get_title(self) -> str:
        return _("Hello, %(name)s") % {"name": self.principal.name}

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(
            todo=self._todo(),
            orders=self._orders(),
            credit=self._credit(),
            rebate=self._rebate(),
            suggestions=self._suggestions(),
            wanted=self._wanted(),
            stats=self._stats(),
            **extra,
        )

    def _todo(self) -> CardList:
        items = [
            CardItem(
                title=task.title,
                text=task.text,
                url=task.url,
                badge=Badge(label=_("to do"), tone=task.tone),
            )
            for task in home.tasks(self.principal, today=self.today)
        ]
        empty = Empty(
            title=_("Nothing to do"), text=_("All is read, received and paid."), icon="circle-check"
        )
        return CardList(items=items, label=_("To do today"), empty=empty)

    def _orders(self) -> CardList | None:
        if not self.can(orders_permissions.VIEW_OWN):
            return None
        start = link("orders_portal:catalogue")
        empty = Empty(
            title=_("No orders under way"),
            text=_("What you order shows its way here, from submission to receipt."),
            icon="truck-delivery",
            actions=(Button(label=_("Order now"), url=start, style="primary"),) if start else (),
        )
        items = [_order_item(order) for order in home.orders_under_way(self.principal)]
        return CardList(items=items, label=_("My orders"), empty=empty)

    def _credit(self) -> dict[str, Any] | None:
        found = home.credit(self.principal)
        if found is None:
            return None
        return {"credit": found, "bar": _credit_bar(found), "url": link("ledger_portal:account")}

    def _rebate(self) -> dict[str, Any] | None:
        if not self.can(rebates_permissions.VIEW_OWN):
            return None
        owed = owed_to(self.principal)
        nearest = owed.nearest
        return {
            "open": formatting.money(owed.open, settings.CURRENCY),
            "as_of": owed.as_of,
            "program": nearest.program.label if nearest else "",
            "ladder": ladder(nearest.program, nearest) if nearest else None,
            "url": link("rebates_portal:home"),
        }

    @cached_property
    def suggested(self) -> list[home.Suggestion]:
        return home.suggestions(self.principal, today=self.today)

    def _wanted(self) -> list[home.Suggestion]:
        """What one button puts into the cart; nothing for who does not order."""
        return self.suggested if self.can(orders_permissions.CREATE) else []

    def _suggestions(self) -> CardList | None:
        if not self.can(orders_permissions.VIEW_OWN):
            return None
        items = [
            CardItem(
                title=each.name,
                text=_("%(stock)s left, sells %(daily)s a day: %(days)s days")
                % {
                    "stock": formatting.number(each.stock),
                    "daily": formatting.number(each.daily, 1),
                    "days": each.days_left,
                },
                value=_("order %(quantity)s") % {"quantity": formatting.number(each.quantity)},
            )
            for each in self.suggested
        ]
        empty = Empty(
            title=_("Stock is sufficient"),
            text=_("Nothing sells out within two weeks, by the sales reported."),
            icon="package",
        )
        return CardList(items=items, label=_("What to buy"), empty=empty)

    def _stats(self) -> list[Stat]:
        numbers, result = home.dealer_numbers(self.principal, today=last_day(self.today))
        return [
            Stat(
                label=number.metric.label,
                value=number_text(number.metric, number.value, short=True),
                unit="" if number.metric.unit in ("money", "percent") else unit_text(number.metric),
                change=number.change,
                comparison=_("vs. last month") if number.change is not None else "",
                good=number.metric.good,
                as_of=result.as_of if result else None,
                definition_url=reverse("metrics:detail", args=[number.metric.name]),
                url=reverse("metrics:rows", args=[number.metric.name]) + "?period=month",
            )
            for number in numbers
        ]


def _order_item(order: Order) -> CardItem:
    status = OrderStatus(order.status)
    return CardItem(
        title=order.number,
        text=_("%(day)s · %(count)s lines")
        % {"day": formatting.day(order.placed_on), "count": order.line_count},
        url=link("orders_portal:detail", order.pk),
        value=formatting.money_short(order.total, order.currency),
        badge=Badge(label=status.label, tone=STATUS_TONES[status]),
    )


def _credit_bar(found: Credit) -> Progress | None:
    """How much of the limit is used; None without a limit."""
    if not found.limit:
        return None
    share = found.used / found.limit
    tone = "red" if share > VERY_TIGHT else "amber" if share > TIGHT else "teal"
    used = formatting.money_short(found.used, settings.CURRENCY)
    limit = formatting.money_short(found.limit, settings.CURRENCY)
    return Progress(
        value=found.used,
        total=found.limit,
        label=_("Credit used"),
        detail=_("%(used)s of %(limit)s") % {"used": used, "limit": limit},
        tone=tone,
    )
