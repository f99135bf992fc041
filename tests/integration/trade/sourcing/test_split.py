"""Where orders are served from: split, held in the right accounts, followed, answered, passed on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from tests.integration.trade.orders.conftest import ACTOR
from tests.integration.trade.sourcing.conftest import stock

from yunhe.goods.schedule.models import Promise
from yunhe.goods.schedule.services import PlanLine, plan_production
from yunhe.goods.stock.queries import SUPPLY, available, supplier_of, supply_key
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped
from yunhe.platform.capacity.models import Hold
from yunhe.platform.errors import NotFound
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.services import ChainDraft, decide_approval, save_chain
from yunhe.trade.orders.errors import IllegalMove, LinesRefused, PartsWrong
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import (
    NewPart,
    amend_order,
    cancel_order,
    create_order,
    receive_order,
    reopen_order,
    ship_order,
    split_order,
    stock_waiting,
    substitute_line,
)
from yunhe.trade.orders.services.approving import ask_approval
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)
from yunhe.trade.sourcing.errors import NowhereToServe
from yunhe.trade.sourcing.models import Part, SupplyPoint
from yunhe.trade.sourcing.services import (
    HandShare,
    accept_part,
    expire_due,
    plan_order,
    refuse_part,
    serve_part,
    source_order,
)
from yunhe.trade.sourcing.wording import why

D = Decimal


def held(ref: str) -> dict[str, Decimal]:
    rows = Hold.objects.filter(ref=ref).exclude(reserved=0)
    return {f"{h.account.kind}:{h.account.key}": h.reserved for h in rows.select_related("account")}


def split(order: Order, **more) -> list[Part]:
    return source_order(order, actor=ACTOR, now=timezone.now(), **more)


def test_a_draft_that_one_warehouse_cannot_serve_is_served_from_three(canal):
    order = canal.order(tea=140)
    parts = split(order)
    tea = canal.shop.tea.pk
    assert [(p.supplier_id, p.order.total, p.state) for p in parts] == [
        (canal.other, D("70.0000"), "offered"),
        (canal.near, D("105.0000"), "assigned"),
        (canal.hq, D("315.0000"), "assigned"),
    ]
    order.refresh_from_db()
    assert (order.status, order.follows) == ("split", "submitted")
    assert held(order.ref) == {}
    for part, tea_held in zip(parts, (20, 30, 90), strict=True):
        goods = {f"stock:{supply_key(part.supplier_id, tea)}": D(tea_held)}
        reserved = not (canal.shelf and part.supplier_id == canal.other)
        assert held(part.order.ref) == {f"credit:{canal.dealer}": part.order.total} | (
            goods if reserved else {}
        )
    assert credit_of(canal.dealer).reserved == D(490)


def test_a_confirmed_order_is_split_and_credit_stays_as_it_was(canal):
    order = canal.order(tea=30, confirm=True)
    before = credit_of(canal.dealer)
    parts = split(
        order,
        shares=[
            HandShare(row=1, node_id=canal.near, units=D(11)),
            HandShare(row=1, node_id=canal.hq, units=D(19)),
        ],
    )
    assert credit_of(canal.dealer) == before
    assert [p.order.status for p in parts] == ["confirmed", "confirmed"]
    assert available(canal.near, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 19}
    assert available(canal.hq, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 81}
    assert parts[0].reasons == {"1": {"by_hand": True}}


def test_the_whole_follows_its_slowest_part_until_all_are_closed(canal):
    order = canal.order(tea=30, confirm=True)
    one, two = [
        part.order
        for part in split(
            order,
            shares=[
                HandShare(row=1, node_id=canal.near, units=D(10)),
                HandShare(row=1, node_id=canal.hq, units=D(20)),
            ],
        )
    ]
    told = {"actor": ACTOR, "now": timezone.now()}

    def state() -> tuple[str, str]:
        order.refresh_from_db()
        return order.status, order.follows

    ship_order(one, **told)
    assert state() == ("split", "confirmed")
    ship_order(two, **told)
    assert state() == ("split", "shipped")
    receive_order(one, **told)
    receive_order(two, **told)
    assert state() == ("split", "received")


def test_cancelling_a_part_returns_exactly_it_and_the_last_one_cancels_the_whole(canal):
    order = canal.order(tea=30, water=4)
    first, second = split(
        order,
        shares=[
            HandShare(row=1, node_id=canal.near, units=D(30)),
            HandShare(row=2, node_id=canal.hq, units=D(4)),
        ],
    )
    cancel_order(first.order, reason="", actor=ACTOR, now=timezone.now())
    assert held(first.order.ref) == {}
    assert credit_of(canal.dealer).reserved == D(8)
    assert available(canal.near, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 30}
    order.refresh_from_db()
    assert (order.status, order.follows) == ("split", "submitted")
    cancel_order(second.order, reason="", actor=ACTOR, now=timezone.now())
    order.refresh_from_db()
    assert (order.status, order.follows) == ("cancelled", "cancelled")
    assert credit_of(canal.dealer).reserved == 0


def test_amending_a_part_changes_its_place_alone(canal):
    order = canal.order(tea=30, confirm=True)
    one, two = [
        part.order
        for part in split(
            order,
            shares=[
                HandShare(row=1, node_id=canal.near, units=D(10)),
                HandShare(row=1, node_id=canal.hq, units=D(20)),
            ],
        )
    ]
    line = two.lines.get()
    amend_order(two, quantities={line.pk: D(25)}, actor=ACTOR, now=timezone.now())
    assert available(canal.hq, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 75}
    assert available(canal.near, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 20}
    assert credit_of(canal.dealer).reserved == D("122.5")  # 35 × 3.50
    cancelled = cancel_order(one, reason="", actor=ACTOR, now=timezone.now())
    with pytest.raises(IllegalMove):
        reopen_order(cancelled, actor=ACTOR, now=timezone.now())


def test_amounts_of_the_parts_sum_to_the_line_to_the_cent(canal):
    """10 at 3.50 with 0.01 taken off: 34.99 in three parts of 3, 3 and 4 is 10.50, 10.49 and 14.00."""
    order = canal.order(tea=10, submit=True)
    order.lines.update(amount=D("34.99"))
    order.total = D("34.99")
    order.save()
    parts = [
        NewPart(supplier_id=place, quantities={1: D(quantity)})
        for place, quantity in ((canal.near, 3), (canal.hq, 3), (canal.hq, 4))
    ]
    made = split_order(order, parts, actor=ACTOR, now=timezone.now())
    assert [child.total for child in made] == [D("10.50"), D("10.49"), D("14.00")]


def test_parts_that_do_not_sum_are_refused(canal):
    order = canal.order(tea=10, submit=True)
    with pytest.raises(PartsWrong) as caught:
        split_order(
            order,
            [NewPart(supplier_id=canal.hq, quantities={1: D(9)})],
            actor=ACTOR,
            now=timezone.now(),
        )
    assert [row["row"] for row in caught.value.rows] == [1]


def test_what_nobody_has_is_named(canal):
    order = canal.order(tea=151)
    with pytest.raises(NowhereToServe) as caught:
        split(order)
    assert [(row["row"], row["sku_id"]) for row in caught.value.rows] == [(1, canal.shop.tea.pk)]


def test_what_nobody_has_is_promised_from_production_and_reserved_when_it_is_made(canal):
    today = timezone.localdate()
    tea = canal.shop.tea.pk
    hq = Node.objects.get(pk=canal.hq)
    line = PlanLine(sku_id=tea, on=today + timedelta(days=5), quantity=D(50))
    plan_production(hq, [line], actor=ACTOR)
    order = canal.order(tea=160)
    parts = split(order)
    waiting = parts[-1].order
    assert [
        (p.supplier_id, p.order.awaiting, p.order.lines.get().base_quantity) for p in parts
    ] == [
        (canal.other, False, D(20)),
        (canal.near, False, D(30)),
        (canal.hq, False, D(100)),
        (canal.hq, True, D(10)),
    ]
    promise = Promise.objects.get(ref=waiting.ref)
    assert (promise.on, promise.quantity, promise.partner_id) == (
        today + timedelta(days=5),
        D(10),
        canal.dealer,
    )
    assert held(waiting.ref) == {f"credit:{canal.dealer}": D(35)}
    assert stock_waiting(canal.hq, [tea], actor=ACTOR, now=timezone.now()) == []
    stock(canal.hq, tea, 50, "made")
    assert stock_waiting(canal.hq, [tea], actor=ACTOR, now=timezone.now()) == [waiting]
    assert held(waiting.ref) == {
        f"credit:{canal.dealer}": D(35),
        f"{SUPPLY}:{supply_key(canal.hq, tea)}": D(10),
    }
    promise.refresh_from_db()
    assert promise.kept_at is not None


def test_a_dealer_accepts_and_serves_from_its_own_stock(canal):
    order = canal.order(tea=15, confirm=True)
    [part] = split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    assert (part.state, part.order.status) == ("offered", "submitted")
    with scoped(canal.shop.people["other"]) as principal:
        part = accept_part(Part.objects.get(pk=part.pk), actor=principal, now=timezone.now())
        assert part.state == "accepted"
        serve_part(part, actor=principal, now=timezone.now())
    order.refresh_from_db()
    assert (order.status, order.follows) == ("split", "shipped")
    assert available(canal.other, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 5}


def test_what_a_dealer_is_asked_for_is_not_offered_twice(canal):
    """Reserved or on a shelf: what somebody's open order wants is not there for the next one."""
    tea = canal.shop.tea.pk

    def there() -> Decimal:
        plan = plan_order(canal.order(tea=1), now=timezone.now())
        candidate = plan.candidate(canal.other)
        assert candidate is not None
        return candidate.place.stock[tea]

    assert there() == 20
    order = canal.order(tea=15, confirm=True)
    [part] = split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    assert there() == 5
    cancel_order(part.order, reason="x", actor=ACTOR, now=timezone.now())
    assert there() == 20


