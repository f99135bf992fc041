"""Where statements run: DuckDB inside the process, or Spark by URL. Same files, same SQL source."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import duckdb
from django.conf import settings
from django.utils.translation import gettext as _

from yunhe.platform.metrics.declarations import Source
from yunhe.platform.metrics.engine.statements import table_name
from yunhe.platform.metrics.errors import MartEmpty, QuestionError
from yunhe.platform.metrics.mart.manifest import NAME as MANIFEST
from yunhe.platform.metrics.mart.manifest import Manifest, Table, read_manifest
from yunhe.platform.metrics.registry import sources

Rows = list[tuple[Any, ...]]
Run = Callable[[str], Rows]


class Executor(Protocol):
    """Opens a manifest's files as tables for SQL of its `dialect`."""

    dialect: str

    def open(self, folder: Path, manifest: Manifest) -> Run:
        """Give every source's table its files; several threads may call what is returned."""


class DuckExecutor:
    """An in-memory DuckDB whose views read the Parquet files; a cursor per statement."""

    dialect = "duckdb"

    def open(self, folder: Path, manifest: Manifest) -> Run:
        # A new database per manifest: questions in progress on the old one finish undisturbed.
        connection = duckdb.connect()
        connection.execute("SET parquet_metadata_cache = true")
        for source, known in _known(manifest):
            files = ", ".join(f"'{folder / file}'" for file in known.files)
            connection.execute(
                f'CREATE VIEW "{table_name(source)}" AS SELECT * FROM read_parquet([{files}])'  # noqa: S608
            )

        def run(sql: str) -> Rows:
            with connection.cursor() as cursor:
                return cursor.execute(sql).fetchall()

        return run


class SparkExecutor:
    """A Spark cluster (`spark://host:port`); its workers read the same folder."""

    dialect = "pyspark"

    def __init__(self, url: str) -> None:
        # Imported here: an optional extra of a quarter of a gigabyte.
        from pyspark.sql import SparkSession

        self.session: Any = (
            SparkSession.builder.master(url)
            .appName("yunhe")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )

    def open(self, folder: Path, manifest: Manifest) -> Run:
        for source, known in _known(manifest):
            files = [str(folder / file) for file in known.files]
            self.session.read.parquet(*files).createOrReplaceTempView(table_name(source))
        return self._run

    def _run(self, sql: str) -> Rows:
        return [tuple(row) for row in self.session.sql(sql).collect()]


@dataclass(frozen=True)
class Opened:
    """One consistent mart: everything that a question asks of it sees the same manifest."""

    manifest: Manifest
    dialect: str
    run: Run


class Mart:
    """The mart as this process sees it: reopened when the manifest has changed."""

    def __init__(self, folder: Path, executor: Executor) -> None:
        self.executor = executor
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._opened: Opened | None = None

    def opened(self) -> Opened:
        """The current mart. Raises MartEmpty before the first refresh."""
        try:
            stat = (self._folder / MANIFEST).stat()
        except FileNotFoundError as error:
            raise MartEmpty(_("The mart is empty: its first refresh is still to come.")) from error
        stamp = (stat.st_mtime_ns, stat.st_ino)
        with self._lock:
            if self._opened is None or stamp != self._stamp:
                self._opened, self._stamp = self._reopen(read_manifest(self._folder)), stamp
            return self._opened

    def _reopen(self, manifest: Manifest) -> Opened:
        if self._opened and manifest.version == self._opened.manifest.version:
            return replace(self._opened, manifest=manifest)
        if set(sources()) - set(manifest.tables):
            # just after an upgrade: the running refresh adds what the new version declares
            raise MartEmpty(_("The mart is being brought up to date: ask again in a minute."))
        run = self.executor.open(self._folder, manifest)
        return Opened(manifest, self.executor.dialect, run)


@cache
def mart_at(folder: Path, url: str) -> Mart:
    """This process's mart for a folder and engine URL (`duckdb://` or `spark://host:port`)."""
    scheme = url.split("://", 1)[0]
    if scheme == "duckdb":
        return Mart(folder, DuckExecutor())
    if scheme == "spark":
        return Mart(folder, SparkExecutor(url))
    raise QuestionError(
        _("YUNHE_MART_URL must start with duckdb:// or spark://, not “%(url)s”.") % {"url": url}
    )


def current_mart() -> Mart:
    return mart_at(Path(settings.MART_DIR), settings.MART_URL)


def _known(manifest: Manifest) -> list[tuple[Source, Table]]:
    return [(s, manifest.tables[name]) for name, s in sources().items() if name in manifest.tables]
