from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

from yunhe.demo.handoff import DAMAGES, HEADERS, RENAMED, list_pos_files, write_pos_files
from yunhe.demo.story import Story


def test_files_hold_every_line_once_beside_the_damaged_rows(story: Story) -> None:
    files = list(list_pos_files(story))
    back = {after: before for before, after in RENAMED.items()}
    rows = pl.concat([file.rows.rename(back, strict=False) for file in files])

    assert len(rows) == len(story.sell_out) + 1  # the total row of one file
    assert rows["行号"].n_unique() == len(rows)
    damaged = [file for file in files if file.damaged]
    assert sorted(file.damaged for file in damaged) == [1, len(DAMAGES)]


def test_amounts_survive_as_text(story: Story) -> None:
    clean = [file.rows for file in list_pos_files(story) if not file.damaged]
    codes = pl.concat(clean)["行号"].cast(pl.Int64)
    expected = story.sell_out.filter(pl.col("line_no").is_in(codes.implode()))["amount"].sum()

    assert pl.concat(clean)["金额"].cast(pl.Decimal(18, 2)).sum() == expected
    assert isinstance(expected, Decimal)


def test_written_files_open_in_excel(story: Story, tmp_path: Path) -> None:
    paths = write_pos_files(story, tmp_path)

    csv = next(path for path in paths if path.suffix == ".csv")
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    assert csv.read_text("utf-8-sig").splitlines()[0].split(",") == list(HEADERS.values())
    book = next(path for path in paths if path.suffix == ".xlsx")
    assert CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()[0][0] == "行号"
    assert len(paths) == len(list(list_pos_files(story)))
