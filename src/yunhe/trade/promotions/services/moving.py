"""The life of a promotion: submit → approved → published ⇄ paused → ended."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.services import start_approval
from yunhe.trade.promotions.choices import PromotionStatus, StepNote
from yunhe.trade.promotions.errors import Conflicting
from yunhe.trade.promotions.events import PromotionPublished, PromotionStopped
from yunhe.trade.promotions.locks import lock_promotion
from yunhe.trade.promotions.models import Promotion, PromotionStep
from yunhe.trade.promotions.permissions import CHANGE
from yunhe.trade.promotions.reporting import conflict_report, finding_in_words
from yunhe.trade.promotions.services.holding import open_accounts
from yunhe.trade.promotions.transitions import MOVES

APPROVAL = "promotions.publish"


def submit_promotion(promotion: Promotion, *, actor: Principal, now: datetime) -> Promotion:
    """Ask for approval; without a chain for it the promotion counts as approved.

    Raises NotAllowed, IllegalMove, Conflicting (the report has errors).
    """
    promotion = _begin(promotion, "submit", actor)
    _refuse_conflicts(promotion, now)
    promotion.submitted_by_id = actor.user_id
    promotion.save(update_fields=["submitted_by"])
    _move(promotion, "submit", actor=actor, now=now)
    asked = start_approval(
        subject_kind=APPROVAL,
        subject_id=promotion.pk,
        title=lazystr(promotion),
        url=promotion.get_absolute_url(),
        amount=promotion.budget or Decimal(0),
        currency=promotion.currency,
        node_id=promotion.node_id,
        requested_by=actor,
        now=now,
    )
    if asked is None:
        _move(promotion, "approve", actor=actor, now=now, note=StepNote.NO_CHAIN)
    return promotion


def publish_promotion(promotion: Promotion, *, actor: Principal, now: datetime) -> Promotion:
    """Let it give. Emits PromotionPublished. Raises NotAllowed, IllegalMove, Conflicting."""
    promotion = _begin(promotion, "publish", actor)
    _refuse_conflicts(promotion, now)
    open_accounts(promotion)
    _move(promotion, "publish", actor=actor, now=now)
    emit(PromotionPublished(**_facts(promotion)), node_id=promotion.node_id, subject=promotion.code)
    return promotion


def resume_promotion(promotion: Promotion, *, actor: Principal, now: datetime) -> Promotion:
    """Let a paused one give again. As `publish_promotion`."""
    promotion = _begin(promotion, "resume", actor)
    _refuse_conflicts(promotion, now)
    _move(promotion, "resume", actor=actor, now=now)
    emit(PromotionPublished(**_facts(promotion)), node_id=promotion.node_id, subject=promotion.code)
    return promotion


def pause_promotion(promotion: Promotion, *, actor: Principal, now: datetime) -> Promotion:
    """New orders no longer get it. Emits PromotionStopped. Raises NotAllowed, IllegalMove."""
    return _stop(promotion, "pause", actor=actor, now=now)


def end_promotion(promotion: Promotion, *, actor: Principal, now: datetime) -> Promotion:
    """End it for good. Emits PromotionStopped. Raises NotAllowed, IllegalMove."""
    return _stop(promotion, "end", actor=actor, now=now)


def _stop(promotion: Promotion, action: str, *, actor: Principal, now: datetime) -> Promotion:
    promotion = _begin(promotion, action, actor)
    _move(promotion, action, actor=actor, now=now)
    emit(
        PromotionStopped(**_facts(promotion), status=promotion.status),
        node_id=promotion.node_id,
        subject=promotion.code,
    )
    return promotion


def _begin(promotion: Promotion, action: str, actor: Principal) -> Promotion:
    actor.check(MOVES[action].permission)
    promotion = lock_promotion(promotion.pk)
    actor.check(MOVES[action].permission, path=promotion.node.path)
    MOVES.check(promotion.status, action, number=promotion.code)
    return promotion


def _move(
    promotion: Promotion, action: str, *, actor: Principal, now: datetime, note: str = ""
) -> None:
    promotion.status = MOVES.check(promotion.status, action, number=promotion.code).target
    promotion.save(update_fields=["status"])
    PromotionStep.objects.create(
        promotion=promotion,
        action=action,
        status=promotion.status,
        at=now,
        user_id=actor.user_id,
        note=note[:300],
    )


def _refuse_conflicts(promotion: Promotion, now: datetime) -> None:
    errors = [one for one in conflict_report(promotion, now=now) if one.finding.weight == "error"]
    if errors:
        rows = [{"row": at, "message": finding_in_words(one)} for at, one in enumerate(errors, 1)]
        raise Conflicting(_("The conflict report has errors; mend them first."), rows=rows)


def _facts(promotion: Promotion) -> dict[str, Any]:
    return {
        "promotion_id": promotion.pk,
        "code": promotion.code,
        "node_id": promotion.node_id,
    }


def _approved(approval: Approval, *, actor: Principal, now: datetime) -> None:
    promotion = lock_promotion(int(approval.subject_id))
    if promotion.status == PromotionStatus.SUBMITTED:
        _move(promotion, "approve", actor=actor, now=now)


def _sent_back(approval: Approval, *, actor: Principal, now: datetime) -> None:
    promotion = lock_promotion(int(approval.subject_id))
    if promotion.status == PromotionStatus.SUBMITTED:
        _move(promotion, "reject", actor=actor, now=now)


register_kind(
    ApprovalKind(
        APPROVAL,
        gettext_lazy("Promotion"),
        on_approved=_approved,
        on_rejected=_sent_back,
        on_withdrawn=_sent_back,
        can_ask=CHANGE,
        internal=True,
    )
)
