"""The rule library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.trade.compliance.choices import Demand, GoodsField
from yunhe.trade.compliance.errors import RuleRefused
from yunhe.trade.compliance.models import Rule
from yunhe.trade.compliance.permissions import CHANGE


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """What a rule says; see the model. `ends_on` is the first day on which it no longer holds."""

    code: str
    name: str
    name_en: str = ""
    field: str = GoodsField.OTHER
    source: str = ""
    category_id: int | None = None
    attribute_id: int | None = None
    value: str = ""
    demand: str = Demand.LICENCE
    licence_kind: str = ""
    registration_kind: str = ""
    provinces: Sequence[str] = ()
    region_id: int | None = None
    levels: Sequence[str] = ()
    starts_on: date
    ends_on: date | None = None


def save_rule(draft: RuleDraft, *, rule: Rule | None = None, actor: Principal) -> Rule:
    """Create a rule, or replace what one says. Orders feel it at once.

    Raises NotAllowed, RuleRefused (no goods named, a demand without its kind, an empty period, a code
    that is taken).
    """
    actor.check(CHANGE)
    _check(draft)
    record = rule or Rule()
    for name, value in asdict(draft).items():
        setattr(record, name, list(value) if isinstance(value, tuple) else value)
    if draft.demand != Demand.LICENCE:
        record.licence_kind = ""
    if draft.demand != Demand.REGISTRATION:
        record.registration_kind = ""
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise RuleRefused(_("This code is taken."), field="code") from error
    return record


def end_rule(rule: Rule, *, on: date, actor: Principal) -> Rule:
    """The rule no longer holds from a day on; what it refused before stays on record.

    Raises NotAllowed, RuleRefused when it would end before it began.
    """
    actor.check(CHANGE)
    if on <= rule.starts_on:
        raise RuleRefused(_("A rule ends after it began."), field="ends_on")
    rule.ends_on = on
    rule.save(update_fields=["ends_on"])
    return rule


def _check(draft: RuleDraft) -> None:
    if draft.category_id is None and draft.attribute_id is None:
        raise RuleRefused(_("Name a category or an attribute: which goods?"), field="category")
    if draft.attribute_id is not None and not draft.value:
        raise RuleRefused(_("Name the value of the attribute."), field="value")
    if draft.demand == Demand.LICENCE and not draft.licence_kind:
        raise RuleRefused(_("Which licence?"), field="licence_kind")
    if draft.demand == Demand.REGISTRATION and not draft.registration_kind:
        raise RuleRefused(_("Which registration?"), field="registration_kind")
    if draft.ends_on is not None and draft.ends_on <= draft.starts_on:
        raise RuleRefused(_("A rule ends after it began."), field="ends_on")
