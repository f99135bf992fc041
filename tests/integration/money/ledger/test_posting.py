"""The books balance, repeat harmlessly, stay as they were, and free the credit that was paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Partner
from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.errors import EntryRefused, KeyTaken, LimitTooLow
from yunhe.money.ledger.models import Entry, LegalEntity, Line, Match, OpenItem
from yunhe.money.ledger.queries import (
    balance_of,
    credit_of,
    open_items,
    receivables_ageing,
    statement,
)
from yunhe.money.ledger.services import (
    NewEntry,
    close_period,
    post,
    post_credit_note,
    post_invoice,
    post_payment,
    set_credit_limit,
)
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.capacity import services as capacity
from yunhe.platform.errors import NotAllowed

pytestmark = pytest.mark.django_db
ACTOR = system_principal("test")
NOW = timezone.now()
DAY = date(2026, 10, 5)


@pytest.fixture
def dealer(tree):
    return tree["D1"].pk


def invoice(dealer, amount, key="i1", **more):
    return post_invoice(
        node_id=dealer,
        amount=Decimal(amount),
        on=DAY,
        key=key,
        number=key,
        actor=ACTOR,
        now=NOW,
        **more,
    )


def pay(dealer, amount, key="p1", on=DAY):
    return post_payment(
        node_id=dealer, amount=Decimal(amount), on=on, key=key, actor=ACTOR, now=NOW
    )


def test_an_invoice_debits_the_receivable_and_credits_revenue(dealer):
    [entry_id] = invoice(dealer, "117.005")
    assert list(
        Line.objects.filter(entry_id=entry_id).order_by("account").values_list("account", "amount")
    ) == [("receivable", Decimal("117.01")), ("revenue", Decimal("-117.01"))]
    assert balance_of(dealer) == Decimal("117.01")
    assert Entry.objects.get().due_on == date(2026, 11, 4)


def test_posting_the_same_key_again_changes_nothing_but_other_content_is_refused(dealer):
    assert len(invoice(dealer, 100)) == 1
    assert invoice(dealer, 100) == []
    with pytest.raises(KeyTaken):
        invoice(dealer, 101)
    assert balance_of(dealer) == 100


def test_a_payment_settles_the_oldest_items_and_the_rest_is_an_advance(dealer):
    invoice(dealer, 100, "i1")
    invoice(dealer, 50, "i2", due_on=date(2026, 10, 20))
    pay(dealer, 120)
    assert [(i.entry.key, i.open_amount) for i in open_items(dealer)] == [("i1", 30)]
    pay(dealer, 100, "p2")
    assert [(i.entry.key, i.open_amount) for i in open_items(dealer)] == [("p2", -70)]
    invoice(dealer, 60, "i3")
    assert [(i.entry.key, i.open_amount) for i in open_items(dealer)] == [("p2", -10)]
    assert balance_of(dealer) == OpenItem.objects.get(open_amount__lt=0).open_amount == -10
    assert Match.objects.count() == 4


def test_a_credit_note_and_a_rebate_lower_the_balance_through_their_accounts(dealer):
    invoice(dealer, 100)
    for key, rebate in (("c1", False), ("r1", True)):
        post_credit_note(
            node_id=dealer, amount=Decimal(10), on=DAY, key=key, rebate=rebate, actor=ACTOR, now=NOW
        )
    assert balance_of(dealer) == 80
    assert sorted(Line.objects.filter(amount=10).values_list("account", flat=True)) == [
        "rebate",
        "revenue",
    ]


def test_amounts_that_are_nothing_are_refused_row_by_row(dealer):
    rows = [
        NewEntry(
            node_id=dealer, kind=EntryKind.PAYMENT, amount=Decimal(amount), on=DAY, key=f"k{amount}"
        )
        for amount in ("5", "0", "-1", "0.001")
    ]
    with pytest.raises(EntryRefused) as refused:
        post(rows, actor=ACTOR, now=NOW)
    assert [row["row"] for row in refused.value.rows] == [2, 3, 4]
    assert not Entry.objects.exists()


def check_constraints():
    """What a commit would do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_unbalanced_entry_does_not_commit(dealer):
    [entry_id] = invoice(dealer, 100)
    savepoint = transaction.savepoint()
    Line.objects.create(entry_id=entry_id, node_id=dealer, account="bank", amount=5)
    with pytest.raises(IntegrityError, match="not balanced"):
        check_constraints()
    transaction.savepoint_rollback(savepoint)


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_entry SET amount = 1", "DELETE FROM ledger_line"]
)
def test_nothing_posted_is_changed_even_by_the_owner(dealer, change):
    invoice(dealer, 100)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_late_documents_are_booked_on_the_first_open_day(dealer):
    entity = LegalEntity.objects.get()
    close_period(entity, until=date(2026, 10, 31), actor=ACTOR, now=NOW)
    invoice(dealer, 100)
    entry = Entry.objects.get()
    assert (entry.on, entry.document_on) == (date(2026, 11, 1), DAY)
    with pytest.raises(EntryRefused):
        close_period(entity, until=date(2026, 10, 31), actor=ACTOR, now=NOW)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Entry.objects.create(
            entity=entity,
            node_id=dealer,
            kind="payment",
            amount=-1,
            on=DAY,
            document_on=DAY,
            due_on=DAY,
            key="x",
            currency="CNY",
            recorded_at=NOW,
        )


