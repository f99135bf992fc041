"""Products and stores come as files too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yunhe.channel.network.models import Partner
from yunhe.platform.access.principal import system_principal
from yunhe.platform.errors import DomainError
from yunhe.platform.intake.bring import bring_file, bring_own
from yunhe.platform.intake.models import Import
from yunhe.trade.catalog.models import Sku

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ACTOR = system_principal("test")


def bring(tmp_path, text, code, **options):
    file = tmp_path / f"{code}.csv"
    file.write_text(text, encoding="utf-8")
    return bring_file(file, type_code=code, actor=ACTOR, now=NOW, **options)


def test_products_with_brand_category_case_and_barcode(tree, own_storage, tmp_path):
    """036000291452 is the textbook UPC-A; spreadsheets lose its leading zero."""
    text = (
        "商品编码,商品名称,品牌,品类,条码,箱规\nA1,苏打水,清泉,饮料,36000291452,24\n"
        "A2,矿泉水,清泉,饮料,123,\n,无编码,清泉,饮料,,\n"
    )
    report = bring(tmp_path, text, "products")
    assert (report.accepted, report.quarantined) == (2, 1)
    assert report.reasons[0]["reason"] == "missing"
    first, second = Sku.objects.order_by("code")
    assert (first.name, first.gtin, second.gtin) == ("苏打水", "036000291452", "")
    assert (first.product.brand.name, first.product.category.name) == ("清泉", "饮料")
    assert [(pack.unit, pack.factor) for pack in first.packs.all()] == [("case", 24)]


def test_the_products_again_with_another_name_are_changed_not_doubled(tree, own_storage, tmp_path):
    bring(tmp_path, "code,description\nA1,old\n", "products")
    bring(tmp_path, "code,description\nA1,new\n", "products")
    assert list(Sku.objects.values_list("code", "name")) == [("A1", "new")]


def test_stores_below_their_dealers_even_when_these_are_in_the_same_file(
    tree, own_storage, tmp_path
):
    text = (
        "门店编码,门店名称,上级编码,级别\nT2,二店,T1,门店\nT1,新经销商,R1,经销商\nT3,三店,,门店\n"
    )
    report = bring(tmp_path, text, "stores")
    assert (report.accepted, report.quarantined) == (2, 1)
    assert report.released == {"stores.csv": 1}
    found = Partner.objects.filter(node__code__in=["T1", "T2"]).order_by("node__code")
    assert list(found.values_list("node__code", "level", "node__parent__code")) == [
        ("T1", "dealer", "R1"),
        ("T2", "store", "T1"),
    ]


def test_only_headquarters_sends_partner_files(tree, own_storage, tmp_path):
    with pytest.raises(DomainError):
        bring(tmp_path, "code,name\nX,x\n", "stores", node_id=tree["R1"].pk)
    assert Import.objects.get().state == "registered"


def test_bring_own_runs_under_the_systems_rights_for_headquarters(tree, own_storage, tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("code,description\nA1,water\n")
    report = bring_own(file, type_code="products")
    assert (report.accepted, Import.objects.get().node_id) == (1, tree["HQ"].pk)
