"""One product, SKU or pack at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.compute import is_gtin, search_key
from yunhe.trade.catalog.errors import GtinRefused, SkuRefused
from yunhe.trade.catalog.models import PackUnit, Product, Sku
from yunhe.trade.catalog.permissions import CHANGE


@dataclass(frozen=True, kw_only=True)
class SkuDraft:
    """What is filed about a SKU."""

    name: str
    name_en: str = ""
    gtin: str = ""
    size: str = ""
    size_en: str = ""
    base_unit: str = Unit.PIECE


def save_product(product: Product, *, actor: Principal) -> Product:
    """Create or change a product. Raises NotAllowed, SkuRefused when the code is taken."""
    actor.check(CHANGE)
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError as error:
        raise SkuRefused(_("This code is taken."), field="code") from error
    return product


def create_sku(product: Product, *, code: str, draft: SkuDraft, actor: Principal) -> Sku:
    """File a new SKU. Raises NotAllowed, GtinRefused, SkuRefused (code or GTIN taken)."""
    actor.check(CHANGE)
    return _save(Sku(product=product, code=code), draft)


def change_sku(sku: Sku, *, draft: SkuDraft, actor: Principal) -> Sku:
    """Replace what is filed. The base unit stays once packs count in it. Raises as `create_sku`."""
    actor.check(CHANGE)
    if draft.base_unit != sku.base_unit and sku.packs.exists():
        raise SkuRefused(
            _("The packs count in the present base unit: remove them first."), field="base_unit"
        )
    return _save(sku, draft)


def set_pack(sku: Sku, *, unit: str, factor: Decimal, gtin: str = "", actor: Principal) -> PackUnit:
    """Create or change a pack of a SKU. Raises NotAllowed, GtinRefused, SkuRefused."""
    actor.check(CHANGE)
    _check_gtin(gtin)
    if unit == sku.base_unit:
        raise SkuRefused(_("This is the base unit already."), field="unit")
    if factor <= 1:
        raise SkuRefused(_("A pack holds more than one base unit."), field="factor")
    try:
        with transaction.atomic():
            return PackUnit.objects.update_or_create(
                sku=sku, unit=unit, defaults={"factor": factor, "gtin": gtin}
            )[0]
    except IntegrityError as error:
        raise SkuRefused(_("This GTIN is taken."), field="gtin") from error


def remove_pack(pack: PackUnit, *, actor: Principal) -> None:
    """Remove a pack. Documents keep the factor they were written with. Raises NotAllowed."""
    actor.check(CHANGE)
    pack.delete()


def _save(sku: Sku, draft: SkuDraft) -> Sku:
    _check_gtin(draft.gtin)
    for name, value in asdict(draft).items():
        setattr(sku, name, value)
    sku.search_key = search_key(sku.code, sku.name, sku.name_en, sku.gtin)
    try:
        with transaction.atomic():
            sku.save()
    except IntegrityError as error:
        raise SkuRefused(_("This code or GTIN is taken."), field="code") from error
    return sku


def _check_gtin(gtin: str) -> None:
    if gtin and not is_gtin(gtin):
        raise GtinRefused(
            _("%(gtin)s is not a GTIN: length or check digit.") % {"gtin": gtin}, field="gtin"
        )
