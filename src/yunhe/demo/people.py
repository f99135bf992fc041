"""The panel's households as members, and the nine demo persons."""

from __future__ import annotations

import datetime as dt

import polars as pl

from yunhe.demo.exact import yuan
from yunhe.demo.network import HQ_CODE, Network, store_code
from yunhe.demo.source import CNY_PER_USD, Source

DEMO_PASSWORD = "Yunhe-demo-2026"  # noqa: S105 a published password of invented persons
"""One password for all demo persons; printed by `yunhe demo`, TOTP off."""

AGES_ZH = {"19-24": "19–24岁", "25-34": "25–34岁", "35-44": "35–44岁", "45-54": "45–54岁",
           "55-64": "55–64岁", "65+": "65岁及以上"}  # fmt: skip
COMPOSITION_ZH = {
    "1 Adult Kids": "单亲有孩",
    "1 Adult No Kids": "单人",
    "2 Adults Kids": "夫妻有孩",
    "2 Adults No Kids": "夫妻无孩",
    "Unknown": "未知",
}

_PERSONS = (
    ("director", "林知远", "Zhiyuan Lin", "director", "zh-hans"),
    ("policy", "苏婉清", "Wanqing Su", "policy_manager", "zh-hans"),
    ("sales", "何川", "Chuan He", "sales_ops", "zh-hans"),
    ("finance", "高敏", "Min Gao", "finance", "zh-hans"),
    ("regional", "唐卓", "Zhuo Tang", "regional_manager", "zh-hans"),
    ("steward", "罗晨", "Chen Luo", "data_steward", "zh-hans"),
    ("it", "沈亦舟", "Yizhou Shen", "it_admin", "zh-hans"),
    ("dealer", "", "", "dealer_owner", "zh-hans"),
    ("store", "马小禾", "Xiaohe Ma", "store", "zh-hans"),
)


def build_members(source: Source, *, shift_days: int, last: dt.date) -> pl.DataFrame:
    """One row a household that bought ours: number, demographics where published, home store
    (most lines, then the smaller code), first and last purchase, lines and real amount."""
    moved = (pl.col("on") + dt.timedelta(days=shift_days)).alias("on")
    lines = source.lines.with_columns(moved).filter(pl.col("on") <= last)
    home = (
        lines.group_by("household_id", "store_id")
        .len()
        .sort(["household_id", "len", "store_id"], descending=[False, True, False])
        .group_by("household_id", maintain_order=True)
        .agg(store_code(pl.col("store_id").first()).alias("home_store"))
    )
    facts = lines.group_by("household_id").agg(
        pl.col("on").min().alias("joined_on"),
        pl.col("on").max().alias("last_bought_on"),
        pl.col("basket_id").n_unique().alias("receipts"),
        pl.len().alias("lines"),
        (pl.col("usd_cents").sum() * CNY_PER_USD).alias("amount_fen"),
    )
    known = source.demographics.select(
        "household_id", "age", "household_size", "household_comp", "kids_count"
    )
    return (
        facts.join(home, on="household_id")
        .join(known, on="household_id", how="left")
        .with_columns(
            (pl.lit("MB") + pl.col("household_id").cast(pl.String).str.zfill(5)).alias("member_no"),
            _in_chinese("age", AGES_ZH).alias("age_zh"),
            _in_chinese("household_comp", COMPOSITION_ZH).alias("household_zh"),
            yuan(pl.col("amount_fen")).alias("amount"),
        )
        .sort("household_id")
    )  # fmt: skip


def _in_chinese(column: str, words: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(words, default=None, return_dtype=pl.String)


def main_dealer(network: Network) -> str:
    """The demo's dealer: the largest that has a sub-dealer."""
    parents = network.sub_dealers["dealer_code"].implode()
    own = network.dealers.filter(pl.col("code").is_in(parents))
    return str(own.sort(["sellout_fen", "code"], descending=[True, False])["code"][0])


def build_persons(network: Network) -> pl.DataFrame:
    """username, names, role, node_code, language, e-mail of the nine demo persons."""
    dealer = network.dealers.filter(pl.col("code") == main_dealer(network)).row(0, named=True)
    own_stores = network.stores.filter(pl.col("supplier_code") == dealer["code"])
    store = own_stores.sort(["sellout_fen", "code"], descending=[True, False])["code"][0]
    nodes = {"regional": dealer["region_code"], "dealer": dealer["code"], "store": store}
    rows = []
    for username, zh, en, role, language in _PERSONS:
        owner = username == "dealer"
        rows.append(
            {
                "username": username,
                "name_zh": dealer["owner_zh"] if owner else zh,
                "name_en": dealer["owner_en"] if owner else en,
                "role": role,
                "node_code": nodes.get(username, HQ_CODE),
                "language": language,
                "email": f"{username}@demo.example",
            }
        )
    return pl.DataFrame(rows)
