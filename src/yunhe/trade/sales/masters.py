"""Create the partners and products that a sales file names and nobody knows yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.channel.network.choices import Level
from yunhe.channel.network.services.bulk import PartnerRow, ensure_partners
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.intake.declarations import Reach
from yunhe.trade.catalog.choices import DIVISIBLE, Unit
from yunhe.trade.catalog.compute import is_gtin
from yunhe.trade.catalog.services.bulk import SkuRow, ensure_catalog
from yunhe.trade.sales.fields import unit_named

_UNSORTED, _OWN_SALES = "IMPORTED", "OWN"


def create_stores(
    values: Sequence[dict[str, str]], *, reach: Reach, actor: Principal, now: datetime
) -> int:
    """A store below the sender for each value, named as the file names it."""
    return _create_partners(values, "store_name", reach=reach, actor=actor, now=now)


def create_customers(
    values: Sequence[dict[str, str]], *, reach: Reach, actor: Principal, now: datetime
) -> int:
    """A store below the sender for each customer."""
    return _create_partners(values, "customer_name", reach=reach, actor=actor, now=now)


def _folded(values: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """One of the values that differ only in case: look-ups do not tell them apart."""
    found: dict[str, dict[str, str]] = {}
    for value in values:
        found.setdefault(value["value"].upper(), value)
    return list(found.values())


def _create_partners(
    values: Sequence[dict[str, str]], name: str, *, reach: Reach, actor: Principal, now: datetime
) -> int:
    above = Node.objects.values_list("code", flat=True).get(pk=reach.node_id)
    rows = [
        PartnerRow(
            code=value["value"][:40],
            name=(value.get(name) or value["value"])[:120],
            parent_code=above,
            level=Level.STORE,
        )
        for value in _folded(values)
    ]
    return len(ensure_partners(rows, actor=actor, now=now))


def create_own_sales(*, node_id: int, actor: Principal, now: datetime) -> int:
    """A dealer below headquarters that stands for its own sales, where a file names no partner."""
    above = Node.objects.values_list("code", flat=True).get(pk=node_id)
    row = PartnerRow(
        code=_OWN_SALES,
        name=_("Own sales"),
        name_en="Own sales",
        parent_code=above,
        level=Level.DEALER,
    )
    return ensure_partners([row], actor=actor, now=now)[_OWN_SALES]


def create_items(
    values: Sequence[dict[str, str]], *, reach: Reach, actor: Principal, now: datetime
) -> int:
    """A SKU for each value under one brand and category that say they need sorting.

    Counted in pieces, or in what the file weighs or measures it in.
    """
    named = _("Imported, to be sorted")
    unsorted = (_UNSORTED, named, "Imported, to be sorted")
    rows = []
    for value in _folded(values):
        code = value["value"][:40]
        name = (value.get("item_name") or code)[:160]
        unit = unit_named(value.get("unit", ""))
        rows.append(
            SkuRow(
                code=code,
                name=name,
                gtin=code if is_gtin(code) else "",
                base_unit=unit if unit in DIVISIBLE else Unit.PIECE,
                brand=unsorted,
                category=(unsorted,),
                product=(code, name, ""),
            )
        )
    return len(ensure_catalog(rows, actor=actor))
