"""From a confirmed order to the receipt with differences, and the claims that follow."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from yunhe.goods.shipping.carriers import Simulator, Told, register_carrier
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.errors import IllegalMove, LinesRefused, UnknownPackage
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.printing.labels import render_labels
from yunhe.goods.shipping.printing.note import render_note
from yunhe.goods.shipping.queries import claimed_of, lines_of, photos_of, shipment_for
from yunhe.goods.shipping.services import (
    Receipt,
    cancel_shipment,
    create_shipment,
    decide_claim,
    pack_shipment,
    poll_carriers,
    receive_shipment,
    record_tracking,
    ship_shipment,
)
from yunhe.money.ledger.models import Entry
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.connectors.models import ConnectorState
from yunhe.platform.errors import NotAllowed
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import create_order

from .conftest import ACTOR, Shop

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)


@pytest.fixture
def order(shop: Shop) -> Order:
    """30 tea at 3.50 and 12 water at 2."""
    placed = create_order(
        node_id=shop.dealer,
        lines=[shop.line(shop.tea, 30), shop.line(shop.water, 12)],
        submit=True,
        confirm=True,
        actor=ACTOR,
        now=timezone.now(),
    )
    return Order.objects.get(pk=placed.order_id)


def send(order: Order, packages: int = 3, **quantities) -> Shipment:
    now = timezone.now()
    shipment = create_shipment(order, actor=ACTOR, now=now, **quantities)
    shipment = pack_shipment(shipment, packages=packages, actor=ACTOR, now=now)
    return ship_shipment(shipment, carrier="simulator", actor=ACTOR, now=now)


def receive(shipment: Shipment, *, without: int = 0, **more) -> Shipment:
    codes = [package.sscc for package in shipment.packages.all()]
    receipt = Receipt(scanned=codes[: len(codes) - without], receiver="王", **more)
    return receive_shipment(shipment, receipt, actor=ACTOR, now=timezone.now())


def test_everything_arrives(order: Order) -> None:
    shipment = receive(send(order))
    order.refresh_from_db()
    assert (order.status, shipment.status) == ("received", ShipmentStatus.RECEIVED)
    assert Claim.objects.count() == 0


def test_a_missing_package_and_damaged_goods_are_claimed(shop: Shop, order: Order) -> None:
    shipment = send(order)
    tea = shipment.lines.order_by("line__row")[0]
    photo = SimpleUploadedFile("p.png", PNG, content_type="image/png")
    other = SimpleUploadedFile("q.png", PNG, content_type="image/png")
    # the third package holds 2 tea and 12 water; 4 tea of the others are broken
    shipment = receive(shipment, without=1, damaged={tea.pk: Decimal(4)}, photos=[photo, other])
    claims = {claim.kind: claim for claim in Claim.objects.all()}
    assert claims["short"].amount == Decimal("31.00")  # 2 x 3.50 + 12 x 2
    assert claims["damage"].amount == Decimal("14.00")  # 4 x 3.50
    assert claims["damage"].photo == shipment.proof is not None
    assert [file.name for file in photos_of(shipment)] == ["p.png", "q.png"]
    assert "× 4 " in claimed_of(claims["damage"])
    received = dict(order.lines.values_list("row", "received"))
    assert sorted(received.values()) == [0, 28]
    now = timezone.now()
    decide_claim(claims["short"], accept=True, answer="", actor=ACTOR, now=now)
    decide_claim(claims["damage"], accept=True, answer="", actor=ACTOR, now=now)
    credited = Entry.objects.filter(node_id=shop.dealer, kind="credit_note")
    assert sorted(abs(entry.amount) for entry in credited) == [Decimal(14), Decimal(31)]
    with pytest.raises(IllegalMove):
        decide_claim(claims["damage"], accept=True, answer="", actor=ACTOR, now=now)


def test_two_shipments_make_one_receipt_of_the_order(order: Order) -> None:
    tea = order.lines.get(quantity=30)
    first = send(order, quantities={tea.pk: Decimal(20)})
    order.refresh_from_db()
    assert order.status == "shipping"
    second = send(order)
    assert [line.quantity for line in second.lines.order_by("line__row")] == [10, 12]
    receive(first, without=1)
    order.refresh_from_db()
    assert order.status == "shipped"
    receive(second)
    order.refresh_from_db()
    tea.refresh_from_db()
    # 20 in three packages of 7, 7, 6: the last did not come
    assert (order.status, tea.received) == ("received", 24)


def test_what_another_shipment_carries_is_not_picked_again(order: Order) -> None:
    now = timezone.now()
    first = create_shipment(order, actor=ACTOR, now=now)
    with pytest.raises(LinesRefused):
        create_shipment(order, actor=ACTOR, now=now)
    cancel_shipment(first, actor=ACTOR, now=now)
    assert create_shipment(order, actor=ACTOR, now=now).lines.count() == 2


def test_a_strange_code_is_named(order: Order) -> None:
    shipment = send(order)
    receipt = Receipt(scanned=["069012340000000071"])
    with pytest.raises(UnknownPackage, match="069012340000000071"):
        receive_shipment(shipment, receipt, actor=ACTOR, now=timezone.now())


def test_other_dealers_see_nothing_and_dealers_do_not_ship(shop: Shop, order: Order) -> None:
    send(order)
    with scoped(shop.people["other"]):
        assert Shipment.objects.count() == 0
    with scoped(shop.people["dealer"]) as dealer:
        assert Shipment.objects.count() == 1
        with pytest.raises(NotAllowed):
            create_shipment(order, actor=dealer, now=timezone.now())


def test_tracking_is_taken_once_from_polls_and_calls(order: Order) -> None:
    shipment = send(order)
    later = shipment.shipped_at + timedelta(hours=11)
    assert poll_carriers(now=later) == 2
    assert poll_carriers(now=later) == 0
    told = Told(key="x1", at=later, text="customs")
    for expected in (1, 0):
        found = record_tracking("simulator", shipment.tracking, [told], actor=ACTOR)
        assert found == expected


def test_a_failing_carrier_is_left_alone(order: Order) -> None:
    class Broken(Simulator):
        calls = 0

        def events(self, tracking, *, shipped_at, now):
            Broken.calls += 1
            raise OSError("no line")

    shipment = send(order)
    register_carrier(Broken())
    try:
        for _poll in range(5):
            assert poll_carriers(now=shipment.shipped_at) == 0
        assert Broken.calls == 3
        assert poll_carriers(now=shipment.shipped_at + timedelta(minutes=11)) == 0
        assert Broken.calls == 4
    finally:
        register_carrier(Simulator())
    later = shipment.shipped_at + timedelta(hours=3)
    assert poll_carriers(now=later) == 1
    assert ConnectorState.objects.get().failures == 0


def test_labels_are_a_pdf_with_a_page_each(order: Order) -> None:
    shipment = shipment_for(send(order).pk)
    content = render_labels(shipment, list(shipment.packages.all()))
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 3


def test_every_label_s_bars_read_as_gs1_with_its_sscc(order: Order) -> None:
    """What is drawn, rasterised as a printer of 300 dpi would, and read by another library."""
    shipment = shipment_for(send(order).pk)
    packages = list(shipment.packages.all())
    document = pypdfium2.PdfDocument(render_labels(shipment, packages))
    read = []
    for page in document:
        [found] = zxingcpp.read_barcodes(page.render(scale=300 / 72, grayscale=True).to_pil())
        assert found.format == zxingcpp.BarcodeFormat.Code128
        # ]C1: a Code 128 that begins with FNC1, which makes it a GS1-128
        assert (found.symbology_identifier, found.content_type) == ("]C1", zxingcpp.ContentType.GS1)
        read.append((found.text, bytes(found.bytes)))
    assert read == [(f"(00){each.sscc}", f"00{each.sscc}".encode()) for each in packages]


def read_note(shipment: Shipment) -> str:
    """What a person reads on the delivery note, all pages."""
    content = render_note(shipment_for(shipment.pk), list(lines_of(shipment)))
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    return " ".join(" ".join(pages).split())


def test_the_delivery_note_says_what_goes_and_then_what_arrived(order: Order) -> None:
    shipment = send(order)
    before = read_note(shipment)
    for said in ("送货单", shipment.number, order.number, "30", "12", "发货人签字"):
        assert said in before
    assert "短缺" not in before
    drawn = io.BytesIO()
    Image.new("RGB", (200, 80), "white").save(drawn, "PNG")
    signature = SimpleUploadedFile("s.png", drawn.getvalue(), content_type="image/png")
    tea = shipment.lines.order_by("line__row")[0]
    shipment = receive(shipment, without=1, damaged={tea.pk: Decimal(4)}, signature=signature)
    after = read_note(shipment)
    for said in ("短缺 2, 破损 4", "28", "签收人: 王"):
        assert said in after
    assert "发货人签字" not in after


def test_a_signature_that_is_no_picture_is_left_out(order: Order) -> None:
    broken = SimpleUploadedFile("s.png", PNG, content_type="image/png")
    assert "签收人: 王" in read_note(receive(send(order), signature=broken))


def test_a_long_delivery_note_has_pages_with_headings(shop: Shop) -> None:
    placed = create_order(
        node_id=shop.dealer,
        lines=[shop.line(shop.tea, 1) for _each in range(90)],
        submit=True,
        confirm=True,
        actor=ACTOR,
        now=timezone.now(),
    )
    shipment = create_shipment(
        Order.objects.get(pk=placed.order_id), actor=ACTOR, now=timezone.now()
    )
    content = render_note(shipment_for(shipment.pk), list(lines_of(shipment)))
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 1
    assert ["序号" in page for page in pages[:2]] == [True, True]
    assert f"第 {len(pages)} 页" in pages[-1]


def test_the_pages_of_the_whole_way(shop: Shop, order: Order, client) -> None:
    client.force_login(User.objects.get(pk=shop.people["ops"]))
    assert client.get("/shipping/").status_code == 200
    assert client.get("/shipping/new/").status_code == 200
    assert client.post("/shipping/new/", {"order": order.number}).status_code == 302
    shipment = Shipment.objects.get()
    base = f"/shipping/{shipment.pk}/"
    assert client.get(base).status_code == 200
    assert client.post(f"{base}pack/", {"packages": 2}).status_code == 302
    assert client.get(f"{base}labels.pdf")["Content-Type"] == "application/pdf"
    assert client.post(f"{base}ship/", {"carrier": "own"}).status_code == 302
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    own = f"/portal/shipping/{shipment.pk}/"
    assert client.get("/portal/shipping/").status_code == 200
    assert client.get(own).status_code == 200
    assert client.get(f"{own}note.pdf")["Content-Type"] == "application/pdf"
    assert client.get(f"{own}labels.pdf").status_code == 403  # for whoever packs
    assert client.get(f"{own}receive/").status_code == 200
    first = shipment.packages.first().sscc
    done = client.post(f"{own}receive/", {"package": first, "receiver": "王"})
    assert done.status_code == 302
    assert client.get(own).status_code == 200
    client.force_login(User.objects.get(pk=shop.people["ops"]))
    assert client.get("/shipping/claims/").status_code == 200
    claim = Claim.objects.get()
    page = f"/shipping/claims/{claim.pk}/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"accept": "no", "answer": ""}).status_code == 422
    assert client.post(page, {"accept": "yes", "answer": ""}).status_code == 302


def test_the_search_finds_a_shipment_by_its_numbers_and_by_a_label_s_code(
    shop: Shop, order, client
):
    shipment = send(order)
    sscc = shipment.packages.first().sscc
    client.force_login(User.objects.get(pk=shop.people["ops"]))
    for text in (shipment.number, shipment.tracking, order.number, sscc, f"]C100{sscc}"):
        page = client.get("/search/", {"q": text}).content.decode()
        assert f'href="/shipping/{shipment.pk}/"' in page, text
    other = sscc[:-1] + str((int(sscc[-1]) + 1) % 10)
    assert "/shipping/1/" not in client.get("/search/", {"q": other}).content.decode()


def test_the_list_asks_as_much_for_three_as_for_one(shop: Shop, order: Order, client) -> None:
    client.force_login(User.objects.get(pk=shop.people["ops"]))
    asked = []
    tea = order.lines.get(quantity=30)
    for count in (1, 2):
        for _more in range(count):
            create_shipment(order, quantities={tea.pk: Decimal(5)}, actor=ACTOR, now=timezone.now())
        client.get("/shipping/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/shipping/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_package_with_too_little_in_it_gives_a_short_claim(order: Order) -> None:
    shipment = send(order)
    tea, water = shipment.lines.order_by("line__row")
    receive(shipment, arrived={water.pk: Decimal(11)}, damaged={water.pk: Decimal(1)})
    claims = {claim.kind: claim for claim in Claim.objects.all()}
    assert claims["short"].quantities == {str(water.pk): "1.000"}
    assert claims["damage"].amount == 2
    water.refresh_from_db()
    tea.refresh_from_db()
    assert (water.received, water.missing, water.damaged, tea.missing) == (11, 1, 1, 0)


@pytest.mark.parametrize("wrong", [{"arrived": 13}, {"arrived": 11, "damaged": 12}])
def test_more_than_was_there_is_refused_by_row(order: Order, wrong) -> None:
    shipment = send(order)
    water = shipment.lines.order_by("line__row")[1]
    told = {name: {water.pk: Decimal(quantity)} for name, quantity in wrong.items()}
    with pytest.raises(LinesRefused) as caught:
        receive(shipment, **told)
    assert [row["line"] for row in caught.value.rows] == [water.pk]


@pytest.fixture
def as_dealer(client, shop: Shop):
    from yunhe.platform.accounts.models import User

    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    return client


def test_the_api_takes_quantities_photos_and_a_signature(as_dealer, order: Order) -> None:
    shipment = send(order)
    tea = shipment.lines.order_by("line__row")[0]
    url = f"/api/v1/shipping/{shipment.pk}/receipt"
    body = {"scanned": [p.sscc for p in shipment.packages.all()], "receiver": "王"}
    stranger = {**body, "damaged": {"999999": "1"}}
    refused = as_dealer.post(url, stranger, content_type="application/json")
    assert refused.status_code == 422
    assert [row["line"] for row in refused.json()["errors"]] == [999999]
    typo = as_dealer.post(url, {**body, "broken": {}}, content_type="application/json")
    assert typo.status_code == 422
    picture = SimpleUploadedFile("p.png", PNG, content_type="image/png")
    text = SimpleUploadedFile("p.csv", b"a,b\n1,2\n", content_type="text/csv")
    sent = [
        as_dealer.post("/api/v1/files/", {"file": each, "node_id": shipment.node_id})
        for each in (picture, text)
    ]
    photo, other = (answer.json()["id"] for answer in sent)
    no_picture = {**body, "photo_files": [other]}
    assert as_dealer.post(url, no_picture, content_type="application/json").status_code == 422
    told = {"arrived": {str(tea.pk): "29"}, "photo_files": [photo], "signature_file": photo}
    answer = as_dealer.post(url, {**body, **told}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    shipment.refresh_from_db()
    assert (shipment.proof_id, shipment.signature_id) == (photo, photo)
    assert [claim.kind for claim in Claim.objects.all()] == ["short"]


def test_the_api_gives_the_labels_and_takes_a_shipment_back(shop: Shop, order, client) -> None:
    client.force_login(User.objects.get(pk=shop.people["ops"]))
    made = client.post("/api/v1/shipping/", {"order_id": order.pk}, content_type="application/json")
    url = f"/api/v1/shipping/{made.json()['id']}"
    assert client.post(f"{url}/pack", {"packages": 2}, content_type="application/json").json()
    labels = client.get(f"{url}/labels")
    assert (labels["Content-Type"], labels.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.post(f"{url}/cancellation").json()["status"] == "cancelled"
    assert client.post(f"{url}/cancellation").status_code == 409
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    assert client.post(f"{url}/cancellation").status_code == 403
    assert client.get(f"{url}/labels").status_code == 403
    assert client.get(f"{url}/note").content[:5] == b"%PDF-"


def test_the_page_takes_what_arrived(as_dealer, order: Order) -> None:
    shipment = send(order)
    water = shipment.lines.order_by("line__row")[1]
    codes = [package.sscc for package in shipment.packages.all()]
    form = {"package": codes, "receiver": "王", f"arrived_{water.pk}": "0"}
    assert as_dealer.post(f"/portal/shipping/{shipment.pk}/receive/", form).status_code == 302
    water.refresh_from_db()
    assert water.missing == 12
