"""The same definitions give the same numbers on DuckDB and on a Spark cluster, to the last digit."""

from __future__ import annotations

from datetime import date

import pytest
from tests.integration.insight.conftest import channel  # noqa: F401
from tests.integration.platform.metrics.conftest import METRICS

from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.engine.executors import current_mart, mart_at
from yunhe.platform.metrics.engine.query import fact_rows, query
from yunhe.platform.metrics.question import Filter, Question, Span

pytestmark = [pytest.mark.cluster, pytest.mark.django_db]

SYSTEM = system_principal("test")
WINTER = Span(date(2026, 1, 1), date(2026, 3, 1))


@pytest.fixture
def both(settings, spark_url):
    """Ask a question on DuckDB, then on Spark; return both results."""

    def ask(question, principal=SYSTEM):
        settings.MART_URL = "duckdb://"
        first = query(question, principal=principal)
        settings.MART_URL = spark_url
        assert current_mart().executor.dialect == "pyspark"
        return first, query(question, principal=principal)

    yield ask
    settings.MART_URL = "duckdb://"
    mart_at.cache_clear()


def same(first, second) -> bool:
    return first.rows == second.rows and first.total == second.total


def test_the_worker_really_computes(spark_url, settings, mart):
    settings.MART_URL = spark_url
    session = current_mart().executor.session
    assert session.sparkContext.master == spark_url
    hosts = session.sparkContext.parallelize(range(4), 2).map(lambda n: n * n).sum()
    assert hosts == 14


def test_every_engine_metric_by_time_and_place(both, mart):
    names = tuple(metric.name for metric in METRICS)
    for grain in ("week", "month"):
        question = Question(metrics=names, period=WINTER, grain=grain, dimensions=("t_region",))
        first, second = both(question)
        assert same(first, second), grain
        assert first.rows


def test_filters_histories_and_scopes(both, mart, make_user, tree):
    user = make_user("dealer_owner", tree["D1"])
    questions = [
        Question(metrics=("t_amount", "t_closing"), period=WINTER, dimensions=("t_brand",)),
        Question(
            metrics=("t_amount",), period=WINTER, where=(Filter("t_item", ("A",), exclude=True),)
        ),
        Question(metrics=("t_distribution",), period=WINTER, dimensions=("t_item", "t_region")),
    ]
    with scoped(user.pk) as principal:
        for question in questions:
            for asker in (SYSTEM, principal):
                first, second = both(question, asker)
                assert same(first, second)


def test_every_metric_of_the_product(both, channel):  # noqa: F811  the fixture is imported
    """All declared metrics over a year of rows of every kind, by region and month."""
    names = tuple(name for name in registry.metrics() if not name.startswith("t_"))
    assert len(names) >= 25
    question = Question(
        metrics=names,
        period=Span(date(2025, 10, 1), date(2026, 3, 1)),
        grain="month",
        dimensions=("region",),
    )
    first, second = both(question)
    for left, right in zip(first.rows, second.rows, strict=True):
        assert left == right
    assert first.total == second.total


def test_rows_behind_a_number(both, mart, settings, spark_url):
    amount = registry.get_metric("t_amount")
    measure = amount.leaves[0].measure
    found = []
    for url in ("duckdb://", spark_url):
        settings.MART_URL = url
        found.append(fact_rows(measure, metric=amount, period=WINTER, principal=SYSTEM))
    assert found[0] == found[1] != []
