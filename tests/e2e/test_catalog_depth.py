"""Category tree, material, rules and registrations on both screens, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.e2e.conftest import DESK, PHONE
from tests.integration.channel.world import SYSTEM, file_partners

from yunhe.trade.catalog.models import Attribute, Category, Sku
from yunhe.trade.catalog.services import (
    MaterialDraft,
    SkuRow,
    add_material,
    add_picture,
    ensure_catalog,
)
from yunhe.trade.compliance.services import (
    RegistrationDraft,
    RuleDraft,
    save_registration,
    save_rule,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
CONSOLE = {
    "tree": "/catalog/categories/",
    "attributes": "/catalog/attributes/",
    "materials": "/catalog/materials/",
    "material-new": "/catalog/materials/new/",
    "rules": "/compliance/",
    "rule-new": "/compliance/new/",
    "registrations": "/compliance/registrations/",
    "targets": "/metrics/targets/",
}
PORTAL = {
    "materials": "/portal/catalog/materials/",
    "qualifications": "/portal/compliance/",
}


@pytest.fixture
def world(tree, make_user):
    file_partners(tree)
    row = SkuRow(
        code="WINE-1",
        name="黄酒",
        name_en="Rice wine",
        brand=("B", "澜禾", "Lanhe"),
        category=(("DRINK", "饮料", "Drinks"), ("ALC", "酒类", "Alcohol")),
        product=("WINE", "黄酒", "Rice wine"),
    )
    ensure_catalog([row], actor=SYSTEM)
    sku = Sku.objects.get()
    picture = BytesIO()
    Image.new("RGB", (300, 300), "darkred").save(picture, "PNG")
    photo = SimpleUploadedFile("wine.png", picture.getvalue())
    add_picture(sku.product, photo, actor=SYSTEM, now=NOW)
    poster = SimpleUploadedFile("poster.pdf", b"%PDF-1.7 poster")
    draft = MaterialDraft(title="海报", title_en="Poster")
    add_material(draft, poster, actor=SYSTEM, now=NOW)
    Attribute.objects.create(code="abv", name="酒精度", name_en="Alcohol by volume")
    rule = RuleDraft(
        code="ALC-1",
        name="酒类流通须备案",
        name_en="Alcohol needs a filing",
        field="abv",
        category_id=Category.objects.get(code="ALC").pk,
        licence_kind="alcohol",
        starts_on=date(2026, 1, 1),
    )
    save_rule(rule, actor=SYSTEM)
    registration = RegistrationDraft(
        product=sku.product, kind="import", number="IM-1", expires_on=date(2026, 12, 1)
    )
    save_registration(registration, actor=SYSTEM, now=NOW)
    make_user("sales_ops", tree["HQ"], "ops")
    make_user("dealer_owner", tree["D1"], "dealer")
    return sku


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_console(visit, world, width, language):
    window = visit(width=width, language=language)
    window.sign_in("ops", "correct-horse-42")
    for name, address in {**CONSOLE, "sku": f"/catalog/{world.pk}/"}.items():
        window.open(address)
        window.check(f"depth-{name}")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_portal(visit, world, width, language):
    window = visit(width=width, language=language)
    window.sign_in("dealer", "correct-horse-42")
    for name, address in {**PORTAL, "sku": f"/portal/catalog/{world.pk}/"}.items():
        window.open(address)
        window.check(f"depth-portal-{name}")


def test_a_category_is_dragged_and_goes_back_when_it_is_refused(visit, world):
    drink, alcohol = (Category.objects.get(code=code) for code in ("DRINK", "ALC"))
    food = Category.objects.create(code="FOOD", name="食品", name_en="Food")
    window = visit(width=DESK, language="en")
    window.sign_in("ops", "correct-horse-42")
    page = window.open("/catalog/categories/")

    def drag(moved: Category, onto: Category) -> None:
        with page.expect_response("**/move/"):
            page.locator(f"[data-category='{moved.pk}']").drag_to(
                page.locator(f"[data-category='{onto.pk}']")
            )
        page.wait_for_timeout(300)

    def shown() -> list[tuple[str | None, str | None]]:
        rows = page.locator(".y-tree-row").all()
        return [
            (row.get_attribute("data-category"), row.get_attribute("data-depth")) for row in rows
        ]

    drag(alcohol, food)
    moved = [(str(drink.pk), "0"), (str(food.pk), "0"), (str(alcohol.pk), "1")]
    assert shown() == moved
    assert page.get_by_text("“Alcohol” is below “Food” now.").is_visible()
    drag(food, alcohol)
    assert shown() == moved
    assert page.get_by_text("“Alcohol” stands below “Food”, so it cannot be above it.").is_visible()
    alcohol.refresh_from_db()
    assert (alcohol.parent_id, Category.objects.get(code="FOOD").parent_id) == (food.pk, None)