def test_a_dealer_that_serves_others_orders_from_above(canal):
    assert supplier_of(canal.other) == canal.hq
    order = canal.order(tea=15, confirm=True)
    [part] = split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    part.order.refresh_from_db()
    # sold by the manufacturer, whoever has the goods
    assert (part.order.between_partners, part.order.from_shelf) == (False, canal.shelf)


def test_what_a_dealer_serves_from_its_shelf_is_reduced_not_increased(canal):
    order = canal.order(tea=15, confirm=True)
    [part] = split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    line = part.order.lines.get()
    now = timezone.now()
    more = [canal.shop.line(canal.shop.water, 1)]
    if canal.shelf:
        with pytest.raises(LinesRefused), transaction.atomic():
            amend_order(part.order, quantities={line.pk: D(16)}, actor=ACTOR, now=now)
        with pytest.raises(LinesRefused), transaction.atomic():
            amend_order(part.order, quantities={}, more=more, actor=ACTOR, now=now)
        with pytest.raises(LinesRefused), transaction.atomic():
            substitute_line(part.order, line.pk, by=more[0], actor=ACTOR, now=now)
    amend_order(part.order, quantities={line.pk: D(14)}, actor=ACTOR, now=now)
    part.order.refresh_from_db()
    assert part.order.total == D(49)


