"""Loading steps of the goods: a year of movements, then the HQ warehouse opens for orders."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.demo.context import Context
from yunhe.demo.network import HQ_CODE
from yunhe.goods.stock.services import MovementLine, check_balances, open_place, record_movements
from yunhe.platform.access.models import Node

_COLUMNS = ("on", "kind", "source", "target", "sku", "quantity", "ref")


def load_movements(context: Context) -> None:
    """Opening counts, production, deliveries and sales as stock movements, day by day.

    Orders of the last weeks are loaded as documents, which move their goods themselves. A
    transaction a day: within one transaction a balance keeps every version it ever had, and a year
    of them makes each update slower than the one before. Keys make a repetition harmless.
    """
    days = movements(context).partition_by("on", as_dict=True, maintain_order=True)
    for number, ((day,), part) in enumerate(days.items(), start=1):
        lines = [_line(context, row) for row in part.iter_rows(named=True)]
        with transaction.atomic():
            record_movements(lines, on=day, actor=context.actor, now=context.at(day, 20))
        if number % 50 == 0:
            told = {"number": number, "count": len(days)}
            context.say(_("  stock movements: day %(number)s of %(count)s") % told)


def movements(context: Context) -> pl.DataFrame:
    """All movements with `_COLUMNS`, arrivals of a day before departures."""
    story = context.story
    opened = story.opening.with_columns(
        kind=pl.lit("opening"),
        source=pl.lit(None, pl.String),
        target="node_code",
        ref=pl.lit("OPEN"),
    )
    made = story.production.with_columns(
        kind=pl.lit("receipt"),
        source=pl.lit(None, pl.String),
        target=pl.lit(HQ_CODE),
        ref=pl.format("MO{}", pl.col("on").dt.strftime("%y%m%d")),
    )
    shipped = shipments(context).with_columns(
        kind=pl.lit("shipment"), source=pl.lit(HQ_CODE), target="dealer_code", ref="order_no"
    )
    through = story.sell_through.with_columns(
        kind=pl.lit("transfer"), source="from_code", target="to_code", ref=_delivery_number()
    )
    sold = (
        story.sell_out.group_by("on", "store_code", "sku")
        .agg(pl.col("quantity").sum())
        .with_columns(
            kind=pl.lit("sale"),
            source="store_code",
            target=pl.lit(None, pl.String),
            ref=pl.lit("POS"),
        )
    )
    blocked = story.write_off.with_columns(
        kind=pl.lit("block"), source=pl.lit(HQ_CODE), target=pl.lit(HQ_CODE), ref=pl.lit("QC-HOLD")
    )
    order = {"opening": 0, "receipt": 1, "shipment": 2, "transfer": 3, "sale": 4, "block": 5}
    parts = [opened, made, shipped, through, sold, blocked]
    return (
        pl.concat([part.select(_COLUMNS) for part in parts])
        .with_columns(pl.col("kind").replace_strict(order, return_dtype=pl.Int8).alias("rank"))
        .sort("on", "rank", "source", "target", "sku", "ref")
        .drop("rank")
    )


def shipments(context: Context) -> pl.DataFrame:
    """Goods of the orders that are history: order_no, dealer_code, sku, on (arrival), quantity."""
    return context.story.receipts.filter(pl.col("on") < context.documents_from)


def _delivery_number() -> pl.Expr:
    """One delivery a supplier, receiver and day."""
    return pl.format("DN{}-{}", pl.col("on").dt.strftime("%y%m%d"), pl.col("to_code"))


def _line(context: Context, row: dict[str, Any]) -> MovementLine:
    source, target = row["source"], row["target"]
    blocked = row["kind"] == "block"
    return MovementLine(
        sku_id=context.skus[str(row["sku"])],
        quantity=row["quantity"],
        reason=str(row["kind"]),
        key=f"demo|{row['kind']}|{row['on']}|{source}|{target}|{row['sku']}|{row['ref']}",
        source=context.nodes[str(source)] if source else None,
        target=context.nodes[str(target)] if target else None,
        target_status="quarantine" if blocked else "available",
        ref=str(row["ref"]),
    )


def open_warehouse(context: Context) -> None:
    """The HQ warehouse supplies orders: what it holds now may be promised."""
    open_place(Node.objects.get(code=HQ_CODE), supplies=True, actor=context.actor)


def check_stock(context: Context) -> None:
    """What the half-hourly job does, so that the first look shows a result."""
    check_balances(actor=context.actor, now=timezone.now())
