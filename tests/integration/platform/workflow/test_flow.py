"""The life of a request: who may decide what, in which order, seen by whom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from tests.integration.platform.workflow.conftest import NOW, SYSTEM, step

from yunhe.platform.access.models import Grant
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.platform.events.models import OutboxEvent
from yunhe.platform.notifications.models import Notification
from yunhe.platform.workflow.errors import (
    AbsenceRefused,
    AlreadyRequested,
    AlreadySettled,
    ChainRefused,
    DecidedTwice,
    NoApprover,
    NotYoursToDecide,
    OwnRequest,
    ReasonMissing,
)
from yunhe.platform.workflow.models import Approval, Definition, Entry, Seat
from yunhe.platform.workflow.queries import inbox_for, view_approval
from yunhe.platform.workflow.services import (
    AbsenceDraft,
    ChainDraft,
    comment_approval,
    decide_approval,
    end_absence,
    retire_chain,
    save_chain,
    set_absence,
    watch_approvals,
    withdraw_approval,
)

pytestmark = pytest.mark.django_db


def decide(person, approval, verdict="approved", *, step="s1", reason="", now=NOW):
    with scoped(person.pk) as principal:
        return decide_approval(
            approval, step=step, verdict=verdict, reason=reason, actor=principal, now=now
        )


def inbox(person, now=NOW):
    with scoped(person.pk, read_only=False) as principal:
        return [one.subject_id for one in inbox_for(principal, now=now)]


def state_of(approval):
    return Approval.objects.get(pk=approval.pk).state


def test_without_a_chain_nothing_waits_and_one_statement_says_so(
    tree, people, heard, ask, django_assert_num_queries
):
    from yunhe.platform.workflow.services import start_approval

    with scoped(people["dealer"].pk) as principal, django_assert_num_queries(1):
        made = start_approval(
            subject_kind="test.thing",
            subject_id=1,
            title="x",
            url="/",
            node_id=tree["D1"].pk,
            requested_by=principal,
            now=NOW,
        )
    assert made is None
    assert not Approval.objects.exists()


def test_two_steps_one_after_the_other(define, ask, people, heard):
    define(step("s1", "regional_manager"), step("s2", "finance"))
    approval = ask()
    assert approval.open_steps == ["s1"]
    assert inbox(people["east"]) == ["7"]
    assert inbox(people["finance"]) == inbox(people["south"]) == []
    with pytest.raises(AlreadySettled):
        decide(people["finance"], approval, step="s2")
    with pytest.raises(NotYoursToDecide):
        decide(people["south"], approval)
    decide(people["east"], approval)
    assert (inbox(people["east"]), inbox(people["finance"])) == ([], ["7"])
    assert heard == []
    decide(people["finance2"], approval, step="s2")
    assert state_of(approval) == "approved"
    assert heard == [("approved", "7")]
    assert inbox(people["finance"]) == []
    log = Entry.objects.filter(approval=approval).order_by("pk")
    assert list(log.values_list("kind", "step", "user__username")) == [
        ("requested", "", "dealer_owner-D1"),
        ("approved", "s1", "regional_manager-R1"),
        ("approved", "s2", "finance-2"),
    ]
    types = list(OutboxEvent.objects.order_by("time").values_list("type", flat=True))
    assert [one for one in types if "workflow" in one] == [
        "yunhe.workflow.approval.requested.v1",
        "yunhe.workflow.approval.approved.v1",
    ]


def test_messages_reach_the_seated_and_then_the_requester(define, ask, people):
    define(step("s1", "regional_manager"))
    approval = ask()
    told = Notification.objects.filter(kind="workflow.to_decide")
    assert list(told.values_list("user", "title", "title_en")) == [
        (people["east"].pk, "请审批：订单 7", "Please decide: 订单 7")
    ]
    decide(people["east"], approval)
    assert Notification.objects.get(kind="workflow.settled").user_id == people["dealer"].pk


def test_a_refusal_says_why_and_ends_it(define, ask, people, heard):
    define(step("s1", "regional_manager"), step("s2", "finance"))
    approval = ask()
    with pytest.raises(ReasonMissing):
        decide(people["east"], approval, "rejected", reason="  ")
    decide(people["east"], approval, "rejected", reason="价格太低")
    assert state_of(approval) == "rejected"
    assert heard == [("rejected", "7")]
    event = OutboxEvent.objects.get(type="yunhe.workflow.approval.rejected.v1")
    assert event.data["reason"] == "价格太低"
    with pytest.raises(AlreadySettled):
        decide(people["finance"], approval, step="s2")
    assert ask(subject="7") is not None, "a refused subject may be asked for again"


def test_everybody_and_a_number_of_them(define, ask, people):
    define(step("s1", "finance", mode="quorum", quorum=2), step("s2", "director", mode="all"))
    approval = ask()
    decide(people["finance"], approval)
    assert Approval.objects.get().open_steps == ["s1"]
    decide(people["finance2"], approval, "rejected", reason="不")
    assert Approval.objects.get().open_steps == ["s1"], "two can still be found"
    decide(people["finance3"], approval)
    assert Approval.objects.get().open_steps == ["s2"]
    decide(people["director"], approval, step="s2")
    assert state_of(approval) == "approved"


def test_a_quorum_that_can_no_longer_be_reached_is_a_refusal(define, ask, people):
    define(step("s1", "finance", mode="quorum", quorum=2))
    approval = ask()
    decide(people["finance"], approval, "rejected", reason="a")
    decide(people["finance2"], approval, "rejected", reason="b")
    assert state_of(approval) == "rejected"


def test_the_same_click_twice_counts_once(define, ask, people):
    define(step("s1", "finance", mode="all"), step("s2", "finance"), distinct_people=False)
    approval = ask()
    for _click in range(2):
        decide(people["finance"], approval)
    assert Entry.objects.filter(kind="approved").count() == 1
    decide(people["finance2"], approval)
    decide(people["finance3"], approval)
    decide(people["finance"], approval)
    assert Approval.objects.get().open_steps == ["s2"], "a late second click on s1 decides not s2"


def test_the_requester_never_decides_not_even_as_a_substitute(define, ask, people):
    define(step("s1", "finance"))
    approval = ask(by="finance")
    assert inbox(people["finance"]) == []
    with pytest.raises(OwnRequest):
        decide(people["finance"], approval)
    away(people["finance2"], people["finance"])
    assert inbox(people["finance"]) == []
    with pytest.raises(OwnRequest):
        decide(people["finance"], approval)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            approval=approval,
            node=approval.node,
            kind="approved",
            step="s1",
            user=people["finance"],
            requester=people["finance"],
            at=NOW,
        )


def test_nobody_decides_two_steps(define, ask, people, tree):
    Grant.objects.create(user=people["east"], role="finance", node=tree["HQ"])
    define(step("s1", "regional_manager"), step("s2", "finance"))
    approval = ask()
    decide(people["east"], approval)
    assert inbox(people["east"]) == []
    with pytest.raises(DecidedTwice):
        decide(people["east"], approval, step="s2")
    decide(people["finance"], approval, step="s2")


def away(person, substitute, *, kinds=(), start=-1, days=5):
    today = date(2026, 11, 23)
    draft = AbsenceDraft(
        substitute_id=substitute.pk,
        starts=today + timedelta(days=start),
        ends=today + timedelta(days=start + days),
        kinds=kinds,
    )
    with scoped(person.pk) as principal:
        return set_absence(draft, actor=principal, now=NOW)


def test_a_stand_in_decides_and_the_log_names_both(define, ask, people):
    define(step("s1", "regional_manager"))
    away(people["east"], people["director"])
    approval = ask()
    assert inbox(people["director"]) == ["7"]
    assert set(
        Notification.objects.filter(kind="workflow.to_decide").values_list("user", flat=True)
    ) == {people["east"].pk, people["director"].pk}
    decide(people["director"], approval)
    entry = Entry.objects.get(kind="approved")
    assert (entry.user, entry.stood_for) == (people["director"], [people["east"].pk])


def test_a_stand_in_stands_in_only_for_its_days_and_kinds(define, ask, people):
    define(step("s1", "regional_manager"))
    away(people["east"], people["ops"], start=1)
    away(people["east"], people["finance"], kinds=("other.kind",))
    approval = ask()
    for person in ("ops", "finance"):
        assert inbox(people[person]) == []
        with pytest.raises(NotYoursToDecide):
            decide(people[person], approval)
    decide(people["ops"], approval, now=NOW + timedelta(days=1))


def test_absences_are_refused_and_ended(people, tree):
    with pytest.raises(AbsenceRefused):
        away(people["east"], people["east"])
    with pytest.raises(AbsenceRefused):
        away(people["east"], people["dealer"])
    with pytest.raises(AbsenceRefused):
        away(people["east"], people["director"], start=-9, days=9)
    absence = away(people["east"], people["director"])
    with pytest.raises(AbsenceRefused):
        away(people["east"], people["director"], start=2)
    with scoped(people["director"].pk) as principal, pytest.raises(NotFound):
        end_absence(absence, actor=principal, now=NOW)
    with scoped(people["east"].pk) as principal:
        absence.refresh_from_db()
        end_absence(absence, actor=principal, now=NOW)
    absence.refresh_from_db()
    assert absence.period.upper == date(2026, 11, 23)


def test_withdrawing_is_for_the_requester(define, ask, people, heard):
    define(step("s1", "finance"))
    approval = ask()
    with scoped(people["east"].pk) as principal, pytest.raises(NotAllowed):
        withdraw_approval(approval, reason="x", actor=principal, now=NOW)
    with scoped(people["dealer"].pk) as principal:
        with pytest.raises(ReasonMissing):
            withdraw_approval(approval, actor=principal, now=NOW)
        withdraw_approval(approval, reason="下错了", actor=principal, now=NOW)
    assert state_of(approval) == "withdrawn"
    assert heard == [("withdrawn", "7")]
    with pytest.raises(AlreadySettled):
        decide(people["finance"], approval)


def test_one_open_request_a_subject(define, ask):
    define(step("s1", "finance"))
    ask()
    with pytest.raises(AlreadyRequested):
        ask()


def test_a_step_that_nobody_could_decide_is_refused_at_once(define, ask, people):
    define(step("s1", "finance"), step("s2", "data_steward"))
    with pytest.raises(NoApprover):
        ask()
    assert not Approval.objects.exists()


def test_the_chain_is_frozen(define, ask, people, tree):
    chain = define(step("s1", "finance"))
    approval = ask()
    draft = ChainDraft(kind="test.thing", name="新", steps=(step("s1", "director"),))
    save_chain(tree["HQ"], draft=draft, actor=SYSTEM, definition=chain)
    decide(people["finance"], approval)
    assert state_of(approval) == "approved"
    retire_chain(Definition.objects.get(), actor=SYSTEM)
    assert ask(subject="8") is None


def test_the_most_specific_chain_applies(define, ask):
    define(step("s1", "finance"), amount_to=Decimal(1000))
    define(step("s1", "director"), amount_from=Decimal(1000))
    define(step("s1", "regional_manager"), node="R1", amount_to=Decimal(500))
    define(step("s1", "sales_ops"), level="dealer", amount_to=Decimal(1000))
    roles = {}
    for at, (amount, level) in enumerate(
        [("499.99", ""), ("500", ""), ("500", "dealer"), ("999.99", "store"), ("1000", "dealer")]
    ):
        approval = ask(amount=amount, level=level, subject=str(at))
        roles[amount, level] = approval.chain["steps"][0]["roles"][0]
    assert roles == {
        ("499.99", ""): "regional_manager",
        ("500", ""): "finance",
        ("500", "dealer"): "sales_ops",
        ("999.99", "store"): "finance",
        ("1000", "dealer"): "director",
    }


def test_overlaps_and_unusable_chains_are_refused(define, tree):
    define(step("s1", "finance"), amount_to=Decimal(1000))
    with pytest.raises(ChainRefused):
        define(step("s1", "finance"), amount_from=Decimal("999.99"))
    define(step("s1", "finance"), amount_from=Decimal(1000))
    for bad in (
        (),
        (step("s1"),),
        (step("s1", "emperor"),),
        (step("s1", "finance"), step("s1", "finance")),
        (step("s1", users=[1], mode="quorum", quorum=2),),
    ):
        with pytest.raises(ChainRefused):
            define(*bad, node="R1")
    with pytest.raises(ChainRefused):
        define(step("s1", "finance"), node="D1")


def test_who_sees_a_request(define, ask, people, tree):
    define(step("s1", users=[people["south"].pk]))
    define(step("s1", "finance"), kind="test.secret")
    ask()
    ask(by="east", subject="9", kind="test.secret")
    seen = {}
    for name in ("dealer", "rival", "east", "south", "finance"):
        with scoped(people[name].pk):
            seen[name] = (
                sorted(Approval.objects.values_list("subject_id", flat=True)),
                Entry.objects.count(),
                Seat.objects.count(),
            )
    assert seen == {
        "dealer": (["7"], 1, 1),
        "rival": ([], 0, 0),
        "east": (["7", "9"], 2, 4),
        "south": (["7"], 1, 1),
        "finance": (["7", "9"], 2, 4),
    }


def test_nobody_writes_the_log_past_the_use_cases(define, ask, people):
    define(step("s1", "finance"))
    approval = ask()
    for table in ("workflow_entry", "workflow_approval", "workflow_seat"):
        with (
            scoped(people["director"].pk),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")
    assert state_of(approval) == "open"


def test_the_view_names_people_steps_and_what_the_reader_may_do(define, ask, people):
    define(step("s1", "finance", mode="all"), step("s2", "director"))
    approval = ask()
    decide(people["finance"], approval)
    with scoped(people["finance2"].pk) as principal:
        mine = view_approval(Approval.objects.get(), principal, now=NOW)
    with scoped(people["dealer"].pk) as principal:
        theirs = view_approval(Approval.objects.get(), principal, now=NOW)
        comment_approval(approval, text="急", actor=principal, now=NOW)
    assert (mine.my_step, theirs.my_step, theirs.may_withdraw) == ("s1", "", True)
    assert [(one.state, len(one.approvers)) for one in theirs.steps] == [
        ("current", 3),
        ("waiting", 0),
    ]
    assert {(one.name, one.verdict) for one in theirs.steps[0].approvers} == {
        ("finance-HQ", "approved"),
        ("finance-2", ""),
        ("finance-3", ""),
    }
    assert Entry.objects.filter(kind="commented", text="急").count() == 1


def test_time_reminds_and_escalates_once(define, ask, people, heard):
    define(
        step(
            "s1",
            "finance",
            mode="all",
            remind_hours=24,
            escalate_hours=48,
            escalate_role="director",
        )
    )
    approval = ask()
    nothing = {"seated": 0, "reminded": 0, "escalated": 0}
    assert watch_approvals(now=NOW + timedelta(hours=23)) == nothing
    assert watch_approvals(now=NOW + timedelta(hours=24)) == nothing | {"reminded": 3}
    assert watch_approvals(now=NOW + timedelta(hours=25)) == nothing
    assert inbox(people["director"]) == []
    assert watch_approvals(now=NOW + timedelta(hours=48)) == nothing | {"escalated": 1}
    assert watch_approvals(now=NOW + timedelta(hours=49)) == nothing
    assert inbox(people["director"]) == ["7"]
    decide(people["director"], approval)
    assert state_of(approval) == "approved", "the higher role alone settles the step"
    kinds = list(Entry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["requested", "reminded", "escalated", "approved"]


def test_who_loses_the_role_loses_the_seat_and_who_gets_it_is_seated(define, ask, people, tree):
    define(step("s1", "regional_manager"))
    approval = ask()
    Grant.objects.filter(user=people["east"]).delete()
    Grant.objects.create(user=people["ops"], role="regional_manager", node=tree["R1"])
    assert watch_approvals(now=NOW)["seated"] == 1
    assert inbox(people["ops"]) == ["7"]
    assert [seat.user for seat in Seat.objects.filter(approval=approval)] == [people["ops"]]


def test_what_the_callback_refuses_is_not_decided(define, ask, people, heard):
    from yunhe.platform.errors import Conflict
    from yunhe.platform.workflow.kinds import ApprovalKind, register_kind

    def refuse(approval, *, actor, now):
        raise Conflict("stock is gone")

    register_kind(ApprovalKind("test.thing", "测试", on_approved=refuse))
    define(step("s1", "finance"))
    approval = ask()
    with pytest.raises(Conflict):
        decide(people["finance"], approval)
    assert state_of(approval) == "open"
    assert inbox(people["finance"]) == ["7"]
