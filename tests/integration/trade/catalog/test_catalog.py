"""Filing and finding products."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.trade.catalog.errors import GtinRefused, SkuRefused
from yunhe.trade.catalog.models import Category, PackUnit, Sku
from yunhe.trade.catalog.queries import ids_by_gtin, search_skus, sku_for, unit_factors
from yunhe.trade.catalog.services import (
    PackRow,
    SkuDraft,
    SkuRow,
    change_sku,
    create_sku,
    ensure_catalog,
    set_pack,
)

pytestmark = pytest.mark.django_db
SYSTEM = system_principal("test")


def row(code: str, name: str, **more) -> SkuRow:
    plain = {
        "brand": ("B1", "运河", "Yunhe"),
        "category": (("FOOD", "食品", "Food"), ("DRINK", "饮料", "Drinks")),
        "product": (f"P-{code}", name, ""),
        "base_unit": "bottle",
        "packs": (PackRow(unit="case", factor=24),),
    }
    return SkuRow(code=code, name=name, **{**plain, **more})


@pytest.mark.parametrize("count", [1, 40])
def test_a_catalogue_comes_in_with_seven_statements(db, count):
    rows = [row(f"K{at:03}", f"可口可乐{at}号") for at in range(count)]
    with CaptureQueriesContext(connection) as queries:
        ids = ensure_catalog(rows, actor=SYSTEM)
    assert len(queries) == 7
    assert len(ids) == count
    assert Category.objects.get(code="DRINK").parent.code == "FOOD"
    assert unit_factors([ids["K000"], 0]) == {
        ids["K000"]: {"bottle": Decimal(1), "case": Decimal(24)}
    }
    assert ensure_catalog(rows, actor=SYSTEM) == ids
    assert (Sku.objects.count(), PackUnit.objects.count()) == (count, count)


def test_a_pack_size_is_read_in_the_readers_language(db):
    ensure_catalog(
        [row("A", "甲", size="3.79升", size_en="3.79 L"), row("B", "乙", size="2升")], actor=SYSTEM
    )
    sizes = {sku.code: sku for sku in Sku.objects.all()}
    with override("en"):
        assert [sizes[code].size_label for code in "AB"] == ["3.79 L", "2升"]
    with override("zh-hans"):
        assert sizes["A"].size_label == "3.79升"


def test_bad_rows_are_named_and_nothing_is_written(db):
    rows = [
        row("A", "甲", gtin="6291041500213"),
        row("B", "乙", gtin="6291041500214"),
        row("C", "丙", packs=(PackRow(unit="case", factor=1),)),
        row("D", "丁", base_unit="case"),
        row("E", "戊", base_unit="barrel"),
    ]
    with pytest.raises(SkuRefused) as refused:
        ensure_catalog(rows, actor=SYSTEM)
    assert [fault["row"] for fault in refused.value.rows] == [2, 3, 4, 5]
    assert Sku.objects.count() == 0


def test_search_finds_by_every_spelling(db):
    ensure_catalog(
        [
            row("K1", "可口可乐", name_en="Coca-Cola", gtin="6291041500213"),
            row("K2", "可可粉", name_en="Cocoa"),
            row("X9", "矿泉水", packs=(PackRow(unit="case", factor=12, gtin="10614141000415"),)),
        ],
        actor=SYSTEM,
    )

    def found(question):
        return [sku.code for sku in search_skus(question)]

    assert found("可口") == ["K1"]
    assert found("kkkl") == ["K1"]
    assert found("kekou") == ["K1"]
    assert found("COCA") == ["K1"]
    assert found("x9") == ["X9"]
    assert found("62910415") == ["K1"]
    assert sorted(found("可")) == ["K1", "K2"]
    assert found("可 粉") == ["K2"]
    assert found("没有") == []
    # mixed spellings, a slip of the finger, a homophone
    assert found("可口kl") == ["K1"]
    assert found("kekoukl") == ["K1"]
    assert found("kekokele") == ["K1"]
    assert found("可口可了") == ["K1"]
    assert found("kuangqvanshui") == ["X9"]
    # a number with a slip is another number; short words forgive nothing
    assert found("6291041500214") == []
    assert found("kx") == []
    assert sku_for("10614141000415").code == "X9"
    assert set(ids_by_gtin(["10614141000415", "6291041500213", ""])) == {
        "10614141000415",
        "6291041500213",
    }
    with pytest.raises(NotFound):
        sku_for("")


def test_one_sku_at_a_time(db):
    ensure_catalog([row("K1", "可口可乐", packs=())], actor=SYSTEM)
    product = Sku.objects.get().product
    sku = create_sku(
        product, code="K2", draft=SkuDraft(name="小瓶", base_unit="bottle"), actor=SYSTEM
    )
    set_pack(sku, unit="case", factor=Decimal(24), actor=SYSTEM)
    set_pack(sku, unit="case", factor=Decimal(12), actor=SYSTEM)
    assert unit_factors([sku.pk])[sku.pk]["case"] == 12
    with pytest.raises(GtinRefused):
        change_sku(sku, draft=SkuDraft(name="x", gtin="123", base_unit="bottle"), actor=SYSTEM)
    with pytest.raises(SkuRefused, match=r"."):
        change_sku(sku, draft=SkuDraft(name="x", base_unit="can"), actor=SYSTEM)
    with pytest.raises(SkuRefused):
        set_pack(sku, unit="bottle", factor=Decimal(2), actor=SYSTEM)
    with pytest.raises(SkuRefused):
        create_sku(product, code="K1", draft=SkuDraft(name="x"), actor=SYSTEM)


def test_dealers_read_and_do_not_write(tree, make_user):
    ensure_catalog([row("K1", "可口可乐")], actor=SYSTEM)
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk) as actor:
        assert Sku.objects.count() == 1
        with pytest.raises(NotAllowed):
            ensure_catalog([row("K2", "x")], actor=actor)
