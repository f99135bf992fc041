"""A small trade: two dealers with a store each, three products, people who send files."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path


@pytest.fixture
def catalog(db):
    """Cola by bottle (case of 24, with GTINs), water by bottle, tea without GTIN. code -> SKU id."""
    from yunhe.platform.access.principal import system_principal
    from yunhe.trade.catalog.services.bulk import PackRow, SkuRow, ensure_catalog

    brand, category = ("B", "牌", "Brand"), (("C", "饮料", "Drinks"),)
    rows = [
        SkuRow(
            code="COLA",
            name="可乐",
            brand=brand,
            category=category,
            product=("COLA", "可乐", "Cola"),
            base_unit="bottle",
            gtin="6901234567892",
            packs=(PackRow(unit="case", factor=24, gtin="16901234567899"),),
        ),
        SkuRow(
            code="WATER",
            name="水",
            brand=brand,
            category=category,
            product=("WATER", "水", "Water"),
            base_unit="bottle",
        ),
        SkuRow(code="TEA", name="茶", brand=brand, category=category, product=("T", "茶", "Tea")),
    ]
    return ensure_catalog(rows, actor=system_principal("test"))


@pytest.fixture
def send(tree, catalog):
    """`send(text, name=…, node=…, user=…)`: register, map as proposed, run; returns the import."""
    from yunhe.platform.access.principal import system_principal
    from yunhe.platform.access.session import scoped
    from yunhe.platform.intake.runner import run_import
    from yunhe.platform.intake.services import confirm_mapping, queue_import, register_file

    def run(
        content, *, name="sales.csv", node="D1", user=None, options=None, columns=None, **mapping
    ):
        data = content.encode() if isinstance(content, str) else content
        actor = system_principal("test")

        def register(who):
            registered = register_file(
                io.BytesIO(data),
                name=name,
                type_code="sales",
                actor=who,
                now=NOW,
                node_id=tree[node].pk,
            )
            record = registered.record
            if not registered.known:
                confirm_mapping(
                    record,
                    columns=columns or record.mapping["columns"],
                    options=options or {},
                    actor=who,
                    now=NOW,
                    **mapping,
                )
                queue_import(record, actor=who)
            return record

        if user is None:
            record = register(actor)
        else:
            with scoped(user.pk) as principal:
                record = register(principal)
        if record.state == "queued":
            record = run_import(record.pk, actor=actor, now=NOW)
        return record

    return run
