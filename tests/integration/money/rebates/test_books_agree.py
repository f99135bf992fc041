"""Facts, accruals, statements and ledger tell one sum, whatever was sold, returned and settled."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db.models import Sum

from yunhe.money.ledger.models import Entry, Line
from yunhe.money.ledger.queries import balance_of, statement
from yunhe.money.rebates.choices import SettlementKind
from yunhe.money.rebates.models import Accrual, Statement, StatementLine
from yunhe.money.rebates.queries.reading import bundle_of
from yunhe.money.rebates.services import compute_accruals
from yunhe.money.rebates.verify import verify_bundle

from .conftest import RULE

pytestmark = pytest.mark.django_db
CENT = Decimal("0.01")
ENDS = date(2027, 1, 1)
CLOSED = datetime(2027, 1, 20, 4, tzinfo=UTC)
SLICES = RULE | {"flow": "sell_out", "mode": "marginal", "clawback": True}


@dataclass(frozen=True)
class Sale:
    on: date
    amount: Decimal
    known: datetime


def sales_of(seed: int) -> list[Sale]:
    """Sales and returns of one quarter in cents, in the order in which they became known."""
    dice = random.Random(seed)
    found = []
    for _number in range(14):
        on = date(2026, 10, 1) + timedelta(days=dice.randrange(92))
        sign = -1 if dice.random() < 0.35 else 1
        amount = sign * Decimal(dice.randrange(1, 90_000)) / 100
        late = timedelta(days=dice.randrange(20))
        known = datetime(on.year, on.month, on.day, 4, tzinfo=UTC) + late
        found.append(Sale(on, amount, known))
    return sorted(found, key=lambda sale: sale.known)


def hand(total: Decimal, *, marginal: bool) -> Decimal:
    """1 % below 1,000 and 2 % from there: on all of it, or each slice at its own rate."""
    if total <= 0:
        return Decimal(0)
    rate = Decimal("0.02") if total >= 1000 else Decimal("0.01")
    exact = total * rate
    if marginal and total >= 1000:
        exact = 10 + (total - 1000) * rate
    return exact.quantize(CENT, ROUND_HALF_UP)


def test_interim_settlements_and_the_final_one_pay_what_a_single_one_pays(
    programs, sell, settled, partners, tmp_path
):
    """Two programs on different flows, four settlements, returns after each; sums by hand."""
    (whole,) = programs(RULE)
    (slices,) = programs(SLICES, code="P2")
    sold = {"sell_in": sales_of(7), "sell_out": sales_of(8)}
    waiting = sorted(
        ((sale, flow) for flow, sales in sold.items() for sale in sales),
        key=lambda pair: pair[0].known,
    )
    clawed_back = False
    for cutoff, now in (
        (date(2026, 10, 31), datetime(2026, 11, 5, 4, tzinfo=UTC)),
        (date(2026, 11, 30), datetime(2026, 12, 5, 4, tzinfo=UTC)),
        (date(2026, 12, 20), datetime(2026, 12, 25, 4, tzinfo=UTC)),
        (date(2026, 12, 31), CLOSED),
    ):
        while waiting and waiting[0][0].known <= now:
            sale, flow = waiting.pop(0)
            place = "D1" if flow == "sell_in" else "S1"
            sell(place, "COLA", str(sale.amount), on=sale.on, flow=flow, now=sale.known)
        final = cutoff == ENDS - timedelta(days=1)
        kind = SettlementKind.FINAL if final else SettlementKind.INTERIM
        posted = settled([whole, slices], cutoff=cutoff, kind=kind, now=now)
        lines = StatementLine.objects.filter(settlement=posted, node=partners["D1"])
        clawed_back = clawed_back or any(line.due < 0 for line in lines)
        books_agree(partners["D1"].pk)
    assert not waiting
    assert clawed_back, "the seeds show a return that takes money back"

    totals = {
        flow: sum((sale.amount for sale in sales), Decimal(0)) for flow, sales in sold.items()
    }
    expected = {
        whole.code: hand(totals["sell_in"], marginal=False),
        slices.code: hand(totals["sell_out"], marginal=True),
    }
    compute_accruals(now=CLOSED)
    accrued = Accrual.objects.filter(node=partners["D1"])
    assert {each.program.code: each.earned for each in accrued} == expected
    paid = StatementLine.objects.filter(node=partners["D1"]).values("program__code")
    assert {row["program__code"]: row["due"] for row in paid.annotate(due=Sum("due"))} == expected
    assert balance_of(partners["D1"].pk) == -sum(expected.values())
    for number, each in enumerate(Statement.objects.filter(node=partners["D1"])):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(bytes(bundle_of(each.pk)[1]))
        assert verify_bundle(file).ok


def books_agree(node_id: int) -> None:
    """One partner's statements, their lines, the accruals' paid sum and the ledger are one sum."""
    stated = Statement.objects.filter(node_id=node_id).aggregate(due=Sum("due"))["due"]
    lines = StatementLine.objects.filter(node_id=node_id).aggregate(due=Sum("due"))["due"]
    paid = Accrual.objects.filter(node_id=node_id).aggregate(paid=Sum("paid"))["paid"]
    granted = Line.objects.filter(node_id=node_id, account="rebate").aggregate(sum=Sum("amount"))
    account = statement(node_id, start=date(2026, 10, 1), end=date(2027, 2, 1))
    assert stated == lines == paid == (granted["sum"] or 0) == -balance_of(node_id)
    assert account.closing == -stated
    for each in Statement.objects.filter(node_id=node_id):
        posted = sum(
            (entry.amount for entry in Entry.objects.filter(number=each.number)), Decimal(0)
        )
        shown = {entry.kind for entry in Entry.objects.filter(number=each.number)}
        assert posted == -each.due
        assert shown == ({"rebate"} if each.due > 0 else {"clawback"} if each.due < 0 else set())
