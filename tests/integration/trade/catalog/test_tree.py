"""The category tree: moved by hand, never into a circle, with the products that hang on it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped, set_role
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.trade.catalog.errors import CategoryRefused
from yunhe.trade.catalog.models import Attribute, Brand, Category, Product
from yunhe.trade.catalog.queries import attributes_for, category_tree
from yunhe.trade.catalog.services import move_category, save_category

pytestmark = pytest.mark.django_db
ACTOR = system_principal("test")
SHAPE = [("DRINK", 0, 1), ("SODA", 1, 1), ("COLA", 2, 1), ("FOOD", 0, 0)]


@pytest.fixture
def categories():
    """DRINK above SODA above COLA (with one product), and FOOD beside DRINK."""
    made: dict[str, Category] = {}
    for code, name, above in (
        ("DRINK", "饮料", None),
        ("SODA", "汽水", "DRINK"),
        ("COLA", "可乐", "SODA"),
        ("FOOD", "食品", None),
    ):
        parent = made[above] if above else None
        made[code] = Category.objects.create(code=code, name=name, name_en=code, parent=parent)
    brand = Brand.objects.create(code="B", name="牌")
    Product.objects.create(code="P", name="品", brand=brand, category=made["COLA"])
    return made


@pytest.fixture
def browser(tree, make_user):
    """`browser("sales_ops")`: a signed-in browser in English, or in another language."""

    def open_for(role: str, language: str = "en") -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(make_user(role, tree["HQ"]))
        return client

    return open_for


def shape() -> list[tuple[str, int, int]]:
    set_role("none")
    return [(node.category.code, node.depth, node.total) for node in category_tree()]


def drop(client: Client, category: Category, parent: Category | None, **headers: str):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    url = reverse("catalog:category_move", args=[category.pk])
    return client.post(url, {"parent": parent.pk if parent else ""}, headers=headers)


def test_a_category_moves_with_what_is_below_it_and_inherits_anew(categories):
    Attribute.objects.create(
        category=categories["FOOD"], of="product", code="class", name="级", kind="text"
    )
    move_category(categories["SODA"].pk, parent_id=categories["FOOD"].pk, actor=ACTOR)
    assert shape() == [("DRINK", 0, 0), ("FOOD", 0, 1), ("SODA", 1, 1), ("COLA", 2, 1)]
    inherited = attributes_for(categories["COLA"].pk, "product")
    assert [each.code for each in inherited] == ["class"]
    move_category(categories["COLA"].pk, parent_id=None, actor=ACTOR)
    assert shape() == [("COLA", 0, 1), ("DRINK", 0, 0), ("FOOD", 0, 0), ("SODA", 1, 0)]


def test_no_circle_whether_moved_or_written_by_the_form(categories):
    drink = categories["DRINK"]
    for below in ("DRINK", "SODA", "COLA"):
        with pytest.raises(CategoryRefused) as caught:
            move_category(drink.pk, parent_id=categories[below].pk, actor=ACTOR)
        assert caught.value.field == "parent"
        drink.parent_id = categories[below].pk
        with pytest.raises(CategoryRefused):
            save_category(drink, actor=ACTOR)
    assert shape() == SHAPE


def test_who_may_not_and_what_is_not_there(categories, tree, make_user):
    with scoped(make_user("finance", tree["HQ"]).pk) as finance, pytest.raises(NotAllowed):
        move_category(categories["SODA"].pk, parent_id=None, actor=finance)
    for category_id, parent_id in ((10**9, None), (categories["SODA"].pk, 10**9)):
        with pytest.raises(NotFound):
            move_category(category_id, parent_id=parent_id, actor=ACTOR)
    assert shape() == SHAPE


def test_a_drop_answers_with_the_tree(browser, categories):
    answer = drop(
        browser("data_steward"), categories["SODA"], categories["FOOD"], **{"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "“SODA” is below “FOOD” now." in page
    assert ("<html" in page, page.count("data-move=")) == (False, 4)
    assert shape() == [("DRINK", 0, 0), ("FOOD", 0, 1), ("SODA", 1, 1), ("COLA", 2, 1)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“COLA” stands below “DRINK”, so it cannot be above it."),
        ("zh-hans", "“可乐”位于“饮料”之下，不能成为它的上级。"),
    ],
)
def test_a_circle_is_refused_as_a_toast_in_the_readers_language(
    browser, categories, language, said
):
    client = browser("data_steward", language)
    answer = drop(client, categories["DRINK"], categories["COLA"], **{"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Reswap"]) == (422, "none")
    assert said in answer.content.decode()
    assert shape() == SHAPE


def test_without_javascript_the_form_moves_and_refuses_beside_the_field(browser, categories):
    client, food = browser("data_steward"), categories["FOOD"]
    assert drop(client, food, categories["DRINK"]).url == reverse("catalog:tree")
    told = {"code": "DRINK", "name": "饮料", "name_en": "DRINK", "parent": categories["COLA"].pk}
    set_role("none")
    change = reverse("catalog:category_change", args=[categories["DRINK"].pk])
    refused = client.post(change, told)
    assert refused.status_code == 422
    assert "“COLA” stands below “DRINK”" in refused.content.decode()
    set_role("none")
    client.post(change, told | {"parent": "", "name_en": "Drinks"})
    assert shape()[0] == ("DRINK", 0, 1)
    assert Category.objects.get(code="DRINK").name_en == "Drinks"


def test_readers_see_the_tree_without_handles_and_move_nothing(browser, categories):
    client = browser("finance")
    set_role("none")
    page = client.get(reverse("catalog:tree")).content.decode()
    assert ("饮料" in page or "DRINK" in page, "data-move" in page) == (True, False)
    assert drop(client, categories["SODA"], None).status_code == 403
    assert shape() == SHAPE


def test_an_unreadable_place_is_not_there(browser, categories):
    client = browser("data_steward")
    set_role("none")
    url = reverse("catalog:category_move", args=[categories["SODA"].pk])
    assert client.post(url, {"parent": "up"}).status_code == 404
    assert shape() == SHAPE


def test_the_tree_is_rearranged_over_the_api(categories, browser):
    client = browser("sales_ops")

    def put(code: str, parent: str):
        set_role("none")
        return client.put(
            f"/api/v1/catalog/categories/{code}/parent",
            {"parent": parent},
            content_type="application/json",
        )

    moved = put("SODA", "FOOD")
    assert moved.status_code == 200
    assert [(row["code"], row["depth"]) for row in moved.json()] == [
        ("DRINK", 0),
        ("FOOD", 0),
        ("SODA", 1),
        ("COLA", 2),
    ]
    circle = put("SODA", "COLA")
    assert (circle.status_code, circle.json()["code"]) == (422, "catalog.category")
    assert put("SODA", "NONE").status_code == put("NONE", "").status_code == 404
    assert shape()[2][0] == "SODA"
    set_role("none")
    assert [b["code"] for b in client.get("/api/v1/catalog/brands").json()] == ["B"]
    set_role("none")
    assert (
        browser("finance")
        .put(
            "/api/v1/catalog/categories/SODA/parent",
            {"parent": ""},
            content_type="application/json",
        )
        .status_code
        == 403
    )


def test_options_of_an_attribute_are_named_in_both_languages(browser, categories):
    client = browser("sales_ops")
    form = {
        "of": "product",
        "code": "class",
        "name": "类别",
        "name_en": "Class",
        "kind": "choice",
        "options_text": "酒类 | Alcohol\n自有类别\n\n酒类 | Wine",
    }
    set_role("none")
    answer = client.post(reverse("catalog:attribute_create"), form)
    assert answer.status_code == 302, answer.content.decode()
    set_role("none")
    attribute = Attribute.objects.get(code="class")
    assert attribute.option_names == [("酒类", "Alcohol"), ("自有类别", "")]
    address = reverse("catalog:attribute_change", args=[attribute.pk])
    assert "酒类 | Alcohol\n自有类别</textarea>" in client.get(address).content.decode()
    set_role("none")
    assert "Alcohol, 自有类别" in client.get(reverse("catalog:attributes")).content.decode()
    set_role("none")
    too_long = form | {"code": "long", "options_text": f"x | {'y' * 61}"}
    assert client.post(reverse("catalog:attribute_create"), too_long).status_code == 422
