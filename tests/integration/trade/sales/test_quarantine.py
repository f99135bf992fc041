"""What waits in quarantine is released by adding what it lacks, and nothing is lost on the way."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from yunhe.platform.access.principal import system_principal
from yunhe.platform.errors import DomainError
from yunhe.platform.intake.quarantine import (
    create_missing,
    discard_rows,
    map_value,
    replay_import,
)
from yunhe.platform.intake.queries import grouped_reasons
from yunhe.platform.intake.receipts import receipt_csv, safe_cell, write_receipt_xlsx
from yunhe.platform.intake.services import reopen_import
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ACTOR = system_principal("test")
FILE = """date,store code,sku,item name,qty,amount,line key
2026-11-01,S1,TEA,茶,1,10,A
2026-11-01,S1,BEER,啤酒,2,20,B
2026-11-01,S1,BEER,啤酒,3,30,C
2026-11-01,OLD7,TEA,茶,4,40,D
2026-11-01,OLD7,BEER,啤酒,5,50,E
"""


def totals(record):
    assert (
        record.rows == record.accepted + record.duplicates + record.quarantined + record.discarded
    )
    parts = (record.amount_accepted, record.amount_duplicates, record.amount_quarantined)
    assert record.amount == sum(parts, record.amount_discarded) == Decimal(150)
    return record.accepted, record.quarantined, record.discarded


def test_adding_the_product_and_naming_the_store_releases_every_row(send):
    record = send(FILE)
    assert totals(record) == (1, 4, 0)
    assert [(g["reason"], g["value"], g["rows"], g["amount"]) for g in grouped_reasons(record)] == [
        ("unknown_item", "BEER", 2, Decimal(50)),
        ("unknown_store", "OLD7", 2, Decimal(90)),
    ]
    assert create_missing(record, reason="unknown_item", actor=ACTOR, now=NOW) == 1
    record = replay_import(record.pk, actor=ACTOR, now=NOW)
    assert totals(record) == (3, 2, 0)
    map_value(record, reason="unknown_store", value="OLD7", target="S1", actor=ACTOR)
    record = replay_import(record.pk, actor=ACTOR, now=NOW)
    assert totals(record) == (5, 0, 0)
    assert [row.status for row in record.exceptions.order_by("row")] == ["released"] * 4
    keys = SalesFact.objects.order_by("line_key").values_list("line_key", "quantity")
    assert list(keys) == [("A", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 5)]
    assert replay_import(record.pk, actor=ACTOR, now=NOW).accepted == 5


def test_an_alias_serves_the_next_file_at_once(send):
    record = send(FILE)
    map_value(record, reason="unknown_item", value="BEER", target="WATER", actor=ACTOR)
    following = send("date,store code,sku,qty\n2026-11-02,S1,BEER,9\n")
    assert (following.accepted, following.quarantined) == (1, 0)


def test_discarded_rows_are_kept_on_the_receipt_and_in_the_totals(send):
    record = send(FILE)
    assert discard_rows(record, reason="unknown_store", value="OLD7", actor=ACTOR) == 2
    assert totals(record) == (1, 2, 2)


def test_a_mapping_cannot_change_after_rows_were_posted(send):
    with pytest.raises(DomainError, match=r"mapping stands|映射"):
        reopen_import(send(FILE), actor=ACTOR)


def test_the_receipt_tells_of_every_row_in_the_readers_language(send):
    record = send(FILE)
    with translation.override("en"):
        text = b"".join(receipt_csv(record)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Row", "Status", "Reason code", "Reason", "Field", "Value", "Key"]
    assert [(row[0], row[1], row[2]) for row in rows[1:]] == [
        ("2", "accepted", ""),
        ("3", "quarantined", "unknown_item"),
        ("4", "quarantined", "unknown_item"),
        ("5", "quarantined", "unknown_store"),
        ("6", "quarantined", "unknown_store"),
    ]
    assert rows[5][3] == (
        "There is no partner with the code “OLD7” among yours."
        " There is no product with the code “BEER”."
    )
    assert rows[2][6] == "B"


def test_the_receipt_as_a_workbook(send, tmp_path):
    from python_calamine import CalamineWorkbook

    path = tmp_path / "receipt.xlsx"
    with translation.override("en"), path.open("wb") as handle:
        write_receipt_xlsx(send(FILE), handle, problems_only=True)
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["Row", 3, 4, 5, 6]


def test_cells_that_a_spreadsheet_would_run_are_disarmed(send):
    record = send(
        'date,sku,qty,line key\n2026-11-01,"=HYPERLINK(""http://x"")",1,@A\n2026-11-01,+1,1,B\n'
    )
    text = b"".join(receipt_csv(record)).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'@A" in cells
    assert [safe_cell(value) for value in ("-5", 5, "a", "\tx", "＝1")] == [
        "'-5",
        5,
        "a",
        "'\tx",
        "'＝1",
    ]
