"""Texts behind a number are read in the reader's language, as in the lists."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from yunhe.channel.network.models import Partner
from yunhe.money.ledger.models import Entry, Line
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.mart.refresh import refresh_mart
from yunhe.platform.metrics.question import Question, Span

from .conftest import NOW

pytestmark = pytest.mark.django_db
SYSTEM = system_principal("test")


@pytest.fixture
def named(channel):
    """Dealer 1 and its store in a city with an English name, dealer 2's in one without; posting texts."""
    Partner.objects.filter(node_id__in=[channel.D1, channel.S1]).update(
        city="上海", city_en="Shanghai"
    )
    # one of a city's partners was filed without the English name
    Partner.objects.filter(node_id=channel.S3).update(city="上海")
    Partner.objects.filter(node_id=channel.S2).update(city="广州")
    entry = Entry.objects.filter(kind="invoice").latest("pk")
    entry.pk, entry.key, entry.on = entry.pk + 100_000, "told", date(2026, 3, 1)
    entry.text, entry.text_en = "发货 1", "Shipment 1"
    entry.save(force_insert=True)
    for account, amount in (("receivable", entry.amount), ("adjustment", -entry.amount)):
        Line.objects.create(entry=entry, node_id=entry.node_id, account=account, amount=amount)
    refresh_mart(now=NOW, full=True)
    return channel


@pytest.mark.parametrize(
    ("language", "cities"), [("en", {"Shanghai", "广州"}), ("zh-hans", {"上海", "广州"})]
)
def test_cities_are_named(named, language, cities):
    question = Question(
        metrics=("sell_out_amount",),
        period=Span(date(2026, 1, 5), date(2026, 3, 1)),
        dimensions=("city",),
    )
    with override(language):
        rows = query(question, principal=SYSTEM).rows
    assert {row.texts["city"] for row in rows} == cities
    assert {row.keys["city"] for row in rows} == {"上海", "广州"}, "the key is one in any language"


@pytest.mark.parametrize(("language", "text"), [("en", "Shipment 1"), ("zh-hans", "发货 1")])
def test_posting_texts_are_read(named, client, make_user, language, text):

    client.force_login(make_user("director", Node.objects.get(pk=named.HQ)))
    client.cookies["django_language"] = language
    metric = registry.get_metric("receivables")
    asked = {"from": "2025-10-01", "to": "2026-04-01"}
    page = client.get(f"/metrics/{metric.name}/rows/", asked)
    fact = page.context["fact"]
    at = [column for column, _label in fact.shown].index("text")
    shown = {cells[at][0] for cells, _url in page.context["lines"]}
    assert shown - {""} == {text}
    exported = b"".join(client.get(f"/metrics/{metric.name}/rows/", asked | {"export": "csv"}))
    assert text in exported.decode("utf-8-sig")