def test_credit_is_reserved_committed_and_freed_by_payment(dealer):
    set_credit_limit(node_id=dealer, amount=Decimal(1000), reason="start", actor=ACTOR, now=NOW)
    capacity.reserve("credit", {str(dealer): Decimal(300)}, ref="order:1")
    capacity.commit("credit", "order:1")
    invoice(dealer, 300, ref="order:1")
    assert (credit_of(dealer).limit, credit_of(dealer).committed) == (1000, 300)
    pay(dealer, 120)
    assert (credit_of(dealer).committed, credit_of(dealer).available) == (180, 820)
    pay(dealer, 200, "p2")
    assert (credit_of(dealer).committed, credit_of(dealer).available) == (0, 1020)


def test_debts_without_an_order_lower_what_may_be_ordered_but_are_never_refused(dealer):
    set_credit_limit(node_id=dealer, amount=Decimal(1000), reason="start", actor=ACTOR, now=NOW)
    capacity.reserve("credit", {str(dealer): Decimal(900)}, ref="order:1")
    post(
        [NewEntry(node_id=dealer, kind=EntryKind.OPENING, amount=Decimal(400), on=DAY, key="o")],
        actor=ACTOR,
        now=NOW,
    )
    assert credit_of(dealer).available == 0
    pay(dealer, 400)
    assert credit_of(dealer).available == 100


def test_a_limit_below_what_is_used_is_refused(dealer):
    set_credit_limit(node_id=dealer, amount=Decimal(1000), reason="start", actor=ACTOR, now=NOW)
    capacity.reserve("credit", {str(dealer): Decimal(300)}, ref="order:1")
    with pytest.raises(LimitTooLow):
        set_credit_limit(node_id=dealer, amount=Decimal(299), reason="cut", actor=ACTOR, now=NOW)
    set_credit_limit(node_id=dealer, amount=None, reason="open", actor=ACTOR, now=NOW)
    assert credit_of(dealer).available is None


def test_a_statement_runs_from_one_balance_to_the_next(dealer, django_assert_num_queries):
    invoice(dealer, 100, "i1")
    pay(dealer, 30, on=date(2026, 11, 3))
    post_invoice(
        node_id=dealer,
        amount=Decimal(50),
        on=date(2026, 11, 9),
        key="i2",
        number="i2",
        actor=ACTOR,
        now=NOW,
    )
    with django_assert_num_queries(2):
        november = statement(dealer, start=date(2026, 11, 1), end=date(2026, 12, 1))
    assert (november.opening, november.debits, november.credits, november.closing) == (
        100,
        50,
        30,
        120,
    )
    assert [row.balance for row in november.rows] == [70, 120]


