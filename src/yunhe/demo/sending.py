"""Loading steps of the sales facts: files go through intake, as a dealer or the ERP sends them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.demo.context import Context, demo_folder
from yunhe.demo.handoff import write_pos_files
from yunhe.platform.intake.bring import Report, bring_file
from yunhe.platform.intake.choices import State
from yunhe.trade.sales.choices import Flow

SAY_EVERY = 24


def load_opening_facts(context: Context) -> None:
    """Opening stock of every dealer, so that a sell-through rate has its denominator."""
    dealers = context.story.network.dealers["code"].implode()
    price = _dealer_price(context)
    rows = (
        context.story.opening.filter(pl.col("node_code").is_in(dealers))
        .join(price, on="sku")
        .select(
            pl.col("on").alias("日期"),
            pl.col("node_code").alias("经销商编码"),
            pl.col("sku").alias("商品编码"),
            pl.col("quantity").alias("数量"),
            (pl.col("quantity") * pl.col("price")).alias("金额"),
            pl.lit("OPEN").alias("单号"),
            pl.concat_str("node_code", "sku", separator="-").alias("行号"),
        )
    )
    _bring(context, rows, "opening.parquet", flow="opening")


def load_sell_in(context: Context) -> None:
    """Deliveries to dealers before the weeks that are loaded as order documents."""
    lines = context.story.orders.lines.select("order_no", "line_no", "sku", "price", "case_size")
    rows = (
        context.story.receipts.filter(pl.col("on") < context.documents_from)
        .join(lines, on=["order_no", "sku"])
        .with_columns((pl.col("quantity") // pl.col("case_size")).alias("cases"))
        .select(
            pl.col("on").alias("日期"),
            pl.col("dealer_code").alias("经销商编码"),
            pl.col("sku").alias("商品编码"),
            pl.col("quantity").alias("数量"),
            (pl.col("cases") * pl.col("price")).alias("金额"),
            pl.col("order_no").alias("单号"),
            pl.col("line_no").cast(pl.String).alias("行号"),
        )
    )
    _bring(context, rows, "sell_in_history.parquet", flow="sell_in")


def load_sell_through(context: Context) -> None:
    """Deliveries of dealers and sub-dealers to the next level, a file of the whole year."""
    rows = context.story.sell_through.with_row_index("row").select(
        pl.col("on").alias("日期"),
        pl.col("from_code").alias("经销商编码"),
        pl.col("to_code").alias("客户编码"),
        pl.col("sku").alias("商品编码"),
        pl.col("quantity").alias("数量"),
        pl.col("amount").alias("金额"),
        pl.format("DN{}-{}", pl.col("on").dt.strftime("%y%m%d"), "to_code").alias("单号"),
        pl.col("row").cast(pl.String).alias("行号"),
    )
    _bring(context, rows, "sell_through.parquet", flow="sell_through")


def load_sell_out(context: Context) -> None:
    """The real POS lines in the files that each dealer sends; two of them are imperfect."""
    folder = Path(demo_folder())
    context.say(_("  writing the dealers’ POS files…"))
    paths = write_pos_files(context.story, folder)
    accepted = quarantined = 0
    for number, path in enumerate(paths, start=1):
        report = _bring_path(context, path, flow="sell_out", node=path.parent.name)
        accepted, quarantined = accepted + report.accepted, quarantined + report.quarantined
        if number % SAY_EVERY == 0 or number == len(paths):
            told = {
                "number": number,
                "count": len(paths),
                "accepted": f"{accepted:,}",
                "quarantined": quarantined,
            }
            context.say(
                _(
                    "  POS files: %(number)s of %(count)s, %(accepted)s lines accepted,"
                    " %(quarantined)s quarantined"
                )
                % told
            )


def _dealer_price(context: Context) -> pl.DataFrame:
    lines = context.story.prices.lines
    return lines.filter(
        (pl.col("price_list") == "PL-GROWTH")
        & (pl.col("unit") == "ea")
        & (pl.col("valid_from") == lines["valid_from"].min())
    ).select("sku", "price")


def _bring(context: Context, rows: pl.DataFrame, name: str, *, flow: str) -> None:
    path = Path(demo_folder()) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(path)
    report = _bring_path(context, path, flow=flow)
    if report.quarantined:
        raise RuntimeError(f"{name}: {report.quarantined} rows were refused\n{report.as_text()}")
    told = {"flow": Flow(flow).label, "lines": f"{report.accepted:,}"}
    context.say(_("  %(flow)s: %(lines)s lines") % told)


def _bring_path(context: Context, path: Path, *, flow: str, node: str | None = None) -> Report:
    report = bring_file(
        path,
        type_code="sales",
        actor=context.actor,
        now=timezone.now(),
        node_id=context.nodes[node] if node else None,
        options={"flow": flow},
    )
    if report.state != State.DONE:
        raise RuntimeError(f"{path.name}: {report.error or report.state}")
    return report
