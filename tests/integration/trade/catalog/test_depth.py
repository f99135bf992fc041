"""Attributes, life, pictures, material and the round trip of the catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.contract.hostile import FILES
from tests.integration.channel.world import SYSTEM, file_partners

from yunhe.platform.access.session import scoped
from yunhe.platform.intake.bring import bring_own
from yunhe.trade.catalog.errors import (
    AttributeRefused,
    IllegalMove,
    PictureRefused,
    SkuRefused,
)
from yunhe.trade.catalog.models import Attribute, Category, Product, Sku
from yunhe.trade.catalog.queries import (
    attributes_for,
    category_tree,
    exported_products,
    list_materials,
    search_skus,
)
from yunhe.trade.catalog.services import (
    MaterialDraft,
    PackRow,
    SkuRow,
    add_material,
    add_picture,
    announce_sku,
    ensure_catalog,
    move_sku,
    release_due,
    replace_sku,
    set_attributes,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DRINK, SODA = ("DRINK", "饮料", "Drinks"), ("SODA", "汽水", "Soda")


@pytest.fixture
def cola(tree):
    file_partners(tree)
    rows = [
        SkuRow(
            code=code,
            name=name,
            brand=("KO", "可口", "Ko"),
            category=(DRINK, SODA),
            product=("COLA", "可乐", "Cola"),
            gtin=gtin,
            base_unit="bottle",
            packs=(PackRow(unit="case", factor=12), PackRow(unit="pallet", factor=720)),
        )
        for code, name, gtin in [("C1", "可乐 500ml", "6901234567892"), ("C2", "可乐 2L", "")]
    ]
    ensure_catalog(rows, actor=SYSTEM)
    return Sku.objects.get(code="C1")


def picture(size=(400, 200), kind="PNG"):
    data = BytesIO()
    Image.new("RGB", size, "red").save(data, kind)
    return SimpleUploadedFile("cola.png", data.getvalue())


def test_initials_and_syllables_find_a_product(cola):
    for question in ("kl", "kele", "可乐", "6901234567892"):
        assert "C1" in [sku.code for sku in search_skus(question)], question
    assert not search_skus("xyz")


def test_the_tree_counts_what_is_below(cola, django_assert_num_queries):
    with django_assert_num_queries(2):
        nodes = category_tree()
    assert [(n.category.code, n.depth, n.total) for n in nodes] == [("DRINK", 0, 1), ("SODA", 1, 1)]


def test_attributes_are_inherited_typed_and_required(cola):
    Attribute.objects.create(
        code="sugar",
        name="糖",
        kind="number",
        category=Category.objects.get(code="DRINK"),
        required=True,
    )
    Attribute.objects.create(code="flavour", name="口味", kind="choice", options=["原味", "柠檬"])
    product = Product.objects.get(code="COLA")
    codes = [each.code for each in attributes_for(product.category_id, "product")]
    assert codes == ["flavour", "sugar"]
    set_attributes(product, {"sugar": "10.60", "flavour": "柠檬"}, actor=SYSTEM)
    assert Product.objects.get(code="COLA").attributes == {"sugar": "10.6", "flavour": "柠檬"}
    wrong = [({}, "sugar"), ({"sugar": "x"}, "sugar"), ({"sugar": 1, "flavour": "?"}, "flavour")]
    for values, field in [*wrong, ({"sugar": 1, "colour": "red"}, "colour")]:
        with pytest.raises(AttributeRefused) as refused:
            set_attributes(product, values, actor=SYSTEM)
        assert refused.value.field == field


def test_an_announced_product_goes_on_sale_on_its_day(cola):
    announce_sku(cola, on_sale_from=date(2026, 12, 1), actor=SYSTEM, now=NOW)
    assert release_due(now=NOW) == 0
    assert [release_due(now=NOW + timedelta(days=9)) for _run in range(2)] == [1, 0]
    assert Sku.objects.get(code="C1").status == "active"
    with pytest.raises(SkuRefused):
        announce_sku(cola, on_sale_from=date(2026, 11, 22), actor=SYSTEM, now=NOW)


def test_a_life_has_legal_moves_only(cola):
    with pytest.raises(IllegalMove):
        move_sku(cola, "discontinue", actor=SYSTEM)
    for action, status in [("phase_out", "phase_out"), ("discontinue", "discontinued")]:
        assert move_sku(cola, action, actor=SYSTEM).status == status
    with pytest.raises(IllegalMove):
        move_sku(cola, "unblock", actor=SYSTEM)


def test_replacements_never_run_in_a_circle(cola):
    other = Sku.objects.get(code="C2")
    replace_sku(cola, successor=other, actor=SYSTEM)
    with pytest.raises(SkuRefused):
        replace_sku(other, successor=Sku.objects.get(code="C1"), actor=SYSTEM)


def test_a_picture_has_a_small_one_that_dealers_see(cola, tree, make_user, client):
    made = add_picture(cola.product, picture(), actor=SYSTEM, now=NOW)
    client.force_login(make_user("dealer_owner", tree["D1"]))
    answer = client.get(made.thumbnail_url)
    small = Image.open(BytesIO(b"".join(answer.streaming_content)))
    assert (answer.status_code, small.size) == (200, (160, 80))
    assert client.get(made.get_absolute_url()).status_code == 200
    assert client.get(f"/files/{made.file_id}/").status_code == 404  # by its record alone


@pytest.mark.parametrize("name", ["torn.png", "huge.png"])
def test_what_only_begins_like_a_picture_or_unpacks_to_gigabytes_is_refused(cola, name):
    fake = SimpleUploadedFile(name, FILES[name])
    with pytest.raises(PictureRefused):
        add_picture(cola.product, fake, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_that_ends_too_early_is_refused(cola, kind):
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    data = BytesIO()
    noise.save(data, kind)
    whole = data.getvalue()
    for kept in (len(whole) // 2, 60, 30):
        torn = SimpleUploadedFile("t", whole[:kept])
        with pytest.raises(PictureRefused):
            add_picture(cola.product, torn, actor=SYSTEM, now=NOW)


def test_a_store_neither_lists_nor_opens_what_is_for_dealers(cola, tree, make_user, client):
    def material(title, levels):
        upload = SimpleUploadedFile(f"{title}.pdf", b"%PDF-1.7 " + title.encode())
        draft = MaterialDraft(title=title, levels=levels)
        return add_material(draft, upload, actor=SYSTEM, now=NOW)

    for_dealers, for_all = material("dealers", ["dealer"]), material("all", [])
    expected = {
        ("store", "S1"): {"all": 200, "dealers": 404},
        ("dealer_owner", "D1"): {"all": 200, "dealers": 200},
        ("sales_ops", "HQ"): {"all": 200, "dealers": 200},
    }
    for (role, place), answers in expected.items():
        user = make_user(role, tree[place])
        with scoped(user.pk):
            titles = set(list_materials(NOW.date()).values_list("title", flat=True))
        assert titles == {title for title, status in answers.items() if status == 200}
        client.force_login(user)
        for record in (for_dealers, for_all):
            wanted = answers[record.title]
            page = client.get(f"/portal/catalog/materials/{record.pk}/")
            api = client.get(f"/api/v1/catalog/materials/{record.pk}/content")
            assert (page.status_code, api.status_code) == (wanted, wanted), (role, record.title)
        listed = client.get("/api/v1/catalog/materials").json()["items"]
        assert {each["title"] for each in listed} == titles


@pytest.mark.django_db(transaction=True)
def test_the_export_comes_back_unchanged(cola, make_user, tree, client, tmp_path):
    client.force_login(make_user("data_steward", tree["HQ"]))
    answer = client.get("/catalog/export/?format=csv")
    file = tmp_path / "products.csv"
    file.write_bytes(b"".join(answer.streaming_content))
    before = exported_products()
    english = Product.objects.values_list("name_en", "brand__name_en", "category__name_en")
    assert list(english) == [("Cola", "Ko", "Soda")]
    Sku.objects.filter(code="C2").update(name="changed")
    bring_own(file, type_code="products")
    assert exported_products() == before
    assert list(english.all()) == [("Cola", "Ko", "Soda")]
    assert Category.objects.get(code="SODA").parent.code == "DRINK"