def test_what_the_system_noted_is_read_in_the_reader_s_language(canal):
    order = canal.order(tea=15, confirm=True)
    with override("zh-hans"):
        [part] = split(order, shares=[HandShare(row=1, node_id=canal.hq, units=D(15))])
        amend_order(
            part.order,
            quantities={part.order.lines.get().pk: D(10)},
            actor=ACTOR,
            now=timezone.now(),
        )
    notes = [order.steps.last(), part.order.steps.last()]
    for language, expected in (
        ("zh-hans", ["就近", "数量: 52.50 → 35.00"]),
        ("en", ["Nearest", "quantities: 52.50 → 35.00"]),
    ):
        with override(language):
            assert [note.said for note in notes] == expected


def test_whoever_ordered_cannot_answer_for_the_place(canal):
    order = canal.order(tea=15, confirm=True)
    [part] = split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    with scoped(canal.shop.people["dealer"]) as principal, pytest.raises(NotFound):
        accept_part(Part.objects.get(pk=part.pk), actor=principal, now=timezone.now())


def test_a_refused_part_is_served_from_elsewhere(canal):
    order = canal.order(tea=15, confirm=True)
    [part] = split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    with scoped(canal.shop.people["other"]) as principal:
        refuse_part(
            Part.objects.get(pk=part.pk), reason="盘点", actor=principal, now=timezone.now()
        )
    dispatch_all()
    moved = Part.objects.exclude(pk=part.pk).get()
    assert (moved.supplier_id, moved.order.parent_id, moved.order.status) == (
        canal.near,
        order.pk,
        "confirmed",
    )
    part.order.refresh_from_db()
    assert part.order.status == "cancelled"
    assert credit_of(canal.dealer).reserved == D("52.5")
    assert available(canal.other, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 20}


