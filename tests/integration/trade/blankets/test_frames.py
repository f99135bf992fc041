"""From draft to force and to the end; who sees what, who is told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.integration.trade.blankets.conftest import ACTOR

from yunhe.platform.access.models import Node
from yunhe.platform.access.roles import Role
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.platform.events.models import OutboxEvent
from yunhe.platform.notifications.models import Notification
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.services import (
    ChainDraft,
    decide_approval,
    save_chain,
    withdraw_approval,
)
from yunhe.trade.blankets.errors import FrameRefused, IllegalMove
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.queries import frame_for, lines_of, plan_of, progress_of
from yunhe.trade.blankets.services import (
    FrameDraft,
    LineDraft,
    PlanDraft,
    call_off,
    cancel_frame,
    create_frame,
    decline_frame,
    end_due,
    plan_calls,
    revise_frame,
    sign_frame,
    submit_frame,
    warn_due,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def test_the_partner_sees_it_once_it_is_offered_and_signs_on_its_phone(shop, make_frame, act_as):
    frame = make_frame(sign=False)
    with act_as("dealer"), pytest.raises(NotFound):
        frame_for(frame.pk)
    with act_as("ops") as ops:
        frame = submit_frame(frame_for(frame.pk), actor=ops, now=NOW)
    assert (frame.status, frame.worth) == ("offered", 360)
    told = Notification.objects.get(kind="blankets.offered")
    assert told.user_id == shop.people["dealer"]
    with act_as("dealer") as dealer:
        frame = sign_frame(frame_for(frame.pk), actor=dealer, now=NOW)
        assert frame.signed_by_id == shop.people["dealer"]
    assert [step.action for step in frame.steps.all()] == ["create", "submit", "offer", "sign"]
    types = set(OutboxEvent.objects.values_list("type", flat=True))
    assert {"yunhe.blankets.frame.offered.v1", "yunhe.blankets.frame.signed.v1"} <= types
    with act_as("dealer") as dealer, pytest.raises(IllegalMove):
        sign_frame(frame_for(frame.pk), actor=dealer, now=NOW)


def test_the_partner_declines_and_headquarters_revises(shop, make_frame, act_as):
    frame = submit_frame(make_frame(sign=False), actor=ACTOR, now=NOW)
    with act_as("dealer") as dealer:
        frame = decline_frame(frame_for(frame.pk), reason="价格太高", actor=dealer, now=NOW)
        with pytest.raises(NotAllowed):
            revise_frame(frame, actor=dealer, now=NOW)
    frame = revise_frame(frame, actor=ACTOR, now=NOW)
    assert frame.status == "draft"
    assert cancel_frame(frame, reason="", actor=ACTOR, now=NOW).status == "cancelled"


def test_a_chain_of_approval_stands_before_the_offer(shop, make_frame, make_user, act_as):
    director = make_user("director", Node.objects.get(pk=shop.hq))
    step = {"key": "director", "name": "总监", "name_en": "Director", "roles": [str(Role.DIRECTOR)]}
    chain = ChainDraft(kind="blankets.frame", name="框架", name_en="Frames", steps=(step,))
    save_chain(Node.objects.get(pk=shop.hq), draft=chain, actor=ACTOR)
    with act_as("ops") as ops:
        frame = submit_frame(make_frame(sign=False), actor=ops, now=NOW)
    assert frame.status == "pending"
    with act_as("dealer"), pytest.raises(NotFound):
        frame_for(frame.pk)
    shop.people["director"] = director.pk
    with act_as("director") as person:
        request = Approval.objects.get()
        decide_approval(request, step="director", verdict="approved", actor=person, now=NOW)
    assert Frame.objects.get(pk=frame.pk).status == "offered"


def test_a_frame_whose_request_is_taken_back_is_a_draft_again(shop, make_frame, make_user, act_as):
    make_user("director", Node.objects.get(pk=shop.hq))
    step = {"key": "director", "name": "总监", "name_en": "Director", "roles": [str(Role.DIRECTOR)]}
    draft = ChainDraft(kind="blankets.frame", name="框架", level="dealer", steps=(step,))
    save_chain(Node.objects.get(pk=shop.hq), draft=draft, actor=ACTOR)
    with act_as("ops") as ops:
        frame = submit_frame(make_frame(sign=False), actor=ops, now=NOW)
        withdraw_approval(Approval.objects.get(), reason="算错了", actor=ops, now=NOW)
    assert Frame.objects.get(pk=frame.pk).status == "draft"


def test_a_fixed_price_left_open_is_that_of_the_day(shop, make_frame):
    line = LineDraft(sku=shop.tea, unit="case", total=Decimal(10))
    frame = submit_frame(make_frame(sign=False, lines=[line]), actor=ACTOR, now=NOW)
    assert lines_of(frame)[0].price == 42  # 12 bottles at 3.50
    assert frame.worth == 420


@pytest.mark.parametrize(
    ("terms", "word"),
    [
        ({"unit": ""}, "计量单位"),
        ({"unit": "pallet"}, "pallet"),
        ({"unit": "case", "discount": Decimal(5)}, "打折"),
        ({"unit": "case", "call_minimum": Decimal(9), "call_maximum": Decimal(2)}, "单次最少"),
        ({"unit": "case", "period_maximum": Decimal(2)}, "月或季"),
        ({"measure": "value"}, "按金额"),
    ],
)
def test_terms_that_do_not_fit_are_refused_by_line(shop, make_frame, terms, word):
    line = LineDraft(sku=shop.tea, total=Decimal(10), **terms)
    with pytest.raises(FrameRefused) as caught, transaction.atomic():
        make_frame(sign=False, lines=[line])
    assert caught.value.rows[0]["row"] == 1
    assert word in str(caught.value.rows[0]["message"])


def test_a_plan_in_equal_parts_and_what_is_called_off_of_it(shop, make_frame):
    starts = TODAY.replace(day=1)
    until = (starts + timedelta(days=70)).replace(day=1)
    frame = make_frame(total=10, plan="month", starts=starts, until=until)
    lines = lines_of(frame)
    assert [each.quantity for _line, each in plan_of(lines, progress_of(lines))] == [5, 5]
    call_off(frame, [shop.line(shop.tea, 6, "case")], actor=ACTOR, now=NOW)
    plan = [each for _line, each in plan_of(lines, progress_of(lines))]
    assert [(each.called, each.open) for each in plan] == [(5, 0), (1, 4)]
    over = [PlanDraft(line_id=lines[0].pk, on=starts, quantity=Decimal(11))]
    with pytest.raises(FrameRefused), transaction.atomic():
        plan_calls(frame, over, actor=ACTOR, now=NOW)


def test_it_ends_by_itself_and_both_sides_are_warned_once(shop, make_frame):
    starts = TODAY - timedelta(days=30)
    frame = make_frame(starts=starts, until=TODAY + timedelta(days=7))
    assert warn_due(now=NOW) == 1  # the dealer; the frame was drawn up by nobody in person
    assert warn_due(now=NOW) == 0
    assert Notification.objects.filter(kind="blankets.expiring").count() == 1
    assert end_due(actor=ACTOR, now=NOW) == 0
    assert end_due(actor=ACTOR, now=NOW + timedelta(days=7)) == 1
    assert end_due(actor=ACTOR, now=NOW + timedelta(days=7)) == 0
    assert Frame.objects.get(pk=frame.pk).status == "ended"
    event = OutboxEvent.objects.get(type="yunhe.blankets.frame.ended.v1")
    assert event.data["left"] == ["10.000"]


def test_only_who_plans_draws_up(shop, act_as):
    with act_as("dealer") as dealer, pytest.raises(NotAllowed):
        create_frame(
            FrameDraft(
                node=Node.objects.get(pk=shop.dealer),
                title="x",
                starts=TODAY,
                until=TODAY + timedelta(days=9),
                lines=[LineDraft(sku=shop.tea, unit="case", total=Decimal(1))],
            ),
            actor=dealer,
            now=NOW,
        )
