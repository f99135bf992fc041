"""Loading steps of delivery addresses and blanket orders. Both are derived: streets and receivers are
invented, cities, products and prices are those of the story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.channel.network.divisions import cities_of, districts_of, find_division, region_of
from yunhe.channel.network.models import DeliveryAddress, Partner
from yunhe.demo.approvals import DIRECTOR_STEP, FINANCE_STEP
from yunhe.demo.context import Context
from yunhe.demo.network import HQ_CODE
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.roles import Role
from yunhe.platform.errors import DomainError
from yunhe.platform.workflow.services import ChainDraft, save_chain
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.services import (
    FrameDraft,
    LineDraft,
    call_off,
    create_frame,
    sign_frame,
    submit_frame,
)
from yunhe.trade.catalog.models import Category, Sku
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, confirm_order, ship_order
from yunhe.trade.sales.models import SalesFact

STREETS = ("物流园路", "仓储大道", "工业一路", "商贸街", "运河路")
YEARLY, A_CALL, CASE = Decimal(120), Decimal(5), "case"
LARGE_FRAMES = ChainDraft(
    kind="blankets.frame",
    name="大额框架订单审批",
    name_en="Large blanket orders",
    amount_from=Decimal(500_000),
    steps=(FINANCE_STEP, DIRECTOR_STEP),
)


def load_addresses(context: Context) -> None:
    """A dealer's main and second warehouse; everybody else takes goods where it is at home."""
    if DeliveryAddress.objects.exists():
        return
    rows = []
    for at, partner in enumerate(Partner.objects.exclude(province="").order_by("pk")):
        division = _division(partner)
        labels = ("主仓", "分仓") if partner.level == "dealer" else ("门店",)
        for number, label in enumerate(labels):
            rows.append(
                DeliveryAddress(
                    node_id=partner.pk,
                    label=label,
                    receiver=partner.contact_name or "收货员",
                    phone=partner.phone,
                    division=division,
                    region=region_of(division),
                    street=_warehouse(at, number) if partner.level == "dealer" else partner.address,
                    is_default=number == 0,
                )
            )
    DeliveryAddress.objects.bulk_create(rows)


def _warehouse(at: int, number: int) -> str:
    return f"{STREETS[(at + number) % len(STREETS)]}{at % 90 + 10 + number}号"


def _division(partner: Partner) -> str:
    """The first district of the partner's city; of the province's first city when it has none."""
    cities = cities_of(partner.province)
    city = find_division(partner.province, partner.city) or (cities[0][0] if cities else "")
    below = districts_of(city)
    return below[0][0] if below else city or partner.province


def load_frames(context: Context) -> None:
    """For the demo dealer one frame in force with two call-offs and one to sign; for the next dealer
    one by product group that runs out soon and a large one that waits for finance and the director."""
    if Frame.objects.exists():
        return
    owner = Grant.objects.filter(role=Role.DEALER_OWNER).order_by("pk").first()
    best = _best_in_cases()
    if owner is None or not best:
        return
    dealer = Node.objects.get(pk=owner.node_id)
    now, today = timezone.now(), context.today
    lines = [
        LineDraft(
            sku=sku,
            unit=CASE,
            total=YEARLY,
            call_minimum=Decimal(2),
            call_maximum=Decimal(30),
            period_maximum=Decimal(40),
        )
        for sku in best
    ]
    year = FrameDraft(
        node=dealer,
        title="全年常供 · 整箱锁价",
        starts=today.replace(day=1),
        until=(today.replace(day=1) + timedelta(days=370)).replace(day=1),
        lines=lines,
        period_unit="month",
        plan="month",
    )
    frame = _in_force(year, context)
    _call(frame, best, context, shipped=True)
    _call(frame, best[:1], context, shipped=False)
    spring = FrameDraft(
        node=dealer,
        title="春节备货",
        starts=today + timedelta(days=14),
        until=today + timedelta(days=90),
        lines=lines[:2],
        period_unit="month",
        note="签署后按节前三批要货",
        plan="month",
    )
    submit_frame(create_frame(spring, actor=context.actor, now=now), actor=context.actor, now=now)
    others = Partner.objects.filter(level="dealer", node__active=True).exclude(pk=dealer.pk)
    frames_by_value(others.order_by("pk")[0].node, best[0].product.category, context)


def frames_by_value(dealer: Node, group: Category, context: Context) -> None:
    """This year's frame, which runs out, and next year's, which is large enough to be approved."""
    now, ends = timezone.now(), context.today + timedelta(days=25)
    ending = FrameDraft(
        node=dealer,
        title=f"{group.name} 年度金额框架",
        starts=context.today - timedelta(days=340),
        until=ends,
        pricing="listed",
        lines=[
            LineDraft(category=group, measure="value", total=Decimal(200_000), discount=Decimal(3))
        ],
    )
    _in_force(ending, context)
    save_chain(Node.objects.get(code=HQ_CODE), draft=LARGE_FRAMES, actor=context.actor)
    following = replace(
        ending,
        title=f"{group.name} 下年度金额框架",
        starts=ends,
        until=ends + timedelta(days=365),
        lines=[
            LineDraft(category=group, measure="value", total=Decimal(600_000), discount=Decimal(4))
        ],
        note="续签：金额增至三倍，折扣增加一个百分点",
    )
    frame = create_frame(following, actor=context.actor, now=now)
    submit_frame(frame, actor=context.actor, now=now)


def _best_in_cases() -> list[Sku]:
    """The three best-selling products that come in cases."""
    rows = (
        SalesFact.objects.filter(flow="sell_in", sku__packs__unit=CASE, sku__status="active")
        .values_list("sku_id")
        .annotate(total=Sum("quantity"))
        .order_by("-total", "sku_id")[2:5]
    )
    found = Sku.objects.select_related("product__category").in_bulk([pk for pk, _total in rows])
    return list(found.values())


def _in_force(draft: FrameDraft, context: Context) -> Frame:
    now = timezone.now()
    frame = create_frame(draft, actor=context.actor, now=now)
    frame = submit_frame(frame, actor=context.actor, now=now)
    return sign_frame(frame, actor=context.actor, now=now)


def _call(frame: Frame, skus: list[Sku], context: Context, *, shipped: bool) -> None:
    """A call-off of a few cases; when credit or stock is short there is none."""
    now = timezone.now()
    lines = [NewLine(sku.pk, CASE, A_CALL) for sku in skus]
    try:
        with transaction.atomic():
            placed = call_off(frame, lines, actor=context.actor, now=now)
            if shipped:
                order = Order.objects.get(pk=placed.order_id)
                order = confirm_order(order, actor=context.actor, now=now)
                ship_order(order, actor=context.actor, now=now)
    except DomainError as error:
        context.say(_("  no call-off: %(why)s") % {"why": error})
