# ruff: noqa: S608  # look-ups are put together from declarations, never from input
"""Sales files: sell-out, sell-through, sell-in and opening balances as dealers send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.permissions import CHANGE as CHANGE_NETWORK
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.intake.declarations import (
    Batch,
    ImportType,
    Lookup,
    Option,
    Rule,
    register,
)
from yunhe.platform.intake.errors import MappingIncomplete
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.options import currency_fault
from yunhe.platform.intake.ownership import sent_by_partner
from yunhe.platform.values import EARLIEST
from yunhe.trade.catalog.choices import DIVISIBLE
from yunhe.trade.catalog.permissions import CHANGE as CHANGE_CATALOG
from yunhe.trade.sales.bounds import MOST_MONEY, MOST_UNITS
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.compute import source_name
from yunhe.trade.sales.fields import FIELDS
from yunhe.trade.sales.masters import (
    create_customers,
    create_items,
    create_own_sales,
    create_stores,
)
from yunhe.trade.sales.ownership import RESERVED
from yunhe.trade.sales.permissions import REPORT
from yunhe.trade.sales.recording import LineTable, Origin, record_lines
from yunhe.trade.sales.repeats import find_repeats

_PARTNERS = """
    SELECT upper(code), id FROM access_node WHERE kind = 'partner' AND id = ANY (%(node_ids)s::bigint[])
     UNION
    SELECT upper(external_code), node_id FROM network_partner
     WHERE external_code <> '' AND node_id = ANY (%(node_ids)s::bigint[])"""
# A GTIN is the same with or without leading zeros (UPC-A in an EAN-13 or GTIN-14 field).
_ITEMS = f"""
    WITH skus AS (
        SELECT id, code, gtin, base_unit IN ({", ".join(f"'{unit}'" for unit in DIVISIBLE)}) AS divisible
          FROM catalog_sku),
    codes AS (
        SELECT gtin, id, 1::numeric AS factor, divisible FROM skus WHERE gtin <> ''
         UNION SELECT p.gtin, sku_id, factor, divisible
                 FROM catalog_packunit p JOIN skus ON skus.id = p.sku_id WHERE p.gtin <> '')
    SELECT upper(code), id, 1::numeric, divisible FROM skus
     UNION SELECT k, id, factor, divisible FROM codes,
           LATERAL (VALUES (gtin), (ltrim(gtin, '0')), (lpad(ltrim(gtin, '0'), 12, '0')),
                           (lpad(ltrim(gtin, '0'), 13, '0')), (lpad(ltrim(gtin, '0'), 14, '0'))) v (k)
     WHERE k NOT IN (SELECT upper(code) FROM skus)"""
_UNITS = """
    SELECT id, base_unit, 1::numeric FROM catalog_sku
     UNION SELECT sku_id, unit, factor FROM catalog_packunit"""

LOOKUPS = (
    Lookup(
        code="unknown_store",
        field="store",
        keys=('upper("store")',),
        gives={"store_id": "BIGINT"},
        sql=_PARTNERS,
        message=_("There is no partner with the code “%(value)s” among yours."),
        hint=_("Add the partner or store, or say which of your partners the sender means."),
        master_url="network:list",
        create=create_stores,
        create_permission=CHANGE_NETWORK,
    ),
    Lookup(
        code="unknown_customer",
        field="counterparty",
        keys=('upper("counterparty")',),
        gives={"customer_id": "BIGINT"},
        sql=_PARTNERS,
        message=_("There is no customer with the code “%(value)s” among yours."),
        hint=_("Add the customer as a sub-dealer or store, or say which partner is meant."),
        master_url="network:list",
        create=create_customers,
        create_permission=CHANGE_NETWORK,
    ),
    Lookup(
        code="unknown_item",
        field="item",
        keys=('upper("item")',),
        gives={
            "item_id": "BIGINT",
            "item_factor": "DECIMAL(18,4)",
            "item_divisible": "BOOLEAN",
        },
        sql=_ITEMS,
        message=_("There is no product with the code “%(value)s”."),
        hint=_("Add the product, or say which of our products the sender means."),
        master_url="catalog:list",
        create=create_items,
        create_permission=CHANGE_CATALOG,
    ),
    Lookup(
        code="unknown_barcode",
        field="gtin",
        keys=('CASE WHEN "item" IS NULL THEN "gtin" END',),
        gives={
            "gtin_id": "BIGINT",
            "gtin_factor": "DECIMAL(18,4)",
            "gtin_divisible": "BOOLEAN",
        },
        sql=_ITEMS,
        message=_("There is no product with the barcode “%(value)s”."),
        hint=_("Add the barcode to the product, or say which product is meant."),
        master_url="catalog:list",
        create=create_items,
        create_permission=CHANGE_CATALOG,
    ),
    Lookup(
        code="unknown_unit",
        field="unit",
        keys=('CASE WHEN "unit" IS NOT NULL THEN coalesce(item_id, gtin_id) END', '"unit"'),
        key_types=("BIGINT", "VARCHAR"),
        gives={"unit_factor": "DECIMAL(18,4)"},
        sql=_UNITS,
        message=_("The product has no unit “%(value)s”."),
        hint=_("Add the unit and how many base units it holds to the product."),
        master_url="catalog:list",
    ),
)
# Wide factors: DuckDB fails a whole file when a product leaves 18 digits.
FACTOR = "CAST(coalesce(unit_factor, item_factor, gtin_factor, 1) AS DECIMAL(38,4))"
COUNTED = {
    "sku_id": ("BIGINT", "coalesce(item_id, gtin_id)"),
    "base_quantity": ("DECIMAL(18,4)", f'"quantity" * {FACTOR}'),
}
"""What files of quantities derive: the product, by its code or barcode, and base units."""
DERIVED = COUNTED | {
    "base_quantity": (
        "DECIMAL(18,4)",
        '(CASE WHEN "direction" = \'return\' THEN -abs("quantity") ELSE "quantity" END)'
        f" * {FACTOR}",
    ),
    "line_amount": (
        "DECIMAL(18,4)",
        'round(coalesce(CASE WHEN "direction" = \'return\' THEN -abs("amount") ELSE "amount" END,'
        ' (CASE WHEN "direction" = \'return\' THEN -abs("quantity") ELSE "quantity" END)'
        ' * CAST("price" AS DECIMAL(38,4))), 4)',
    ),
}
LINE_RULES = (
    Rule(
        code="no_item",
        field="item",
        bad='"item" IS NULL AND "gtin" IS NULL',
        message=_("The row names neither an item code nor a barcode."),
    ),
    Rule(
        code="future_date",
        field="on",
        bad='"on" > $today',
        message=_("The date “%(value)s” lies in the future."),
    ),
    Rule(
        code="before_start",
        field="on",
        bad=f"\"on\" < DATE '{EARLIEST.isoformat()}'",
        message=_("The date “%(value)s” lies before the year 2000."),
    ),
    Rule(
        code="broken_unit",
        field="quantity",
        bad=(
            "base_quantity <> trunc(base_quantity) AND NOT coalesce(item_divisible, gtin_divisible)"
        ),
        message=_("The product is counted in whole base units; quantity “%(value)s” breaks one."),
    ),
)
"""What every file of lines about a product on a day keeps to."""
RULES = (
    *LINE_RULES,
    Rule(
        code="nothing_said",
        field="quantity",
        bad="base_quantity = 0 AND coalesce(line_amount, 0) = 0",
        message=_("Neither a quantity nor an amount."),
    ),
    Rule(
        code="own_customer",
        field="counterparty",
        bad="customer_id = store_id",
        message=_("“%(value)s” is the partner itself, not a customer of it."),
    ),
    Rule(
        code="sign_mismatch",
        field="quantity",
        bad="base_quantity <> 0 AND line_amount <> 0 AND (base_quantity < 0) <> (line_amount < 0)",
        message=_("Quantity “%(value)s” and amount have opposite signs."),
    ),
    Rule(
        code="too_large",
        field="quantity",
        bad=(
            f'"quantity" IS NOT NULL AND base_quantity IS NULL OR abs(base_quantity) > {MOST_UNITS}'
        ),
        message=_("Quantity “%(value)s” is out of range in base units."),
    ),
    Rule(
        code="too_much",
        field="amount",
        bad=f"abs(line_amount) > {MOST_MONEY}",
        message=_("Amount “%(value)s” is out of range."),
    ),
)


def check_sender(columns: Mapping[str, int], node_id: int) -> None:
    """Without a partner column the sender itself is meant, so it must be a partner."""
    if "store" in columns or Node.objects.filter(pk=node_id, kind=NodeKind.PARTNER).exists():
        return
    raise MappingIncomplete(
        _(
            "Headquarters sells to nobody by itself: map the column that names the partner, or send"
            " the file for the partner who sold."
        ),
        code="sales.no_partner_column",
        field="store",
    )


def post_sales(batch: Batch) -> int:
    """Good rows to facts; the sender is the partner where the file names none."""
    flow = batch.options.get("flow") or Flow.SELL_OUT
    lines = LineTable(
        table=batch.table,
        span=batch.span,
        rows=batch.rows,
        columns={
            "line_key": "row_key",
            "node_id": f"coalesce(store_id, {int(batch.node_id)})",
            "counterparty_id": "customer_id",
            "sku_id": "sku_id",
            '"on"': '"on"',
            "quantity": "base_quantity",
            "amount": "coalesce(line_amount, 0)",
            "document": "coalesce(document, '')",
        },
    )
    origin = Origin(
        source=source_name(flow, batch.node_id),
        flow=flow,
        currency=batch.options.get("currency") or settings.CURRENCY,
        now=batch.now,
        import_id=batch.import_id,
        by_house=not sent_by_partner(Import.objects.get(pk=batch.import_id)),
    )
    return record_lines(lines, origin).recorded


SALES: Any = register(
    ImportType(
        code="sales",
        label=_("sales"),
        help=_("One line per product sold: date, partner, product, quantity, amount."),
        permission=REPORT,
        fields=FIELDS,
        lookups=LOOKUPS,
        derived=DERIVED,
        rules=RULES,
        requires=(("item", "gtin"),),
        keys=(("line_id",), ("store", "document", "line_no"), ("document", "line_no")),
        options=(
            Option(
                name="flow",
                label=_("flow"),
                default=Flow.SELL_OUT,
                choices=dict(Flow.choices),
                reserved=RESERVED,
            ),
            Option(
                name="currency",
                label=_("currency"),
                default=settings.CURRENCY,
                fold=str.upper,
                faults=currency_fault,
            ),
        ),
        total="line_amount",
        check=check_sender,
        create_sender=create_own_sales,
        find_repeats=find_repeats,
        whose="store_id",
        post=post_sales,
    )
)
