"""Columns of compliance's lists."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.platform.ui.components.basics import Badge
from yunhe.platform.ui.provinces import province_name
from yunhe.platform.ui.tables import (
    BadgeColumn,
    ComponentColumn,
    DateColumn,
    LastDayColumn,
    LinkColumn,
    NumberColumn,
    Table,
    TextColumn,
)
from yunhe.trade.compliance.choices import FIELD_TONES, VALIDITY_TONES
from yunhe.trade.compliance.models import Registration, Rule
from yunhe.trade.compliance.queries import demand_text


def market_text(record: Rule | Registration) -> str:
    """Where it holds, in words."""
    names = [str(province_name(code)) for code in record.provinces]
    region = getattr(record, "region", None)
    if region is not None:
        names.append(region.label)
    return "、".join(names) if names else str(_("the whole country"))


def goods_text(rule: Rule) -> str:
    """Which goods a rule concerns, in words."""
    parts = [rule.category.label] if rule.category else []
    if rule.attribute:
        parts.append(f"{rule.attribute.label} = {rule.attribute.value_label(rule.value)}")
    return " · ".join(parts)


def _validity(record: Any) -> Badge:
    state = record.validity_on(timezone.localdate())
    return Badge(label=state.label, tone=VALIDITY_TONES[state])


def _validity_text(record: Any) -> str:
    return str(record.validity_on(timezone.localdate()).label)


class RuleTable(Table):
    name = LinkColumn(
        _("Rule"), url="compliance:rule", source="label", sort="name", secondary="code"
    )
    field = BadgeColumn(_("Field of law"), tones=FIELD_TONES)
    goods = TextColumn(_("Goods"), value=goods_text, sort=False)
    demand = TextColumn(_("Asks for"), value=demand_text, sort=False)
    market = TextColumn(_("Market"), value=market_text, sort=False, card="")
    starts = DateColumn(_("In force from"), source="starts_on", card="")
    ends = LastDayColumn(_("Last day"), source="ends_on", card="")

    class Meta:
        order_by = "name"


class RegistrationTable(Table):
    product = LinkColumn(
        _("Product"),
        url="compliance:registration",
        source="product.label",
        sort="product__name",
        secondary="product.code",
    )
    kind = BadgeColumn(_("Registration"))
    number = TextColumn(pgettext_lazy("registration", "Number"))
    market = TextColumn(_("Market"), value=market_text, sort=False)
    expires = DateColumn(_("Valid until"), source="expires_on")
    state = ComponentColumn(_("Status"), build=_validity, value=_validity_text, card="badge")

    class Meta:
        order_by = "expires"


class ProductRegistrationTable(Table):
    """The registrations of one product."""

    kind = LinkColumn(
        _("Registration"),
        url="compliance:registration",
        source="get_kind_display",
        sort="kind",
        secondary="number",
    )
    market = TextColumn(_("Market"), value=market_text, sort=False)
    expires = DateColumn(_("Valid until"), source="expires_on")
    state = ComponentColumn(_("Status"), build=_validity, value=_validity_text, card="badge")


class PartnerRuleTable(Table):
    """The rules that refuse a partner something."""

    rule = TextColumn(_("Rule"), source="rule.label", secondary="rule.code", card="title")
    refused = NumberColumn(_("Products refused"))
    message = TextColumn(_("Why"), sort=False)
