from __future__ import annotations

import pytest

from yunhe.demo.network import Network
from yunhe.demo.places import PROVINCES, REGIONS, SEATS
from yunhe.demo.products import case_size, compute_gtin13, compute_gtin14
from yunhe.demo.source import CATEGORIES, Source, normalise_pack
from yunhe.demo.story import Story
from yunhe.demo.words import CATEGORIES as NAMED_CATEGORIES
from yunhe.demo.words import PRODUCT_TYPES, pack_words


def test_every_real_type_and_category_of_the_range_is_translated(source: Source) -> None:
    assert set(source.lines["product_type"]) == set(PRODUCT_TYPES)
    assert set(CATEGORIES) == set(NAMED_CATEGORIES)


def test_names_tell_skus_and_partners_apart(story: Story) -> None:
    products, nodes = story.catalogue.products, story.network.nodes

    assert products["name_zh"].n_unique() == products["name_en"].n_unique() == len(products)
    assert nodes["code"].n_unique() == nodes["name_zh"].n_unique() == len(nodes)


@pytest.mark.parametrize(
    ("size", "pack"),
    [
        ("L     1 LB", "16 OZ"),
        ("16 OZS", "16 OZ"),
        ("14 1/4 OZ", "14.25 OZ"),
        ("HALF GAL", "0.5 GA"),
        ("1/2 GAL", "0.5 GA"),
        ("GAL", "1 GA"),
        ("4/4 OZ", "4 x 4 OZ"),
        ("24/16.9 OZ", "24 x 16.9 OZ"),
        ("(600) 4 LB", "64 OZ"),
        ("57 SQ FT", "57 SQ FT"),
        ("ALL", "standard"),
        (None, "standard"),
    ],
)
def test_pack_sizes_have_one_spelling(size: str | None, pack: str) -> None:
    assert normalise_pack(size) == pack


@pytest.mark.parametrize(
    ("pack", "measure", "zh", "en"),
    [
        ("1 GA", "liquid", "3.79升", "3.79 L"),
        ("16 OZ", "solid", "454克", "454 g"),
        ("16 OZ", "liquid", "473毫升", "473 ml"),
        ("64 OZ", "solid", "1.81千克", "1.81 kg"),
        ("4 x 4 OZ", "solid", "4×113克", "4 x 113 g"),
        ("57 SQ FT", "roll", "5.3平方米", "5.3 m²"),
        ("12 PK", "liquid", "12罐装", "12 cans"),
        ("standard", "solid", "常规装", "standard pack"),
    ],
)
def test_packs_read_in_metric(pack: str, measure: str, zh: str, en: str) -> None:
    assert pack_words(pack, measure) == (zh, en)


def test_gtins_have_the_check_digits_of_gs1() -> None:
    # 4006381333931 is the example of the GS1 check digit page; its case is 14006381333938
    assert compute_gtin13("400638133393") == "4006381333931"
    assert compute_gtin14(1, "4006381333931") == "14006381333938"


@pytest.mark.parametrize(("fen", "size"), [(699, 12), (700, 6), (1999, 6), (2000, 4)])
def test_dearer_goods_come_in_smaller_cases(fen: int, size: int) -> None:
    assert case_size(fen) == size


def test_every_seat_lies_in_a_known_province_and_region() -> None:
    assert {seat.province_code for seat in SEATS} == set(PROVINCES)
    assert {region for _, _, region in PROVINCES.values()} == set(REGIONS)
    assert len(SEATS) == 48


def test_every_node_hangs_below_an_earlier_one(story: Story) -> None:
    network: Network = story.network
    seen: set[str] = set()
    for code, parent in network.nodes.select("code", "parent_code").iter_rows():
        assert parent in seen or code == "HQ"
        seen.add(code)
