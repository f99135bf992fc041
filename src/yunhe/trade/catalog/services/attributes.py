"""Typed attributes of products and SKUs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.trade.catalog.choices import AttributeKind, AttributeOf
from yunhe.trade.catalog.compute import Trait, read_value
from yunhe.trade.catalog.errors import AttributeRefused
from yunhe.trade.catalog.models import Attribute, Product, Sku
from yunhe.trade.catalog.permissions import CHANGE
from yunhe.trade.catalog.queries import attributes_for


def trait_of(attribute: Attribute) -> Trait:
    """The attribute as the pure rules see it."""
    return Trait(
        attribute.code, attribute.kind, tuple(attribute.options), required=attribute.required
    )


def set_attributes(
    record: Product | Sku, values: Mapping[str, Any], *, actor: Principal
) -> Product | Sku:
    """Replace a product's or SKU's attributes by those of its category.

    `values`: attribute code → text, number, flag or None. Raises NotAllowed, AttributeRefused naming
    the attribute (unknown, required but empty, not of its kind).
    """
    actor.check(CHANGE)
    of = AttributeOf.SKU if isinstance(record, Sku) else AttributeOf.PRODUCT
    category = record.product.category_id if isinstance(record, Sku) else record.category_id
    known = {each.code: each for each in attributes_for(category, of)}
    if unknown := sorted(set(values) - set(known)):
        raise AttributeRefused(
            _("The category has no attribute “%(code)s”.") % {"code": unknown[0]}, field=unknown[0]
        )
    stored = {}
    for code, attribute in known.items():
        value, fault = read_value(trait_of(attribute), values.get(code))
        if fault:
            raise AttributeRefused(FAULTS[fault] % {"name": attribute.label}, field=code)
        if value is not None:
            stored[code] = value
    record.attributes = stored
    record.save(update_fields=["attributes"])
    return record


def ensure_choices(
    code: str, options: Mapping[str, str], *, name: str, name_en: str, actor: Principal
) -> Attribute:
    """An attribute of all products that is one of a list: filed when missing, options added when new.

    `options`: option -> English name. Names that somebody gave stay.

    Raises NotAllowed, AttributeRefused when the code belongs to an attribute of another kind.
    """
    actor.check(CHANGE)
    attribute, _made = Attribute.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "name_en": name_en,
            "kind": AttributeKind.CHOICE,
            "options": list(options),
            "options_en": list(options.values()),
        },
    )
    if attribute.kind != AttributeKind.CHOICE:
        raise AttributeRefused(FAULTS["choice"] % {"name": attribute.label}, field=code)
    known = dict(attribute.option_names)
    named = known | {option: known.get(option) or english for option, english in options.items()}
    if named != known:
        attribute.options, attribute.options_en = list(named), list(named.values())
        attribute.save(update_fields=["options", "options_en"])
    return attribute


FAULTS = {
    "required": _("“%(name)s” is required."),
    "number": _("“%(name)s” is a number."),
    "choice": _("“%(name)s” is one of its options."),
    "text": _("“%(name)s” has at most 200 characters."),
}
