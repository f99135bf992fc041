"""Rules out of the library: adopted once, refusing with their own names."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override
from tests.integration.channel.world import SYSTEM, file_partners

from yunhe.channel.network.models import Licence, Partner
from yunhe.platform.access.session import scoped, set_role
from yunhe.platform.errors import NotAllowed
from yunhe.trade.catalog.models import Attribute, Category, Product
from yunhe.trade.catalog.services import SkuRow, ensure_catalog, set_attributes
from yunhe.trade.compliance.errors import RuleRefused
from yunhe.trade.compliance.library import GOODS, STANDARDS
from yunhe.trade.compliance.models import Rule
from yunhe.trade.compliance.queries import refusals_for
from yunhe.trade.compliance.services import adopt_standards
from yunhe.trade.compliance.tables import goods_text

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
SHANGHAI, GUANGDONG = "310000", "440000"


def row(code: str, category: str) -> SkuRow:
    return SkuRow(
        code=code,
        name=f"商品{code}",
        brand=("B", "澜禾", "Lanhe"),
        category=((category, category, category),),
        product=(f"P-{code}", f"产品{code}", ""),
    )


@pytest.fixture
def world(tree):
    file_partners(tree)
    Partner.objects.filter(node=tree["D1"]).update(province=SHANGHAI)
    Partner.objects.filter(node=tree["D2"]).update(province=GUANGDONG)
    wanted = [row("WINE", "DRINK"), row("SYRINGE", "HEALTH"), row("BLEACH", "CLEAN")]
    return tree | {"skus": ensure_catalog(wanted, actor=SYSTEM)}


def classify(**classes: str) -> None:
    for code, goods in classes.items():
        product = Product.objects.get(code=f"P-{code}")
        set_attributes(product, {"goods_class": goods}, actor=SYSTEM)


def refused(world, node: str, code: str) -> str:
    sku = world["skus"][code]
    found = refusals_for(world[node].pk, [sku], DAY)
    return found[sku].rule if found else ""


def adopt(*codes: str, **more):
    return adopt_standards(codes, starts_on=date(2026, 1, 1), actor=SYSTEM, **more)


def test_the_library_covers_what_was_asked_and_names_its_sources():
    assert {str(each.field) for each in STANDARDS} >= {"food", "alcohol", "medical", "hazardous"}
    assert all("《" in each.source or each.local for each in STANDARDS)
    assert all(each.goods in GOODS for each in STANDARDS)
    assert len({each.code for each in STANDARDS}) == len(STANDARDS)
    assert all((each.licence is None) != (each.registration is None) for each in STANDARDS)


def test_class_three_devices_alcohol_and_chemicals_ask_for_their_own_licence(world):
    adopt("CN-MED-3", "CN-ALC-1", "CN-HAZ-1")
    assert refused(world, "D1", "SYRINGE") == ""  # nothing is classified yet
    classify(SYRINGE="第三类医疗器械", WINE="酒类", BLEACH="危险化学品")
    assert refused(world, "D1", "SYRINGE") == "CN-MED-3"
    assert refused(world, "D1", "WINE") == "CN-ALC-1"
    assert refused(world, "D1", "BLEACH") == "CN-HAZ-1"
    Licence.objects.create(node=world["D1"], kind="medical_3", number="械3")
    assert refused(world, "D1", "SYRINGE") == ""
    assert refused(world, "D2", "SYRINGE") == "CN-MED-3"


def test_an_entry_may_hold_for_a_category_of_the_house(world):
    drinks = Category.objects.get(code="DRINK")
    adopt("CN-ALC-1", category_id=drinks.pk)
    assert refused(world, "D1", "WINE") == "CN-ALC-1"
    assert not Attribute.objects.filter(code="goods_class").exists()


def test_a_local_rule_needs_provinces_and_holds_only_there(world):
    with pytest.raises(RuleRefused):
        adopt("CN-ALC-2")
    adopt("CN-ALC-2", provinces=[SHANGHAI])
    classify(WINE="酒类")
    assert refused(world, "D1", "WINE") == "CN-ALC-2"
    assert refused(world, "D2", "WINE") == ""


def test_adopting_twice_changes_nothing(world):
    adopt("CN-MED-2")
    Rule.objects.filter(code="CN-MED-2").update(name="自己的说法")
    again = adopt("CN-MED-2", "CN-MED-3")
    assert ([rule.code for rule in again.rules], again.known) == (["CN-MED-3"], ["CN-MED-2"])
    assert Rule.objects.get(code="CN-MED-2").name == "自己的说法"


def test_options_that_the_house_has_already_are_kept(world):
    Attribute.objects.create(
        code="goods_class", name="监管类别", kind="choice", options=["酒类", "自有类别"]
    )
    adopt("CN-MED-3")
    options = Attribute.objects.get(code="goods_class").options
    assert options[:2] == ["酒类", "自有类别"]
    assert set(options) == {*GOODS, "自有类别"}


def test_regulated_classes_are_read_in_english_too(world):
    Attribute.objects.create(
        code="goods_class", name="监管类别", kind="choice", options=["自有类别", "酒类"],
        options_en=["", "Wine and spirits"],
    )  # fmt: skip
    adopt("CN-MED-3", "CN-ALC-1")
    attribute = Attribute.objects.get(code="goods_class")
    rules = {rule.code: rule for rule in Rule.objects.select_related("attribute", "category")}
    with override("en"):
        assert attribute.value_label("第三类医疗器械") == "Class III medical device"
        assert attribute.option_labels["自有类别"] == "自有类别"
        assert goods_text(rules["CN-MED-3"]).endswith("= Class III medical device")
        assert goods_text(rules["CN-ALC-1"]).endswith("= Wine and spirits"), "a given name stays"
    with override("zh-hans"):
        assert goods_text(rules["CN-MED-3"]).endswith("= 第三类医疗器械")


def test_unknown_entries_and_people_without_the_right_are_refused(world, make_user):
    with pytest.raises(RuleRefused):
        adopt("CN-NOTHING")
    with pytest.raises(RuleRefused):
        adopt()
    dealer = make_user("dealer_owner", world["D1"])
    with scoped(dealer.pk) as principal, pytest.raises(NotAllowed):
        adopt_standards(["CN-MED-3"], starts_on=DAY, actor=principal)


def test_the_page_adopts_and_marks_what_is_adopted(world, make_user, client):
    client.force_login(make_user("policy_manager", world["HQ"]))
    url = reverse("compliance:library")
    nothing = client.post(url, {"starts_on": "2026-01-01"})
    set_role("none")
    assert nothing.status_code == 422
    answer = client.post(url, {"codes": ["CN-MED-3"], "starts_on": "2026-01-01"})
    set_role("none")
    assert answer.status_code == 302
    assert Rule.objects.filter(code="CN-MED-3", licence_kind="medical_3").exists()
    assert "已采用" in client.get(url).content.decode()
