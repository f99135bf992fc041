"""What everybody sees of the catalogue and of compliance, for the contract world."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.integration.channel.world import SYSTEM

from yunhe.trade.catalog.models import Attribute, Sku
from yunhe.trade.catalog.services import (
    MaterialDraft,
    PackRow,
    SkuRow,
    add_material,
    add_picture,
)
from yunhe.trade.compliance.services import (
    RegistrationDraft,
    RuleDraft,
    save_registration,
    save_rule,
)


def catalogue_things(sku_id: int, now: datetime) -> dict[str, Any]:
    """What hangs on products and is everybody's: name → key. The rule is not in force yet."""
    sku = Sku.objects.select_related("product").get(pk=sku_id)
    attribute = Attribute.objects.create(code="flavour", name="口味", kind="text")
    bitmap = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(bitmap, "PNG")
    photo = SimpleUploadedFile("cola.png", bitmap.getvalue(), content_type="image/png")
    poster = SimpleUploadedFile("poster.pdf", b"%PDF-1.7 poster")
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 scan")
    rule = RuleDraft(
        code="BAN",
        name="不得销售",
        demand="ban",
        category_id=sku.product.category_id,
        starts_on=now.date() + timedelta(days=900),
    )
    registration = RegistrationDraft(product=sku.product, kind="import", number="1")
    return {
        "category": sku.product.category_id,
        "attribute": attribute.pk,
        "pack": sku.packs.get().pk,
        "picture": add_picture(sku.product, photo, actor=SYSTEM, now=now).pk,
        "material": add_material(MaterialDraft(title="夏季海报"), poster, actor=SYSTEM, now=now).pk,
        "rule": save_rule(rule, actor=SYSTEM).pk,
        "registration": save_registration(registration, upload=scan, actor=SYSTEM, now=now).pk,
    }


def sku_row(number: int) -> SkuRow:
    return SkuRow(
        code=f"K{number}",
        name=f"运河可乐{number}号",
        name_en=f"Canal Cola {number}",
        brand=("B", "运河", "Yunhe"),
        category=(("F", "食品", "Food"),),
        product=("P", "可乐", "Cola"),
        packs=(PackRow(unit="case", factor=12),),
    )
