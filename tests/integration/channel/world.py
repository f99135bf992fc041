"""A small network with products, prices, policies and stock, for page tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.models import Contact, Licence
from yunhe.channel.network.services import PartnerRow, ensure_partners
from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    add_rule,
    create_policy,
    publish_version,
    save_draft,
)
from yunhe.goods.stock.services import MovementLine, record_movements
from yunhe.platform.access.principal import system_principal
from yunhe.trade.catalog.services import PackRow, SkuRow, ensure_catalog
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    create_price_list,
    publish_price_list,
    set_prices,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SYSTEM = system_principal("test")
PLACES = [
    ("D1", "R1", Level.DEALER, Tier.CORE, "320000", "苏州"),
    ("D2", "R2", Level.DEALER, Tier.GROWTH, "440000", "广州"),
    ("S1", "D1", Level.STORE, Tier.GROWTH, "320000", "苏州"),
    ("S2", "D2", Level.STORE, Tier.OBSERVATION, "440000", "佛山"),
]


def file_partners(tree: Mapping[str, Any]) -> None:
    """Dossiers for the partners of the tree."""
    rows = [
        PartnerRow(
            code=code,
            name=tree[code].name,
            name_en=tree[code].name_en,
            parent_code=parent,
            level=level,
            tier=tier,
            province=province,
            city=city,
        )
        for code, parent, level, tier, province, city in PLACES
    ]
    ensure_partners(rows, actor=SYSTEM, now=NOW)


def fill(tree: Mapping[str, Any], numbers: Sequence[int]) -> dict[str, int]:
    """One SKU with stock, one price list, one policy and one document for each number."""
    skus = ensure_catalog([_sku(at) for at in numbers], actor=SYSTEM)
    entries = [PriceEntry(sku_id=pk, unit="piece", price=Decimal("3.5")) for pk in skus.values()]
    for at in numbers:
        draft = ListDraft(name=f"通用价目{at}", valid_from=date(2026, 1, 1))
        made = create_price_list(tree["HQ"], code=f"L{at}", draft=draft, actor=SYSTEM)
        set_prices(made, entries, effective=date(2026, 1, 1), actor=SYSTEM, now=NOW)
        publish_price_list(made, actor=SYSTEM)
        publish_policy(tree, at)
        Licence.objects.create(
            node=tree["D1"], kind="food", number=f"JY{at}", expires_on=date(2026, 12, 1)
        )
        Contact.objects.create(node=tree["D1"], name=f"王{at}", duty="店长", phone="13800000000")
    moves = [
        MovementLine(
            sku_id=pk, quantity=Decimal(5), reason="opening", key=f"o{pk}", target=tree["D1"].pk
        )
        for pk in skus.values()
    ]
    record_movements(moves, on=date(2026, 11, 20), actor=SYSTEM, now=NOW)
    return skus


def publish_policy(tree: Mapping[str, Any], at: int) -> PolicyVersion:
    """A published policy for everybody with an obligation."""
    version = create_policy(
        tree["HQ"],
        code=f"P{at}",
        title=f"年末陈列政策{at}",
        title_en="Display",
        actor=SYSTEM,
        now=NOW,
    )
    content = VersionDraft(
        title=f"年末陈列政策{at}",
        title_en="Display",
        body="# 年末陈列\n\n**堆头陈列** 满 30 天。\n\n- 拍照\n- 上传\n\n| 档位 | 奖励 |\n| --- | --- |\n| 一 | 3% |",
        body_en="# Display\n\nKeep the display for 30 days.",
        starts_on=date(2100, 1, 1),
        ends_on=date(2100, 2, 1),
        audience=Audience(subtree_ids=(tree["HQ"].pk,)),
    )
    version = save_draft(version, draft=content, actor=SYSTEM)
    task = {"task": f"陈列照片 {at}", "due_on": "2100-01-20"}
    version = add_rule(version, kind="obligation", definition=task, actor=SYSTEM)
    return publish_version(version, actor=SYSTEM, now=NOW)


def _sku(at: int) -> SkuRow:
    return SkuRow(
        code=f"K{at}",
        name=f"运河可乐{at}号",
        name_en=f"Canal Cola {at}",
        brand=("B", "运河", "Yunhe"),
        category=(("F", "食品", "Food"), ("F1", "饮料", "Drinks")),
        product=("P", "可乐", "Cola"),
        size="330ml",
        packs=(PackRow(unit="case", factor=12),),
    )
