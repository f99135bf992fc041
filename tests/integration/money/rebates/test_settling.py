"""Settlements: cumulative minus paid, two hands, posted once, statements that verify alone."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from decimal import Decimal

import pytest

from yunhe.channel.policies.queries import recipients_of
from yunhe.money.ledger.models import Entry
from yunhe.money.ledger.queries import balance_of
from yunhe.money.rebates.errors import (
    IllegalMove,
    SameHand,
    SettlementRefused,
    SettlementUnderWay,
)
from yunhe.money.rebates.models import (
    Accrual,
    SigningKey,
    SigningSecret,
    Statement,
    StatementLine,
)
from yunhe.money.rebates.queries.reading import list_settlements
from yunhe.money.rebates.services import (
    approve_settlement,
    cancel_settlement,
    open_settlement,
    post_settlement,
    replace_signing_key,
)
from yunhe.money.rebates.verify import verify_bundle
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.models import OutboxEvent
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.mart.refresh import refresh_mart
from yunhe.platform.metrics.question import Question, Span
from yunhe.platform.notifications.models import Notification

from .conftest import NOW, RULE, SYSTEM, TODAY

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 31)


def dues(settlement):
    rows = StatementLine.objects.filter(settlement=settlement).select_related("node")
    return {row.node.code: row.due for row in rows}


def open_now(programs, **options):
    options = {"cutoff": TODAY, "actor": SYSTEM, "now": NOW} | options
    return open_settlement(programs, **options)


def test_an_interim_settlement_pays_what_was_earned(programs, sell, settled, partners):
    sell("D1", "COLA", "1500")
    settlement = settled(programs(), cutoff=OCTOBER)
    assert dues(settlement) == {"D1": Decimal(30), "D2": Decimal(0)}
    assert (settlement.state, settlement.due, settlement.number) == (
        "posted",
        Decimal(30),
        "RS2026-0001",
    )
    assert balance_of(partners["D1"].pk) == Decimal(-30)
    assert Entry.objects.count() == 1
    assert Accrual.objects.get(node__code="D1").paid == Decimal(30)
    event = OutboxEvent.objects.get(type="yunhe.rebates.settlement.posted.v1")
    assert event.data["due"] == "30.0000"


def test_the_second_settlement_deducts_the_first(programs, sell, settled):
    (program,) = programs()
    sell("D1", "COLA", "800")
    first = settled([program], cutoff=OCTOBER)
    sell("D1", "COLA", "700", on=date(2026, 11, 10))
    second = settled([program])
    assert dues(first)["D1"] == Decimal(8)
    assert dues(second)["D1"] == Decimal(22)  # 2 % of 1,500, less 8
    assert StatementLine.objects.get(settlement=second, node__code="D1").paid_before == Decimal(8)


def test_what_a_return_takes_away_is_charged_back(programs, sell, settled, partners):
    (program,) = programs()
    sell("D1", "COLA", "1500")
    settled([program], cutoff=OCTOBER)
    sell("D1", "COLA", "-1000", on=date(2026, 11, 10))
    second = settled([program])
    assert dues(second)["D1"] == Decimal(-25)  # 1 % of 500, less 30
    assert balance_of(partners["D1"].pk) == Decimal(-5)
    assert Entry.objects.get(kind="clawback").amount == Decimal(25)


def test_without_clawback_nothing_is_charged(programs, sell, settled, partners):
    (program,) = programs(RULE | {"clawback": False})
    sell("D1", "COLA", "1500")
    settled([program], cutoff=OCTOBER)
    sell("D1", "COLA", "-1000", on=date(2026, 11, 10))
    assert dues(settled([program]))["D1"] == 0
    assert balance_of(partners["D1"].pk) == Decimal(-30)


def test_the_replaced_versions_payments_are_deducted(programs, again, sell, settled):
    (old,) = programs()
    sell("D1", "COLA", "800")
    settled([old], cutoff=OCTOBER)
    (new,) = again(old.version, RULE | {"tiers": [{"from": "0", "rate": "0.05"}]})
    assert dues(settled([new]))["D1"] == Decimal(32)  # 5 % of 800, less 8
    with pytest.raises(SettlementRefused):
        open_now([old])


def test_statements_verify_without_the_database(programs, sell, settled, tmp_path):
    (first,) = programs(RULE | {"conditions": ["policy_read"]})
    recipients_of(first.version).filter(node__code="D1").update(opened_at=NOW, confirmed_at=NOW)
    (second,) = programs(RULE | {"flow": "sell_out", "mode": "marginal"}, code="P2")
    sell("D1", "COLA", "1234.56")
    sell("S1", "TEA", "77.7", flow="sell_out")
    settled([first, second], cutoff=OCTOBER)
    sell("D1", "COLA", "100", on=date(2026, 11, 3))
    settled([first, second])
    public = base64.b64decode(SigningKey.objects.get().public_key)
    for statement in Statement.objects.select_related("bundle", "node"):
        file = tmp_path / f"{statement.number}.zip"
        file.write_bytes(bytes(statement.bundle.content))
        report = verify_bundle(file, public_key=public)
        assert (report.ok, report.trusted, report.lines) == (True, True, 2), report.as_text()
        data = file.read_bytes()
        mine, other = {"D1": (b'"D1', b'"D2'), "D2": (b'"D2', b'"D1')}[statement.node.code]
        assert mine in data
        assert other not in data  # a quote ahead: signatures are letters too
        file.write_bytes(data.replace(b'"quantity":"123.456"', b'"quantity":"123.457"'))
        if file.read_bytes() != data:
            assert verify_bundle(file, public_key=public).first.member == "facts.jsonl"


def test_facts_recorded_after_opening_do_not_change_a_settlement(programs, sell, people):
    (program,) = programs()
    sell("D1", "COLA", "800")
    settlement = open_now([program])
    sell("D1", "COLA", "5000")
    approve_settlement(settlement, actor=SYSTEM, now=NOW)
    posted = post_settlement(settlement, actor=SYSTEM, now=NOW)
    assert dues(posted)["D1"] == Decimal(8)
    assert Accrual.objects.get(node__code="D1").earned == Decimal(116)  # 2 % of 5,800


def test_grace_days_leave_out_what_was_recorded_later(programs, sell):
    (program,) = programs()
    sell("D1", "COLA", "800")  # recorded on 22 November
    settlement = open_now([program], cutoff=OCTOBER, known_by=date(2026, 11, 10))
    line = StatementLine.objects.get(settlement=settlement, node__code="D1")
    assert (line.due, line.line["trace"]["ignored"]["not_yet_known"]["amount"]) == (0, "800")


def test_who_opened_does_not_approve(programs, people):
    made = programs()
    with scoped(people["finance"].pk) as finance:
        settlement = open_now(made, actor=finance)
        with pytest.raises(SameHand):
            approve_settlement(settlement, actor=finance, now=NOW)


def test_a_step_is_taken_once_and_in_order(programs, sell, settled):
    sell("D1", "COLA", "800")
    made = programs()
    settlement = open_now(made)
    with pytest.raises(IllegalMove):
        post_settlement(settlement, actor=SYSTEM, now=NOW)
    approve_settlement(settlement, actor=SYSTEM, now=NOW)
    with pytest.raises(IllegalMove):
        approve_settlement(settlement, actor=SYSTEM, now=NOW)
    post_settlement(settlement, actor=SYSTEM, now=NOW)
    with pytest.raises(IllegalMove):
        post_settlement(settlement, actor=SYSTEM, now=NOW)
    with pytest.raises(IllegalMove):
        cancel_settlement(settlement, actor=SYSTEM)
    assert Entry.objects.count() == 1


def test_a_program_is_in_one_open_settlement(programs):
    made = programs()
    first = open_now(made)
    with pytest.raises(SettlementUnderWay):
        open_now(made)
    cancel_settlement(first, actor=SYSTEM)
    assert open_now(made).number == "RS2026-0002"


@pytest.mark.parametrize(
    "wrong",
    [
        {"cutoff": date(2026, 11, 23)},
        {"known_by": date(2026, 11, 1)},
        {"kind": "final"},
    ],
)
def test_contradictions_are_refused(wrong, programs):
    with pytest.raises(SettlementRefused):
        open_now(programs(), **wrong)


def test_deducted_programs_are_settled_together(programs):
    made = programs(RULE, RULE | {"net_of": ["#earlier"]})
    with pytest.raises(SettlementRefused, match=made[0].code):
        open_now(made[1:])
    assert open_now(made).parts.count() == 2


def test_a_final_settlement_finishes_the_program(programs, sell, settled):
    (program,) = programs(
        RULE | {"minimum_payment": "50"}, ends_on=date(2026, 11, 23), starts_on=date(2026, 10, 1)
    )
    sell("D1", "COLA", "800")
    assert dues(settled([program], cutoff=OCTOBER))["D1"] == 0
    assert dues(settled([program], kind="final"))["D1"] == Decimal(8)
    program.refresh_from_db()
    assert program.state == "finished"


def test_only_finance_opens_and_posts(programs, people):
    made = programs()
    for name in ("director", "dealer", "regional", "manager"):
        with scoped(people[name].pk) as actor, pytest.raises(NotAllowed):
            open_now(made, actor=actor)


def test_partners_see_their_own_and_no_draft(programs, sell, settled, people):
    (program,) = programs()
    sell("D1", "COLA", "800")
    sell("D2", "COLA", "900")
    settled([program], cutoff=OCTOBER)
    sell("D1", "COLA", "10", on=date(2026, 11, 2))
    open_now([program])
    assert StatementLine.objects.count() == 4
    with scoped(people["dealer"].pk):
        assert [s.node.code for s in Statement.objects.select_related("node")] == ["D1"]
        assert StatementLine.objects.count() == 1
        assert Accrual.objects.count() == 1
    with scoped(people["regional"].pk):
        assert StatementLine.objects.count() == 2
        assert Statement.objects.count() == 1
    with scoped(people["finance"].pk):
        assert StatementLine.objects.count() == 4


def test_partners_are_told(programs, settled, people):
    settled(programs())
    told = set(Notification.objects.values_list("user__username", flat=True))
    assert {"dealer_owner-D1", "dealer_owner-D2"} <= told
    assert "store-S1" not in told


def test_the_private_key_is_out_of_reach(programs, settled, people):
    from django.db import ProgrammingError, connection, transaction

    settled(programs())
    old = SigningKey.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM rebates_signingsecret")
        stored = cursor.fetchone()[0]
    assert stored != SigningSecret.objects.get().secret
    with scoped(people["finance"].pk) as finance:
        new = replace_signing_key(actor=finance, now=NOW)
    assert SigningKey.objects.filter(retired_at=None).get() == new != old
    with scoped(people["finance"].pk), pytest.raises(ProgrammingError), transaction.atomic():
        list(SigningSecret.objects.all())


def test_posting_takes_a_fixed_number_of_statements(programs, sell, django_assert_max_num_queries):
    (program,) = programs()
    for node in ("D1", "D2"):
        sell(node, "COLA", "800")
    settlement = open_now([program])
    approve_settlement(settlement, actor=SYSTEM, now=NOW)
    with django_assert_max_num_queries(75):
        post_settlement(settlement, actor=SYSTEM, now=NOW)


def test_a_region_reads_its_own_totals_of_a_settlement_only(
    programs, sell, settled, partners, make_user
):
    sell("D1", "COLA", "1500")  # 2 % of 1,500 = 30
    sell("D2", "COLA", "800")  # 1 % of 800 = 8
    settlement = settled(programs(), cutoff=OCTOBER)
    assert settlement.due == Decimal(38)
    seen = {}
    for node in ("HQ", "R1", "R2"):
        with scoped(make_user("regional_manager", partners[node], f"rm-{node}").pk):
            rows = list_settlements().values_list("scope_partners", "scope_due")
            seen[node] = list(rows)
    assert seen == {
        "HQ": [(2, Decimal(38))],
        "R1": [(1, Decimal(30))],
        "R2": [(1, Decimal(8))],
    }


def test_rebates_settled_are_net_of_what_was_taken_back(programs, sell, settled):
    (program,) = programs()
    sell("D1", "COLA", "1500")
    settled([program], cutoff=OCTOBER)
    sell("D1", "COLA", "-1000", on=date(2026, 11, 10))
    settled([program])
    kinds = Entry.objects.order_by("pk").values_list("kind", "amount")
    assert list(kinds) == [("rebate", Decimal(-30)), ("clawback", Decimal(25))]
    refresh_mart(now=NOW)
    asked = Question(metrics=("rebate_settled",), period=Span(TODAY, TODAY + timedelta(days=1)))
    total = query(asked, principal=SYSTEM).total
    assert total.values["rebate_settled"] == Decimal(5)  # 30, less 25 taken back
