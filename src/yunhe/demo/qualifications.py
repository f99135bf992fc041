"""Loading steps of the catalogue's depth and of compliance. Everything here is derived, none is real."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Licence, Partner
from yunhe.demo.context import Context
from yunhe.trade.catalog.choices import MaterialKind, Status
from yunhe.trade.catalog.models import Category, Material, Product, Sku
from yunhe.trade.catalog.services import (
    MaterialDraft,
    add_material,
    add_picture,
    move_sku,
    replace_sku,
)
from yunhe.trade.compliance.models import Registration, Rule
from yunhe.trade.compliance.services import RuleDraft, adopt_standards, save_rule

PICTURED = 24
COLOURS = ("#2f6f8f", "#3f8f5f", "#8f6f2f", "#7f3f5f")
LAPSED_EVERY = 11
"""Of the dealers by code, every eleventh lets its food licence run out: derived, to be seen."""
FOOD_LAW = "《食品经营许可和备案管理办法》第四条"
BY_CLASS = ("CN-ALC-1", "CN-MED-2", "CN-MED-3", "CN-HAZ-1", "CN-HEALTH-1")
"""Out of the library; no product of the demo is of such a class until somebody classifies it."""


def load_compliance(context: Context) -> None:
    """The rule library, every partner's food licence, the production licences of dairy."""
    start = context.story.shift.first
    for division in Category.objects.filter(parent=None, code__in=["DAIRY", "DRINKS", "PANTRY"]):
        _save_once(
            RuleDraft(
                code=f"FOOD-{division.code}",
                name=f"{division.name}：须持食品经营许可",
                name_en=f"{division.name_en}: food operation licence",
                field="food",
                source=FOOD_LAW,
                category_id=division.pk,
                licence_kind="food",
                starts_on=start,
            ),
            context,
        )
    adopt_standards(BY_CLASS, starts_on=start, actor=context.actor)
    _licences(context)
    _registrations(context)


def _save_once(draft: RuleDraft, context: Context) -> None:
    known = Rule.objects.filter(code=draft.code).first()
    save_rule(draft, rule=known, actor=context.actor)


def _licences(context: Context) -> None:
    homes = set(context.story.persons.get_column("node_code"))
    partners = Partner.objects.select_related("node").order_by("node__code")
    dealers = [p.node.code for p in partners if p.level == Level.DEALER]
    lapsed = {code for code in dealers[LAPSED_EVERY - 1 :: LAPSED_EVERY] if code not in homes}
    issued = context.story.shift.first - timedelta(days=365)
    rows = [
        Licence(
            node_id=partner.pk,
            kind="food",
            number=f"JY{partner.pk:012d}",
            issuer="市场监督管理局（演示）",
            issued_on=issued,
            expires_on=context.today - timedelta(days=3)
            if partner.node.code in lapsed
            else context.today + timedelta(days=40 + at % 700),
        )
        for at, partner in enumerate(partners)
    ]
    Licence.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _registrations(context: Context) -> None:
    dairy = Product.objects.filter(category__parent__code="DAIRY").order_by("code")
    rows = [
        Registration(
            product=product,
            kind="food_production",
            number=f"SC1{product.pk:013d}",
            holder="运河食品（演示）",
            issued_on=context.story.shift.first,
            expires_on=context.today + timedelta(days=20 + 97 * at),
        )
        for at, product in enumerate(dairy)
    ]
    Registration.objects.bulk_create(rows, ignore_conflicts=True)


def load_media(context: Context) -> None:
    """Drawn pictures of the best sellers, three pieces of material, one product that phases out."""
    now, codes = context.at(context.today), context.story.catalogue.products.get_column("sku")
    skus = {sku.code: sku for sku in Sku.objects.select_related("product")}
    products = list(dict.fromkeys(skus[code].product for code in codes if code in skus))
    for at, product in enumerate(products[:PICTURED]):
        if not product.pictures.exists():
            drawn = ContentFile(_drawn(product.name_en, at), name=f"{product.code}.png")
            add_picture(product, drawn, actor=context.actor, now=now)
    for title, title_en, kind, levels in (
        ("春节陈列指引", "Spring festival display guide", MaterialKind.DISPLAY, ()),
        ("经销商政策解读", "Policy brief for dealers", MaterialKind.BROCHURE, (Level.DEALER,)),
        ("门店海报", "Poster for stores", MaterialKind.POSTER, (Level.STORE,)),
    ):
        if not Material.objects.filter(title=title).exists():
            draft = MaterialDraft(title=title, title_en=title_en, kind=kind, levels=levels)
            drawn = ContentFile(_drawn(title_en, len(title)), name=f"{title}.png")
            add_material(draft, drawn, actor=context.actor, now=now)
    _phase_out([skus[code] for code in codes if code in skus], context)


def _phase_out(by_sales: list[Sku], context: Context) -> None:
    """The slowest SKU of a product that has another one phases out; the best of them replaces it."""
    for sku in reversed(by_sales):
        best = next(each for each in by_sales if each.product_id == sku.product_id)
        if best.pk != sku.pk:
            if sku.status == Status.ACTIVE:
                replace_sku(sku, successor=best, actor=context.actor)
                move_sku(sku, "phase_out", actor=context.actor)
            return


def _drawn(text: str, at: int) -> bytes:
    """A plain drawing with the name on it, as PNG bytes: the dataset has no pictures."""
    image = Image.new("RGB", (480, 480), "white")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((90, 40, 390, 440), radius=48, fill=COLOURS[at % len(COLOURS)])
    draw.rectangle((90, 190, 390, 300), fill="white")
    draw.text((110, 230), text[:34], fill="black", font_size=22)
    answer = BytesIO()
    image.save(answer, "PNG")
    return answer.getvalue()
