"""POS files as dealers would send them: Chinese headers, a folder a dealer, two imperfect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter

from yunhe.demo.story import Story

HEADERS = {
    "line_no": "行号",
    "receipt_no": "小票号",
    "store_code": "门店编码",
    "gtin": "商品条码",
    "on": "销售日期",
    "quantity": "数量",
    "unit_zh": "单位",
    "amount": "金额",
    "member_no": "会员号",
}
RENAMED = {"门店编码": "店号", "商品条码": "条形码", "销售日期": "日期", "金额": "实收金额（元）"}
"""What the second imperfect file calls the columns: a saved mapping is needed to read it."""

MONTHS_APART = 2
"""Core dealers send the newest two months month by month, and what lies before as one catch-up
file; the others send everything in one file. A file costs intake the same whatever its size."""

EXCEL_EVERY = 6
DAMAGES: tuple[tuple[str, str, str], ...] = (
    ("商品条码", "2906900099999", "unknown product"),
    ("商品条码", "69O1234567890", "barcode with a letter"),
    ("门店编码", "ST9999", "unknown store"),
    ("销售日期", "2026-13-05", "impossible date"),
    ("数量", "两", "quantity in words"),
    ("金额", "十三元五", "amount in words"),
)
"""Column, what stands there instead, and why a check must refuse the row."""


@dataclass(frozen=True, slots=True)
class PosFile:
    """One file to be sent: all cells are text, `damaged` counts the rows that must be refused."""

    dealer_code: str
    period: str
    rows: pl.DataFrame
    excel: bool = False
    damaged: int = 0

    @property
    def name(self) -> str:
        return f"{self.dealer_code}_POS_{self.period}.{'xlsx' if self.excel else 'csv'}"


def list_pos_files(story: Story) -> Iterator[PosFile]:
    """Every POS line of the story exactly once, dealer by dealer, oldest first.

    The two dealers with the fewest lines (but a dozen) in the newest full month send the
    imperfect files of that month: one with damaged rows (`DAMAGES`), one with other column names,
    slashes in dates and a total row.
    """
    lines = _as_sent(story)
    recent = _first_recent_month(story.shift.last)
    newest_full = _month_before(story.shift.last.replace(day=1))
    damaged_by, renamed_by = _imperfect_dealers(lines, newest_full)
    monthly = _core_dealers(story) | {damaged_by, renamed_by}
    for index, (key, part) in enumerate(
        lines.partition_by("dealer_code", as_dict=True, maintain_order=True).items()
    ):
        code = str(key[0])
        period = (
            pl.when((pl.col("day") < recent) | pl.lit(code not in monthly))
            .then(pl.lit("history"))
            .otherwise(pl.col("day").dt.strftime("%Y-%m"))
        )
        parts = part.with_columns(period.alias("period")).partition_by(
            "period", as_dict=True, maintain_order=True
        )
        for (name,), rows in parts.items():
            sent = PosFile(
                code,
                str(name),
                rows.select(HEADERS.values()),
                index % EXCEL_EVERY == EXCEL_EVERY - 1,
            )
            if name == newest_full.strftime("%Y-%m") and code == damaged_by:
                yield _damage(sent)
            elif name == newest_full.strftime("%Y-%m") and code == renamed_by:
                yield _rename(sent)
            else:
                yield sent


def write_pos_files(story: Story, folder: Path) -> list[Path]:
    """Write all files below `folder`, a subfolder a dealer; returns paths in sending order."""
    paths = []
    for file in list_pos_files(story):
        path = folder / file.dealer_code / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.excel:
            _write_excel(file.rows, path)
        else:
            file.rows.write_csv(path, include_bom=True)
        paths.append(path)
    return paths


def _as_sent(story: Story) -> pl.DataFrame:
    words = story.catalogue.products.select("sku", "gtin", "unit_zh")
    return (
        story.sell_out.join(words, on="sku")
        .with_columns(
            pl.col("on").alias("day"),
            (pl.lit("MB") + pl.col("household_id").cast(pl.String).str.zfill(5)).alias("member_no"),
        )
        .sort("dealer_code", "on", "store_code", "line_no")
        .select(
            "dealer_code",
            "day",
            *(pl.col(name).cast(pl.String).alias(header) for name, header in HEADERS.items()),
        )
    )


def _month_before(first_of_month: dt.date) -> dt.date:
    return (first_of_month - dt.timedelta(days=1)).replace(day=1)


def _first_recent_month(last: dt.date) -> dt.date:
    month = last.replace(day=1)
    for _ in range(MONTHS_APART - 1):
        month = _month_before(month)
    return month


def _core_dealers(story: Story) -> set[str]:
    return set(story.network.dealers.filter(pl.col("tier") == "core")["code"])


def _imperfect_dealers(lines: pl.DataFrame, month: dt.date) -> tuple[str, str]:
    small = (
        lines.filter(pl.col("day").dt.month_start() == month)
        .group_by("dealer_code")
        .len()
        .filter(pl.col("len") >= 2 * len(DAMAGES))
        .sort("len", "dealer_code")["dealer_code"]
    )
    return str(small[0]), str(small[1])


def _damage(file: PosFile) -> PosFile:
    rows = file.rows
    count = min(len(DAMAGES), len(rows))
    for index, (column, value, _) in enumerate(DAMAGES[:count]):
        # spread over the file: an error is rarely in the first rows that somebody looks at
        at = (index + 1) * len(rows) // (count + 1)
        cells = rows[column].to_list()
        cells[at] = value
        rows = rows.with_columns(pl.Series(column, cells))
    return PosFile(file.dealer_code, file.period, rows, file.excel, count)


def _rename(file: PosFile) -> PosFile:
    """Other names, `2026/10/05`, thousands separators and a total row that is nobody's sale."""
    rows = file.rows.with_columns(pl.col("销售日期").str.replace_all("-", "/"))
    total = rows["金额"].cast(pl.Decimal(18, 2)).sum()
    pieces = rows["数量"].cast(pl.Int64).sum()
    footer = dict.fromkeys(rows.columns, "") | {
        "行号": "合计",
        "数量": f"{pieces:,}",
        "金额": f"{total:,}",
    }
    rows = pl.concat([rows, pl.DataFrame([footer], schema=rows.schema)]).rename(RENAMED)
    return PosFile(file.dealer_code, file.period, rows, excel=True, damaged=1)


def _write_excel(rows: pl.DataFrame, path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("销售流水")
        sheet.write_row(0, 0, rows.columns)
        for number, row in enumerate(rows.iter_rows(), start=1):
            sheet.write_row(number, 0, row)
