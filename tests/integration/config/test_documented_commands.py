"""The guides' commands, run as they are written, on a database of their own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from tests.structure.test_documents import BLOCK, LINE, ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SALES = "日期,门店编码,商品编码,商品名称,数量,金额\n2026-11-01,S1,K1,绿茶,3,30.00\n2026-11-02,S1,K2,红茶,1,12.50\n"
MAPPING = {"on": "InvoiceDate", "item": "StockCode", "quantity": "Quantity", "price": "UnitPrice"}


@pytest.fixture
def shell(tree, tmp_path):
    """Run a command line as a user would, on this test's database."""
    info = connection.connection.info
    url = (
        f"postgresql://{info.user}@/{info.dbname}?host={quote(info.host, safe='')}&port={info.port}"
    )
    environment = os.environ | {
        "DATABASE_URL": url,
        "YUNHE_VAR": str(tmp_path / "var"),
        "YUNHE_LANGUAGE": "en",
    }

    def run(line: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", *shlex.split(line)]
        return subprocess.run(
            words,
            cwd=tmp_path,
            env=environment,
            input=answer,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


def lines_of(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line.strip() for line in LINE.findall("\n".join(BLOCK.findall(text)))]


def imported(shell, line: str) -> dict[str, object]:
    done = shell(f"{line} --json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_import_your_own_sales(shell, tmp_path: Path) -> None:
    import polars

    serve, *lines = lines_of("docs/how-to/import-your-own-sales.md")
    assert serve == "yunhe serve"
    sales, stores, products, mapped, again = lines
    (tmp_path / "sales.csv").write_text(SALES, encoding="gb18030")
    report = imported(shell, sales)
    assert (report["rows"], report["accepted"], report["quarantined"]) == (2, 2, 0)
    assert Decimal(str(report["amount_accepted"])) == Decimal("42.50")

    (tmp_path / "stores.csv").write_text("门店编码,门店名称,上级编码\nS9,滨江店,D1\n")
    assert imported(shell, stores)["accepted"] == 1
    (tmp_path / "products.csv").write_text("商品编码,商品名称\nK9,乌龙茶\n")
    assert imported(shell, products)["accepted"] == 1

    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    row = {"InvoiceDate": "2026-11-03", "StockCode": "K1", "Quantity": 2, "UnitPrice": 9.5}
    polars.DataFrame([row]).write_parquet(tmp_path / "lines.parquet")
    assert imported(shell, mapped)["rows"] == 1

    first, *told = SALES.splitlines()
    lines = [first, *told, "2026-11-02,S1,K2,红茶,1,9.75"]
    (tmp_path / "june-again.csv").write_text("\n".join(lines) + "\n")
    stopped = shell(again.replace("skip", "stop"))
    assert stopped.returncode == 2, stopped.stdout
    report = imported(shell, again)
    assert (report["rows"], report["accepted"], report["duplicates"]) == (3, 1, 2)
    assert Decimal(str(report["amount_accepted"])) == Decimal("9.75")


def test_operate(shell, tmp_path: Path) -> None:
    lines = lines_of("docs/how-to/operate.md")
    assert [line.split()[1] for line in lines] == ["serve", "check", "backup", "restore"]
    assert shell("yunhe check").returncode == 0
    for line, answer in ((lines[2], ""), (lines[3], "y\n")):
        done = shell(line.replace("/backups", str(tmp_path)), answer)
        assert done.returncode == 0, done.stderr


def test_conformance(shell) -> None:
    cases = ROOT / "conformance" / "rebates"
    done = shell(f"yunhe conformance rebates {cases} --json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["cases"] == len(list(cases.glob("*.json")))