def test_a_part_that_nobody_else_can_serve_is_cancelled_and_gives_everything_back(canal):
    order = canal.order(tea=15, confirm=True)
    split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    SupplyPoint.objects.exclude(node_id=canal.other).update(active=False)
    late = timezone.now() + timedelta(hours=25)
    assert expire_due(actor=ACTOR, now=timezone.now()) == 0
    assert expire_due(actor=ACTOR, now=late) == 1
    assert expire_due(actor=ACTOR, now=late) == 0
    dispatch_all()
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert credit_of(canal.dealer).reserved == 0


@pytest.fixture
def back_in_approval(canal, tree):
    """A part that its dealer answers while it waits for approval, of an order confirmed as a whole."""
    order = canal.order(tea=15, confirm=True)
    [part] = split(order, shares=[HandShare(row=1, node_id=canal.other, units=D(15))])
    step = {"key": "s", "name": "财务", "mode": "any", "roles": ["finance"], "users": []}
    draft = ChainDraft(kind="orders.order", name="链", steps=(step,))
    save_chain(tree["HQ"], draft=draft, actor=ACTOR)
    ask_approval(part.order, actor=ACTOR, now=timezone.now())
    return part


def agree(canal):
    with scoped(canal.shop.people["finance"]) as actor:
        request = Approval.objects.get(state="open")
        decide_approval(request, step="s", verdict="approved", actor=actor, now=timezone.now())
    dispatch_all()


def test_a_part_accepted_while_it_waits_for_approval_is_confirmed_by_it(canal, back_in_approval):
    part = back_in_approval
    with scoped(canal.shop.people["other"]) as principal:
        accept_part(Part.objects.get(pk=part.pk), actor=principal, now=timezone.now())
    assert Order.objects.get(pk=part.pk).status == "submitted"
    agree(canal)
    assert Order.objects.get(pk=part.pk).status == "confirmed"


def test_a_part_refused_while_it_waits_for_approval_is_passed_on_after_it(canal, back_in_approval):
    part = back_in_approval
    with scoped(canal.shop.people["other"]) as principal:
        refuse_part(Part.objects.get(pk=part.pk), reason="", actor=principal, now=timezone.now())
    dispatch_all()
    assert Part.objects.get() == part
    agree(canal)
    assert Order.objects.get(pk=part.pk).status == "cancelled"
    assert Part.objects.exclude(pk=part.pk).get().supplier_id == canal.near


def test_territory_brand_and_reason_are_told(canal):
    SupplyPoint.objects.filter(node_id=canal.other).update(provinces=["440000"])
    SupplyPoint.objects.filter(node_id=canal.near).update(brands=["OTHER"])
    order = canal.order(tea=10)
    plan = plan_order(order, wide=True, now=timezone.now())
    [share] = plan.shares
    assert share.candidate.node.pk == canal.hq
    with override("en"):
        told = why(share.reason)
    assert told == (
        "The nearest that has it. 1067 km away. R1 EN does not serve this brand. "
        "D2 EN does not serve this province."
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_depend_on_the_lines(canal, count):
    lines = [canal.shop.line(canal.shop.tea, 5 + at) for at in range(count)]
    placed = create_order(
        node_id=canal.dealer, lines=lines, actor=ACTOR, now=timezone.now(), confirm=True
    )
    order = Order.objects.get(pk=placed.order_id)
    shares = [HandShare(row=row, node_id=canal.hq, units=D(4 + row)) for row in range(1, count + 1)]
    with CaptureQueriesContext(connection) as found:
        split(order, shares=shares)
    # what lies on shelves and what open orders want of it, read under the owner's rights
    assert len(found) == 23 + 5 * canal.shelf


def test_free_goods_that_no_place_has_do_not_stop_a_split(canal):
    draft = PromotionDraft(
        name="Gifts",
        kind="buy_get",
        definition={"buy": 10, "get": 1},
        valid_from=timezone.localdate(),
    )
    one = create_promotion(Node.objects.get(pk=canal.hq), code="BG", draft=draft, actor=ACTOR)
    submit_promotion(one, actor=ACTOR, now=timezone.now())
    publish_promotion(one, actor=ACTOR, now=timezone.now())
    order = canal.order(tea=140)  # 150 in all places: ten of fourteen free ones are left
    split(order)
    order.refresh_from_db()
    assert order.status == "split"
    assert [line.base_quantity for line in order.lines.order_by("row")] == [140, 10]
    [remark] = order.gift_remarks
    assert (remark["code"], remark["quantity"]) == ("short", "4")
