"""Loading steps of the master data: network, persons, catalogue, prices."""

from __future__ import annotations

import polars as pl

from yunhe.channel.network.services import PartnerRow, UnitRow, ensure_partners, ensure_units
from yunhe.demo.context import Context
from yunhe.demo.network import HQ_CODE
from yunhe.demo.people import DEMO_PASSWORD
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.accounts.models import User
from yunhe.platform.accounts.services.people import create_account
from yunhe.trade.catalog.services import PackRow, SkuRow, ensure_catalog
from yunhe.trade.pricing.choices import ListStatus
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    ensure_price_list,
    publish_price_list,
    set_prices,
)

NOTE = "由真实零售均价推算的演示数据"


def load_network(context: Context) -> None:
    """Headquarters, regions with their provinces, dealers, sub-dealers and stores."""
    network, now = context.story.network, context.at(context.story.shift.first)
    provinces = network.dealers.group_by("region_code").agg(pl.col("province_code").unique().sort())
    answers_for = dict(provinces.iter_rows())
    units = [
        UnitRow(
            code=row["code"],
            name=row["name_zh"],
            name_en=row["name_en"],
            parent_code=row["parent_code"],
            provinces=answers_for.get(row["code"], []),
        )
        for row in network.nodes.filter(pl.col("kind").is_in(["hq", "region"])).iter_rows(
            named=True
        )
    ]
    ensure_units(units, actor=context.actor, now=now)
    ensure_partners(_partners(context), actor=context.actor, now=now)


def _partners(context: Context) -> list[PartnerRow]:
    network, start = context.story.network, context.story.shift.first
    about = {row["code"]: row for row in network.dealers.iter_rows(named=True)}
    tiers = dict(network.dealers.select("code", "tier").iter_rows())
    above = {
        **{code: code for code in tiers},
        **dict(network.sub_dealers.select("code", "dealer_code").iter_rows()),
        **dict(network.stores.select("code", "dealer_code").iter_rows()),
    }
    rows = network.nodes.filter(pl.col("kind").is_in(["dealer", "sub_dealer", "store"]))
    partners = []
    for row in rows.iter_rows(named=True):
        dealer = about.get(row["code"], {})
        partners.append(
            PartnerRow(
                code=row["code"],
                name=row["name_zh"],
                name_en=row["name_en"],
                parent_code=row["parent_code"],
                level=row["kind"],
                tier=tiers[above[row["code"]]],
                province=row["province_code"],
                city=row["city_zh"],
                city_en=row["city_en"],
                address=row["address_zh"],
                address_en=row["address_en"],
                phone=row["phone"],
                contact_name=dealer.get("owner_zh", ""),
                email=dealer.get("contact_email", ""),
                opened_on=start,
            )
        )
    return partners


def load_persons(context: Context) -> None:
    """Nine persons with one published password and no second factor."""
    for row in context.story.persons.iter_rows(named=True):
        user = User.objects.filter(username=row["username"]).first() or create_account(
            username=row["username"],
            name=row["name_zh"],
            password=DEMO_PASSWORD,
            email=row["email"],
            language=row["language"],
            must_change_password=False,
        )
        Grant.objects.get_or_create(
            user=user, role=row["role"], node_id=context.nodes[row["node_code"]]
        )


def load_catalogue(context: Context) -> None:
    """Brands, categories, products (one a product type), SKUs (one a pack size), cases."""
    catalogue = context.story.catalogue
    brands = {
        row["code"]: (row["code"], row["name_zh"], row["name_en"])
        for row in catalogue.brands.iter_rows(named=True)
    }
    categories = {
        row["code"]: (_slug(row["code"]), row["name_zh"], row["name_en"], row["parent_code"])
        for row in catalogue.categories.iter_rows(named=True)
    }
    packs = dict(catalogue.units.filter(pl.col("unit") == "case").select("sku", "gtin").iter_rows())
    rows = []
    for row in catalogue.products.iter_rows(named=True):
        category = categories[row["category_code"]]
        division = categories[category[3]]
        size_zh, size_en = f" {row['pack_zh']}", f" {row['pack_en']}"
        rows.append(
            SkuRow(
                code=row["sku"],
                name=row["name_zh"],
                name_en=row["name_en"],
                brand=brands[row["brand_code"]],
                category=(division[:3], category[:3]),
                product=(
                    _slug(row["product_type"]),
                    row["name_zh"].removesuffix(size_zh),
                    row["name_en"].removesuffix(size_en),
                ),
                gtin=row["gtin"],
                size=row["pack_zh"],
                size_en=row["pack_en"],
                base_unit=row["base_unit"],
                packs=(PackRow(unit="case", factor=row["case_size"], gtin=packs[row["sku"]]),),
            )
        )
    ensure_catalog(rows, actor=context.actor)


def _slug(name: str) -> str:
    """A code from a name of the dataset: letters and digits with single hyphens, at most 40."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.upper()).split()
    return "-".join(words)[:40].rstrip("-")


def load_prices(context: Context) -> None:
    """Level and partner price lists for dealers, the guide lists for stores and sub-dealers."""
    story = context.story
    now = context.at(story.shift.first)
    base = dict(story.catalogue.products.select("sku", "base_unit").iter_rows())
    kinds = {"sub_dealer": "sub_dealer", "store": "store"}
    for row in story.prices.lists.filter(pl.col("kind") != "minimum_retail").iter_rows(named=True):
        if row["kind"] == "retail":
            continue
        node = Node.objects.get(code=row["partner_code"] or HQ_CODE)
        level = kinds.get(row["kind"], "dealer")
        draft = ListDraft(
            name=row["name_zh"][:120],
            name_en=row["name_en"][:120],
            level=level,
            tier=row["level"] or "",
            valid_from=row["valid_from"],
            note=NOTE,
        )
        price_list = ensure_price_list(node, code=row["code"], draft=draft, actor=context.actor)
        if price_list.status != ListStatus.DRAFT:
            continue
        lines = story.prices.lines.filter(pl.col("price_list") == row["code"])
        for (start, end), part in lines.partition_by(
            "valid_from", "valid_to", as_dict=True, maintain_order=True
        ).items():
            entries = [
                PriceEntry(
                    sku_id=context.skus[line["sku"]],
                    unit="case" if line["unit"] == "case" else base[line["sku"]],
                    price=line["price"],
                )
                for line in part.iter_rows(named=True)
            ]
            set_prices(
                price_list, entries, effective=start, until=end, actor=context.actor, now=now
            )
        publish_price_list(price_list, actor=context.actor)
