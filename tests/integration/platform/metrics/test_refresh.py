"""The mart follows PostgreSQL: exactly the dirty months, exactly the rows, crash or not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.integration.platform.metrics.conftest import NOW, SALE, add_sales

from yunhe.platform.access.principal import system_principal
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.errors import DuplicateKey, MartEmpty
from yunhe.platform.metrics.mart import refresh as refreshing
from yunhe.platform.metrics.mart.manifest import read_manifest
from yunhe.platform.metrics.mart.refresh import mart_folder, refresh_mart
from yunhe.platform.metrics.models import Mark
from yunhe.platform.metrics.question import Question, Span

pytestmark = pytest.mark.django_db

D = Decimal

LATER = NOW + timedelta(minutes=1)


def amount(start: date = date(2025, 1, 1), end: date = date(2027, 1, 1)) -> D | None:
    question = Question(metrics=("t_amount",), period=Span(start, end))
    return query(question, principal=system_principal("test")).total.values["t_amount"]


def months(name: str = "t_sales") -> dict[str, str]:
    return {
        month: part.file for month, part in read_manifest(mart_folder()).tables[name].parts.items()
    }


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_before_the_first_refresh_there_is_no_number(trade):
    with pytest.raises(MartEmpty):
        amount()


def test_nothing_changed_nothing_is_written(mart):
    before = read_manifest(mart_folder())
    again = refresh_mart(now=LATER)
    after = read_manifest(mart_folder())
    assert (again.parts, after.version, after.tables) == (0, before.version, before.tables)
    assert after.checked_at == LATER


def test_a_late_fact_rebuilds_its_month_only(mart):
    before = months()
    add_sales([(9, mart.S2, "A", "2025-01-20", "1", "0.01")])
    refresh_mart(now=LATER)
    after = months()
    assert {month for month in after if after[month] != before.get(month)} == {"2025-01"}
    assert amount() == D("104.41")


def test_updates_mark_the_old_and_the_new_month(mart):
    before = months()
    execute("UPDATE t_sale SET \"on\" = '2026-03-02' WHERE id = 4")
    refresh_mart(now=LATER)
    after = months()
    assert sorted(before) == ["2025-01", "2026-01", "2026-02"]
    assert sorted(after) == ["2025-01", "2026-01", "2026-03"]
    assert amount(date(2026, 3, 1), date(2026, 4, 1)) == D("30.30")


def test_deletes_and_truncates_are_followed(mart):
    execute("DELETE FROM t_sale WHERE id = 1")
    refresh_mart(now=LATER)
    assert amount() == D("84.30")
    execute("TRUNCATE t_sale")
    refresh_mart(now=LATER)
    assert (amount(), months()) == (D(0), {})


def test_a_touched_month_with_the_same_rows_keeps_its_file(mart):
    before = read_manifest(mart_folder())
    execute("UPDATE t_sale SET amount = amount WHERE id = 1")
    assert Mark.objects.filter(source="t_sales").exists()
    refresh_mart(now=LATER)
    assert read_manifest(mart_folder()).version == before.version


def test_the_mart_can_be_thrown_away(mart):
    for path in mart_folder().glob("*/*"):
        path.unlink()
    (mart_folder() / "manifest.json").unlink()
    refresh_mart(now=LATER)
    assert amount() == D("104.40")


def test_a_full_rebuild_gives_the_same(mart):
    version = read_manifest(mart_folder()).version
    done = refresh_mart(now=LATER, full=True)
    assert (done.version, amount()) == (version + 1, D("104.40"))


def test_a_crash_before_the_manifest_loses_nothing(mart, monkeypatch):
    add_sales([(9, mart.S2, "A", "2026-02-20", "1", "1.00")])
    from django.db import transaction

    def crash(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(refreshing, "write_manifest", crash)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            refresh_mart(now=LATER)
    assert amount() == D("104.40")
    assert Mark.objects.filter(source="t_sales").count() == 1
    refresh_mart(now=LATER)
    assert amount() == D("105.40")


def test_another_definition_rebuilds_the_fact(mart, monkeypatch):
    object.__setattr__(SALE, "sql", SALE.sql + " WHERE id <> 1")
    try:
        refresh_mart(now=LATER)
        assert amount() == D("84.30")
    finally:
        object.__setattr__(SALE, "sql", SALE.sql.removesuffix(" WHERE id <> 1"))


def test_text_survives_the_way(mart):
    execute("""UPDATE t_sale SET note = E'a "quoted",\\n第二行' WHERE id = 1""")
    execute("UPDATE t_sale SET note = '' WHERE id = 2")
    refresh_mart(now=LATER)
    import duckdb

    file = mart_folder() / months()["2026-01"]
    found = duckdb.sql(f"SELECT id, note FROM read_parquet('{file}') ORDER BY id").fetchall()
    assert found == [(1, 'a "quoted",\n第二行'), (2, ""), (3, None)]


def test_a_source_that_repeats_keys_is_refused(mart):
    execute("INSERT INTO t_item VALUES ('A', 'again', '甲', 'A', '2020-01-01', NULL)")
    with pytest.raises(DuplicateKey, match="1"):
        refresh_mart(now=LATER)


def test_one_statement_leaves_one_mark_a_month(trade):
    Mark.objects.all().delete()
    execute(
        "INSERT INTO t_sale SELECT 100 + n, 1, 'A', DATE '2026-01-01' + n % 59, 1, 1"
        " FROM generate_series(1, 500) n"
    )
    assert sorted(Mark.objects.values_list("source", "month")) == [
        ("t_sales", date(2026, 1, 1)),
        ("t_sales", date(2026, 2, 1)),
    ]
