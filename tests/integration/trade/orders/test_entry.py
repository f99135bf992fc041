"""Orders by file, template, favourite and barcode; terms; approval; the batch."""

from __future__ import annotations

import io
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from yunhe.goods.stock.queries import available
from yunhe.money.ledger.queries import balance_of, credit_of
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import NotAllowed
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.worker import drain
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.services import ChainDraft, decide_approval, save_chain
from yunhe.trade.orders.errors import LinesRefused, NeedsApproval, ReasonMissing
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.jobs import confirm_batch
from yunhe.trade.orders.models import Favourite, Order, OrderTemplate, OrderTerms
from yunhe.trade.orders.queries import lines_of, order_for
from yunhe.trade.orders.services import (
    amend_order,
    cancel_order,
    confirm_orders,
    create_order,
    save_template,
    ship_order,
    use_template,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CHINA = ZoneInfo("Asia/Shanghai")


def workbook(*rows) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return target.getvalue()


def sign_in(client, shop, person):
    client.force_login(User.objects.get(pk=shop.people[person]))
    return client


def test_an_excel_file_of_several_orders_is_entered_at_once(shop, act_as):
    content = workbook(
        ["订单号", "经销商", "商品编码", "数量", "单位", "备注"],
        ["A", "D1", "tea", 2, "case", "急"],
        ["A", "D1", "water", 3, "", ""],
        ["B", "D2", "water", 4, "bottle", ""],
    )
    with act_as("ops") as ops:
        result = place_file("orders.xlsx", content, actor=ops, now=NOW)
        again = place_file("orders.xlsx", content, actor=ops, now=NOW)
        first, second = Order.objects.order_by("id")
        assert (first.status, first.line_count, first.total, first.note) == (
            "submitted",
            2,
            90,
            "急",
        )
        assert (second.node_id, second.total) == (shop.other, 8)
    assert result.submitted == [first.pk, second.pk]
    assert (again.order_ids, again.repeated) == ([], 2)


def test_faulty_rows_are_named_by_their_numbers_and_nothing_is_entered(shop, act_as):
    text = "order,product,quantity,unit\n1,tea,x,\n1,nope,1,\n1,tea,1,barrel\n1,tea,2,\n"
    with act_as("dealer") as dealer, pytest.raises(LinesRefused) as refused:
        place_file("o.csv", text.encode(), actor=dealer, now=NOW, node_id=shop.dealer)
    assert [row["row"] for row in refused.value.rows] == [2, 3, 4]
    assert not Order.objects.exists()


def test_the_file_page_shows_faults_beside_rows_and_then_the_orders(shop, client):
    dealer = sign_in(client, shop, "dealer")
    bad = dealer.post(
        "/portal/orders/file/", {"text": "product\tquantity\nnope\t1", "submit": "on"}
    )
    assert bad.status_code == 422
    assert "nope" in bad.content.decode()
    file = SimpleUploadedFile("o.csv", b"product,quantity\ntea,3\nwater,2\n")
    good = dealer.post("/portal/orders/file/", {"file": file, "submit": "on"})
    assert good.status_code == 200
    order = Order.objects.get()
    assert (order.status, order.source, order.total) == ("submitted", "portal", Decimal("14.5"))
    assert order.number in good.content.decode()
    none = dealer.post("/portal/orders/file/", {})
    assert none.status_code == 422


def test_a_file_over_the_api(shop, client):
    ops = sign_in(client, shop, "ops")
    file = SimpleUploadedFile("o.csv", b"partner,sku,qty\nD1,tea,1\nD2,tea,100\n")
    answer = ops.post("/api/v1/orders/file", {"file": file, "submit": "true"})
    assert answer.status_code == 201
    body = answer.json()
    assert (len(body["order_ids"]), len(body["submitted"])) == (2, 1)
    assert [fault["row"] for fault in body["faults"]] == [3]


def test_a_template_fills_the_cart_and_belongs_to_its_partner(shop, act_as, client):
    with act_as("dealer") as dealer:
        template = save_template(
            "周单", [shop.line(shop.tea, 2, "case")], node_id=shop.dealer, actor=dealer, now=NOW
        )
        cart = use_template(template, actor=dealer, now=NOW)
        assert [line.base_quantity for line in lines_of(cart)] == [24]
    with act_as("other"):
        assert not OrderTemplate.objects.exists()
    browser = sign_in(client, shop, "dealer")
    assert "周单" in browser.get("/portal/orders/templates/").content.decode()
    browser.post("/portal/orders/templates/", {"name": "两箱茶"})
    assert OrderTemplate.objects.count() == 2
    browser.post("/portal/orders/templates/", {"template": template.pk, "then": "delete"})
    assert OrderTemplate.objects.get().name == "两箱茶"


def test_favourites_are_kept_and_filter_the_catalogue(shop, client):
    browser = sign_in(client, shop, "dealer")
    browser.post(f"/portal/orders/favourites/{shop.water.pk}/", {"wanted": "1"})
    assert Favourite.objects.get().sku_id == shop.water.pk
    page = browser.get("/portal/orders/new/?favourites=1").content.decode()
    assert "water" in page
    assert "商品tea" not in page
    browser.post(f"/portal/orders/favourites/{shop.water.pk}/", {"wanted": "0"})
    assert not Favourite.objects.exists()


def test_terms_bind_partners_and_not_headquarters(shop, tree, act_as):
    OrderTerms.objects.create(node=tree["HQ"], minimum=Decimal(10))
    OrderTerms.objects.create(
        node=tree["R1"], minimum=Decimal(50), weekdays=[1, 3], cut_off=time(17)
    )
    tuesday = datetime(2026, 11, 24, 9, tzinfo=CHINA)
    late_monday = datetime(2026, 11, 23, 17, tzinfo=CHINA)
    monday = datetime(2026, 11, 23, 16, 59, tzinfo=CHINA)

    def place(actor: Principal, now: datetime, quantity: int):
        return create_order(
            node_id=shop.dealer,
            lines=[shop.line(shop.water, quantity)],
            actor=actor,
            now=now,
            submit=True,
        )

    with act_as("dealer") as dealer:
        with pytest.raises(LinesRefused) as refused, transaction.atomic():
            place(dealer, tuesday, 10)
        assert [row["code"] for row in refused.value.rows] == ["orders.minimum", "orders.calendar"]
        assert "2026-11-25" in refused.value.rows[1]["message"]
        with pytest.raises(LinesRefused), transaction.atomic():
            place(dealer, late_monday, 25)
        assert place(dealer, monday, 25).status == "submitted"
    with act_as("ops") as ops:
        assert place(ops, tuesday, 1).status == "submitted"


def test_the_batch_confirms_what_waits_and_counts_what_does_not(shop, act_as, client):
    with act_as("ops") as ops:
        ids = [
            create_order(
                node_id=shop.dealer,
                lines=[shop.line(shop.water, 1)],
                actor=ops,
                now=NOW,
                submit=True,
            ).order_id
            for _ in range(4)
        ]
        confirm_orders(ids[:1], actor=ops, now=NOW)
        run = enqueue(confirm_batch, ids=ids)
    drain()
    run.refresh_from_db()
    assert (run.total, run.done, run.failed) == (3, 3, 0)
    assert set(Order.objects.values_list("status", flat=True)) == {"confirmed"}
    answer = sign_in(client, shop, "ops").post(
        "/api/v1/orders/confirm", {}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["orders"]) == (202, 0)


def test_amending_and_shipping_a_part_on_the_pages(shop, act_as, client):
    with act_as("ops") as ops:
        placed = create_order(
            node_id=shop.dealer,
            lines=[shop.line(shop.tea, 5), shop.line(shop.water, 5)],
            actor=ops,
            now=NOW,
            confirm=True,
        )
        tea, water = lines_of(order_for(placed.order_id))
    browser = sign_in(client, shop, "ops")
    url = f"/orders/{placed.order_id}"
    short = browser.post(f"{url}/amend/", {f"quantity-{tea.pk}": "101"})
    assert short.status_code == 409
    assert "100" in short.content.decode()
    changed = {f"quantity-{tea.pk}": "6", f"quantity-{water.pk}": "5", "more": "water 1"}
    assert browser.post(f"{url}/amend/", changed).status_code == 302
    assert browser.get(f"{url}/reprice/").status_code == 200
    part = {f"quantity-{tea.pk}": "2", f"quantity-{water.pk}": ""}
    assert browser.post(f"{url}/ship-part/", part).status_code == 302
    order = Order.objects.get()
    assert (order.status, order.total, order.line_count) == ("shipping", 33, 3)
    swap = {"substitute": water.pk, "by": "tea 1"}
    assert browser.post(f"{url}/amend/", swap).status_code == 302
    for action in ("close_short",):
        assert browser.post(f"{url}/{action}/").status_code == 302
    order.refresh_from_db()
    assert (order.status, order.total) == ("shipped", 7)
    assert browser.get(f"{url}/").status_code == 200


def test_the_api_amends_substitutes_and_tells_price_changes(shop, act_as, client):
    with act_as("dealer") as dealer:
        placed = create_order(
            node_id=shop.dealer,
            lines=[shop.line(shop.tea, 5)],
            actor=dealer,
            now=NOW,
            submit=True,
        )
        [tea] = lines_of(order_for(placed.order_id))
    browser = sign_in(client, shop, "dealer")
    url = f"/api/v1/orders/{placed.order_id}"
    body = {"quantities": [{"line_id": tea.pk, "quantity": "4"}]}
    answer = browser.patch(f"{url}/lines", body, content_type="application/json")
    assert (answer.status_code, Decimal(answer.json()["total"])) == (200, 14)
    body = {"line_id": tea.pk, "by": {"sku": "water", "unit": "bottle", "quantity": "2"}}
    answer = browser.post(f"{url}/substitute", body, content_type="application/json")
    assert [line["replaces_id"] for line in answer.json()["lines"]] == [None, tea.pk]
    assert browser.get(f"{url}/price-changes").json() == []
    body = {"name": "x", "lines": [{"sku": "water", "unit": "bottle", "quantity": "2"}]}
    saved = browser.post("/api/v1/orders/templates", body, content_type="application/json")
    assert saved.status_code == 201
    assert [t["name"] for t in browser.get("/api/v1/orders/templates").json()] == ["x"]


@pytest.fixture
def chain(shop, tree, make_user):
    """Orders of 100 and more are approved by finance; the person who does."""
    step = {
        "key": "s1",
        "name": "财务",
        "name_en": "finance",
        "mode": "any",
        "roles": ["finance"],
        "users": [],
    }
    draft = ChainDraft(
        kind="orders.order", name="大额订单", amount_from=Decimal(100), steps=(step,)
    )
    save_chain(tree["HQ"], draft=draft, actor=system_principal("test"))
    return shop.people["finance"]


def decide(person: int, verdict: str) -> None:
    with scoped(person) as actor:
        request = Approval.objects.get(state="open")
        decide_approval(request, step="s1", verdict=verdict, reason="ok", actor=actor, now=NOW)


def place_water(shop, actor, quantity, **more):
    placed = create_order(
        node_id=shop.dealer,
        lines=[shop.line(shop.water, quantity)],
        actor=actor,
        now=NOW,
        **more,
    )
    return order_for(placed.order_id)


def test_a_large_order_is_confirmed_only_after_its_approval(shop, act_as, chain):
    with act_as("dealer") as dealer:
        small = place_water(shop, dealer, 10, submit=True)
        large = place_water(shop, dealer, 50, submit=True)
        assert (small.approval, large.approval) == ("", "pending")
    asked = Approval.objects.get()
    assert (asked.title, asked.title_en) == (f"订单 {large.number}", f"Order {large.number}")
    with act_as("ops") as ops:
        with pytest.raises(NeedsApproval):
            confirm_orders([small.pk, large.pk], actor=ops, now=NOW)
        with pytest.raises(NeedsApproval), transaction.atomic():
            create_order(
                node_id=shop.dealer,
                lines=[shop.line(shop.tea, 40)],
                actor=ops,
                now=NOW,
                confirm=True,
            )
    decide(chain, "approved")
    with act_as("ops") as ops:
        orders = confirm_orders([small.pk, large.pk], actor=ops, now=NOW)
        assert {order.status for order in orders} == {"confirmed"}


def test_a_refused_order_is_a_draft_again_and_holds_nothing(shop, act_as, chain):
    with act_as("dealer") as dealer:
        order = place_water(shop, dealer, 50, submit=True)
    decide(chain, "rejected")
    order = Order.objects.get(pk=order.pk)
    assert (order.status, order.approval) == ("draft", "")
    assert credit_of(shop.dealer).reserved == 0


def test_an_amended_order_asks_anew_and_a_cancelled_one_takes_the_request_back(shop, act_as, chain):
    with act_as("dealer") as dealer:
        order = place_water(shop, dealer, 10, submit=True)
        [line] = lines_of(order)
        order = amend_order(order, quantities={line.pk: Decimal(60)}, actor=dealer, now=NOW)
        assert order.approval == "pending"
        order = amend_order(order, quantities={line.pk: Decimal(70)}, actor=dealer, now=NOW)
        cancel_order(order, reason="", actor=dealer, now=NOW)
    assert sorted(Approval.objects.values_list("state", flat=True)) == ["withdrawn", "withdrawn"]


def test_samples_are_free_need_a_reason_and_their_own_right(shop, act_as):
    with act_as("dealer") as dealer, pytest.raises(NotAllowed):
        place_water(shop, dealer, 1, kind="sample", reason="展会")
    with act_as("ops") as ops:
        with pytest.raises(ReasonMissing):
            place_water(shop, ops, 1, kind="sample")
        order = place_water(shop, ops, 3, kind="sample", reason="展会", confirm=True)
        assert (order.total, order.reason, order.lines.get().amount) == (0, "展会", 0)
        assert ship_order(order, actor=ops, now=NOW).status == "shipped"
    assert available(shop.hq, [shop.water.pk]) == {shop.water.pk: 97}
    assert (credit_of(shop.dealer).used, balance_of(shop.dealer)) == (0, 0)
