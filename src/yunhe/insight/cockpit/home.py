"""What the dealer's home says without a tap: to do, orders, credit, owed, what to buy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yunhe.channel.policies import permissions as policies_permissions
from yunhe.channel.policies.queries import my_policies
from yunhe.insight.cockpit.links import link
from yunhe.money.ledger import permissions as ledger_permissions
from yunhe.money.ledger.queries import Credit, credit_of, open_items
from yunhe.platform.access.principal import Principal
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.engine.result import Result
from yunhe.platform.metrics.errors import MartEmpty
from yunhe.platform.metrics.question import Question, Span
from yunhe.trade.catalog.queries import orderable_skus
from yunhe.trade.orders import permissions as orders_permissions
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import count_to_answer, list_orders

NUMBERS = ("sell_out_amount", "sell_in_amount", "closing_stock", "days_of_inventory")
VELOCITY_DAYS = 28
COVER_DAYS, WANTED_DAYS = 14, 30
MOST_SUGGESTED, MOST_TASKS = 5, 4
UNDER_WAY = (
    OrderStatus.SUBMITTED,
    OrderStatus.CONFIRMED,
    OrderStatus.SHIPPING,
    OrderStatus.SHIPPED,
)


@dataclass(frozen=True)
class Task:
    """Something that waits for the reader today."""

    title: str
    text: str
    url: str
    icon: str
    tone: str


@dataclass(frozen=True)
class Number:
    """A number of the dealer's own, ready for a tile."""

    metric: Metric
    value: Decimal | None
    change: Decimal | None


@dataclass(frozen=True)
class Suggestion:
    """A SKU that runs out: what is left, how fast it sells, how much to order (base units)."""

    sku_id: int
    name: str
    unit: str
    stock: Decimal
    daily: Decimal
    days_left: int
    quantity: Decimal


def dealer_numbers(principal: Principal, *, today: date) -> tuple[list[Number], Result | None]:
    """The dealer's own key figures of the month to date against last month; none without a mart.

    `today` is the last day that counts; the second value tells their freshness.
    """
    known = registry.metrics()
    names = tuple(name for name in NUMBERS if name in known)
    month = Span(today.replace(day=1), today + timedelta(days=1))
    try:
        result = query(
            Question(metrics=names, period=month, compare="previous_period"), principal=principal
        )
    except MartEmpty:
        return [], None
    numbers = [
        Number(known[name], result.total.values[name], result.total.change(name)) for name in names
    ]
    return numbers, result


def tasks(principal: Principal, *, today: date) -> list[Task]:
    """What must be done today: read policies, receive goods, submit drafts, pay what is due."""
    return [
        *_policies_to_read(principal),
        *_orders_to_answer(principal),
        *_orders_to_move(principal),
        *_debts_to_pay(principal, today=today),
    ]


def orders_under_way(principal: Principal, *, limit: int = 4) -> list[Order]:
    """The partner's own orders that are not finished, newest first."""
    mine = list_orders().filter(node_id__in=principal.node_ids, status__in=UNDER_WAY)
    return list(mine[:limit])


def credit(principal: Principal) -> Credit | None:
    """The credit of the partner the reader works for; None for who has no account."""
    if principal.home_id is None or not principal.can(ledger_permissions.VIEW_OWN):
        return None
    found = credit_of(principal.home_id)
    return found if found.limit != 0 or found.used else None


def suggestions(principal: Principal, *, today: date) -> list[Suggestion]:
    """SKUs whose stock lasts less than two weeks at the last four weeks' pace, fastest first.

    The quantity fills up to thirty days, rounded up to whole base units.
    """
    if not {"sell_out_quantity", "closing_stock"} <= set(registry.metrics()):
        return []
    end = today + timedelta(days=1)
    question = Question(
        metrics=("sell_out_quantity", "closing_stock"),
        dimensions=("sku",),
        period=Span(end - timedelta(days=VELOCITY_DAYS), end),
    )
    try:
        result = query(question, principal=principal)
    except MartEmpty:
        return []
    found = []
    for row in result.rows:
        sold, stock = row.values["sell_out_quantity"], row.values["closing_stock"] or Decimal(0)
        key = row.keys["sku"]
        if not sold or sold <= 0 or not isinstance(key, int):
            continue
        daily = sold / VELOCITY_DAYS
        left = max(stock, Decimal(0))
        if left >= daily * COVER_DAYS:
            continue
        wanted = (daily * WANTED_DAYS - left).to_integral_value(ROUND_CEILING)
        name = row.texts["sku"]
        found.append(Suggestion(key, name, "", left, daily, int(left / daily), wanted))
    found.sort(key=lambda each: -each.daily)
    return _orderable(found[:MOST_SUGGESTED])


def _orderable(found: list[Suggestion]) -> list[Suggestion]:
    """Those that are still sold, in their base units. One statement."""
    if not found:
        return []
    units = dict(
        orderable_skus()
        .filter(pk__in=[each.sku_id for each in found])
        .values_list("pk", "base_unit")
    )
    return [replace(each, unit=units[each.sku_id]) for each in found if each.sku_id in units]


def _policies_to_read(principal: Principal) -> list[Task]:
    if not principal.can(policies_permissions.READ):
        return []
    waiting = my_policies(principal).filter(confirmed_at=None, version__state="published")
    return [
        Task(
            title=each.version.policy.label,
            text=_("new policy: read and confirm"),
            url=link("policies_portal:read", each.version_id),
            icon="news",
            tone="red",
        )
        for each in waiting[:MOST_TASKS]
    ]


def _orders_to_answer(principal: Principal) -> list[Task]:
    if principal.home_id is None or not principal.can(orders_permissions.SUPPLY):
        return []
    count = count_to_answer(principal.home_id)
    if not count:
        return []
    text = ngettext("%(count)s order of a store waits", "%(count)s orders of stores wait", count)
    return [
        Task(
            title=text % {"count": count},
            text=_("confirm or refuse, then ship"),
            url=link("orders_portal:supply"),
            icon="building-store",
            tone="amber",
        )
    ]


def _orders_to_move(principal: Principal) -> list[Task]:
    if not principal.can(orders_permissions.VIEW_OWN):
        return []
    mine = list_orders().filter(
        node_id__in=principal.node_ids, status__in=(OrderStatus.SHIPPED, OrderStatus.DRAFT)
    )
    texts = {
        OrderStatus.SHIPPED: (_("goods under way: confirm the receipt"), "package-import", "teal"),
        OrderStatus.DRAFT: (_("draft: submit or delete it"), "pencil", "grey"),
    }
    found = []
    for order in mine[:MOST_TASKS]:
        text, icon, tone = texts[OrderStatus(order.status)]
        found.append(Task(order.number, text, link("orders_portal:detail", order.pk), icon, tone))
    return found


def _debts_to_pay(principal: Principal, *, today: date) -> list[Task]:
    if principal.home_id is None or not principal.can(ledger_permissions.VIEW_OWN):
        return []
    due = open_items(principal.home_id).filter(
        open_amount__gt=0, due_on__lte=today + timedelta(days=3)
    )
    count = due.count()
    if not count:
        return []
    text = ngettext("%(count)s invoice is due", "%(count)s invoices are due", count)
    return [
        Task(
            title=text % {"count": count},
            text=_("pay to keep your credit free"),
            url=link("ledger_portal:account"),
            icon="wallet",
            tone="amber",
        )
    ]
