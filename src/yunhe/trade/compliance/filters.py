"""Filters of compliance's lists."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.filters import ChoiceFilter, FilterSet
from yunhe.trade.compliance.choices import (
    WATCH_DAYS,
    Demand,
    GoodsField,
    RegistrationKind,
    Validity,
)
from yunhe.trade.compliance.queries import soon


def _by_validity(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    if value == Validity.EXPIRED:
        return rows.filter(expires_on__lt=today)
    if value == Validity.EXPIRING:
        return rows.filter(expires_on__range=(today, soon(today, WATCH_DAYS)))
    return rows.exclude(expires_on__lte=soon(today, WATCH_DAYS))


class RuleFilters(FilterSet):
    field = ChoiceFilter(_("Field of law"), choices=GoodsField.choices)
    demand = ChoiceFilter(_("Asks for"), choices=Demand.choices)
    search = ("code", "name", "name_en", "source")


class RegistrationFilters(FilterSet):
    kind = ChoiceFilter(_("Registration"), choices=RegistrationKind.choices)
    validity = ChoiceFilter(_("Status"), choices=Validity.choices, apply=_by_validity)
    search = ("number", "holder", "product__name", "product__code")