def test_ageing_lists_the_most_overdue_partner_first(tree):
    post(
        [
            NewEntry(
                node_id=tree["D1"].pk,
                kind=EntryKind.INVOICE,
                amount=Decimal(10),
                on=DAY,
                key="a",
                due_on=date(2026, 11, 20),
            ),
            NewEntry(
                node_id=tree["D2"].pk,
                kind=EntryKind.INVOICE,
                amount=Decimal(20),
                on=DAY,
                key="b",
                due_on=date(2026, 8, 1),
            ),
        ],
        actor=ACTOR,
        now=NOW,
    )
    rows = receivables_ageing(on=date(2026, 11, 22))
    assert [(row.node.code, row.buckets) for row in rows] == [
        ("D2", {"over_90": Decimal(20)}),
        ("D1", {"to_30": Decimal(10)}),
    ]


def test_one_posting_takes_the_same_statements_for_one_and_for_200_partners_entries(
    dealer, django_assert_num_queries
):
    def entries(count, prefix):
        return [
            NewEntry(
                node_id=dealer,
                kind=EntryKind.INVOICE,
                amount=Decimal(1),
                on=DAY,
                key=f"{prefix}{n}",
            )
            for n in range(count)
        ]

    with django_assert_num_queries(8):
        post(entries(1, "a"), actor=ACTOR, now=NOW)
    with django_assert_num_queries(8):
        post(entries(200, "b"), actor=ACTOR, now=NOW)


def test_a_dealer_sees_its_own_account_and_posts_nothing(tree, make_user):
    invoice(tree["D1"].pk, 100)
    with scoped(make_user("dealer_owner", tree["D2"]).pk) as principal:
        assert Entry.objects.count() == OpenItem.objects.count() == Line.objects.count() == 0
        with pytest.raises(NotAllowed):
            post_payment(
                node_id=tree["D2"].pk, amount=Decimal(1), on=DAY, key="x", actor=principal, now=NOW
            )
    with scoped(make_user("dealer_owner", tree["D1"]).pk):
        assert Entry.objects.count() == 1


@pytest.mark.parametrize("day", [timezone.localdate(NOW) + timedelta(days=1), date(1900, 1, 1)])
def test_a_document_of_an_impossible_day_frees_no_credit(dealer, day):
    with pytest.raises(EntryRefused) as refused:
        pay(dealer, 100, on=day)
    assert refused.value.field == "on"
    assert balance_of(dealer) == 0


def test_only_who_buys_from_us_has_an_account(tree):
    store = Node.objects.create(
        code="ST", name="店", kind=NodeKind.PARTNER, parent=tree["D1"], path="x"
    )
    for node in (tree["D1"], store):
        level = Level.DEALER if node == tree["D1"] else Level.STORE
        Partner.objects.create(node=node, level=level)
    for node in (tree["HQ"], store):
        with pytest.raises(EntryRefused) as refused:
            pay(node.pk, 100, key=node.code)
        assert refused.value.field == "node_id"
    assert len(pay(tree["D1"].pk, 100)) == 1


def test_a_statement_says_what_a_posting_is_in_the_readers_language(dealer):
    with override("en"):  # whoever posts does not decide what readers read
        invoice(dealer, 100, text=gettext_lazy("Promotions counted anew"))
        invoice(dealer, 50, "i2", text="补开")

    def told():
        return [row.text for row in statement(dealer, start=DAY, end=DAY + timedelta(days=1)).rows]

    with override("zh-hans"):
        assert told() == ["促销重新计算", "补开"]
    with override("en"):
        assert told() == ["Promotions counted anew", "补开"]
