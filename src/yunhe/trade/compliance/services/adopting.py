"""Take rules out of the library into force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal, system_principal
from yunhe.trade.catalog.services import ensure_choices
from yunhe.trade.compliance.errors import RuleRefused
from yunhe.trade.compliance.library import (
    BY_CODE,
    GOODS,
    GOODS_CLASS,
    GOODS_CLASS_NAMES,
    Standard,
)
from yunhe.trade.compliance.models import Rule
from yunhe.trade.compliance.permissions import CHANGE
from yunhe.trade.compliance.services.rules import RuleDraft, save_rule


@dataclass(frozen=True)
class Adopted:
    """Rules that are new, and codes that were there already and were left as they are."""

    rules: list[Rule]
    known: list[str]


def adopt_standards(
    codes: Sequence[str],
    *,
    starts_on: date,
    category_id: int | None = None,
    provinces: Sequence[str] = (),
    actor: Principal,
) -> Adopted:
    """Make rules of library entries; those whose code exists stay untouched.

    Without a category the goods are those of the entry's regulated class, whose attribute is filed
    when it is missing. Raises NotAllowed, RuleRefused (nothing chosen, an unknown code, an entry that
    holds only locally without provinces).
    """
    actor.check(CHANGE)
    wanted = [_standard(code) for code in dict.fromkeys(codes)]
    if not wanted:
        raise RuleRefused(_("Choose at least one rule."), field="codes")
    if not provinces and (local := [each.code for each in wanted if each.local]):
        message = _("%(code)s holds only where a province still asks for it: choose provinces.")
        raise RuleRefused(message % {"code": local[0]}, field="provinces")
    known = set(Rule.objects.filter(code__in=codes).values_list("code", flat=True))
    attribute_id = None if category_id else _goods_class()
    rules = [
        save_rule(
            RuleDraft(
                code=each.code,
                name=each.name,
                name_en=each.name_en,
                field=each.field,
                source=each.source,
                category_id=category_id,
                attribute_id=attribute_id,
                value="" if category_id else each.goods,
                demand=each.demand,
                licence_kind=each.licence or "",
                registration_kind=each.registration or "",
                provinces=tuple(provinces),
                starts_on=starts_on,
            ),
            actor=actor,
        )
        for each in wanted
        if each.code not in known
    ]
    return Adopted(rules, sorted(known))


def _standard(code: str) -> Standard:
    if code not in BY_CODE:
        raise RuleRefused(_("The library has no rule “%(code)s”.") % {"code": code}, field="codes")
    return BY_CODE[code]


def _goods_class() -> int:
    """The attribute comes with the library: whoever may write rules need not keep the catalogue."""
    name, name_en = GOODS_CLASS_NAMES
    actor = system_principal("compliance library")
    return ensure_choices(GOODS_CLASS, GOODS, name=name, name_en=name_en, actor=actor).pk
