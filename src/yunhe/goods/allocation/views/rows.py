"""Quotas with what orders used of them, in the database's own rows."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import DecimalField, F, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from yunhe.goods.allocation.models import Quota
from yunhe.goods.allocation.queries import list_quotas

USED = """
SELECT a.reserved + a.committed FROM capacity_account a
 WHERE a.kind = 'quota'
   AND a.key = allocation_quota.allocation_id || ':' || allocation_quota.node_id
"""
NUMBER: DecimalField[Decimal, Decimal] = DecimalField(max_digits=24, decimal_places=3)


def quota_rows() -> QuerySet[Quota]:
    """`list_quotas` with `used` and `left` in base units. One statement."""
    counted = RawSQL(USED, [], output_field=NUMBER)  # noqa: S611  # own words, no input
    used = Coalesce(counted, Value(Decimal(0)), output_field=NUMBER)
    return (
        list_quotas().annotate(used=used).annotate(left=F("quantity") - F("returned") - F("used"))
    )
