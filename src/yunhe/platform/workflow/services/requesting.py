"""Start a request, withdraw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.platform.language import Text, in_both_languages, in_language
from yunhe.platform.workflow.choices import EntryKind
from yunhe.platform.workflow.compute import Candidate, choose, covers, steps_of
from yunhe.platform.workflow.errors import (
    AlreadyRequested,
    NoApprover,
    ReasonMissing,
)
from yunhe.platform.workflow.events import ApprovalRequested
from yunhe.platform.workflow.kinds import kind_of
from yunhe.platform.workflow.locks import lock_approval
from yunhe.platform.workflow.models import Approval, Definition
from yunhe.platform.workflow.services.moving import advance, settle_as, write_entry
from yunhe.platform.workflow.services.seating import people_by_step
from yunhe.platform.workflow.transitions import MOVES

_CANDIDATES = "SELECT id, depth, level, amount_from, amount_to FROM workflow_candidates(%s, %s)"
_OWNER = "chains and the people who decide lie outside the requester's scope"


def chain_for(kind: str, *, node_id: int, amount: Decimal, level: str = "") -> int | None:
    """Id of the chain that applies, or None when none does. One statement, under any role."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [kind, node_id])
        found = [Candidate(*row) for row in cursor.fetchall()]
    chosen = choose(found, amount=amount, level=level)
    return chosen.id if chosen else None


def start_approval(  # noqa: PLR0913  # what a request is made of, by keyword
    *,
    subject_kind: str,
    subject_id: int | str,
    title: Text,
    url: str,
    node_id: int,
    requested_by: Principal,
    now: datetime,
    amount: Decimal | None = None,
    currency: str = settings.CURRENCY,
    level: str = "",
    reason: Text = "",
    kept_out: Sequence[int] = (),
    facts: Mapping[str, Any] | None = None,
    portal_url: str = "",
) -> Approval | None:
    """Put a subject into approval by the chain of its kind, place, amount and level.

    Returns None (after one statement) when no chain applies: the subject counts as approved and no
    callback runs. The chain is copied into the request. `reason` says why it is asked when the subject
    alone does not; people `kept_out` decide no step, like the requester. Tells the approvers of the first step,
    emits ApprovalRequested. Raises NotAllowed (kind's `can_ask`), NoApprover (a step that nobody,
    or too few, could decide), AlreadyRequested.
    """
    kind = kind_of(subject_kind)
    if kind.can_ask:
        requested_by.check(kind.can_ask)
    wanted = abs(amount) if amount is not None else Decimal(0)
    chosen = chain_for(subject_kind, node_id=node_id, amount=wanted, level=level)
    if chosen is None:
        return None
    approval = Approval(
        kind=subject_kind,
        subject_id=str(subject_id),
        url=url,
        portal_url=portal_url,
        amount=amount,
        currency=currency,
        node_id=node_id,
        level=level,
        **_words("title", title, 200),
        **_words("reason", reason, 300),
        kept_out=sorted(set(kept_out)),
        facts=dict(facts or {}),
        requested_by_id=requested_by.user_id,
        requested_at=now,
    )
    with owner_access(_OWNER):
        _freeze(approval, chosen)
        _save_new(approval)
        _check_people(approval)
        write_entry(approval, EntryKind.REQUESTED, user_id=requested_by.user_id, now=now)
        advance(approval, actor=requested_by, now=now)
    event = ApprovalRequested(
        approval_id=approval.pk, kind=approval.kind, subject_id=approval.subject_id
    )
    emit(event, node_id=approval.seen_at_id, subject=approval.subject_id)
    return approval


def withdraw_approval(
    approval: Approval, *, reason: str = "", actor: Principal, now: datetime
) -> Approval:
    """Take an open request back. The requester may, and a domain with `system` rights.

    Runs the kind's `on_withdrawn`, emits ApprovalWithdrawn. Raises NotAllowed, AlreadySettled,
    ReasonMissing (a person gives a reason).
    """
    if not actor.system and not reason.strip():
        raise ReasonMissing(_("Say why you take the request back."), field="reason")
    with owner_access("requests are written by their use cases alone"):
        if not actor.system:  # a domain has locked its subject
            kind_of(approval.kind).lock(approval.subject_id)
        approval = lock_approval(approval.pk)
        if not actor.system and approval.requested_by_id != actor.user_id:
            raise NotAllowed(_("Only the person who asked may take the request back."))
        MOVES.check(approval.state, "withdraw")
        write_entry(
            approval, EntryKind.WITHDRAWN, user_id=actor.user_id, text=reason.strip(), now=now
        )
        settle_as(approval, "withdraw", actor=actor, now=now)
    return approval


def restate_amount(approval: Approval, *, amount: Decimal, reason: Text) -> Approval:
    """Tell an open request the amount that its subject has now, and why: its chain stays as it is."""
    approval.amount = amount
    for name, words in _words("reason", reason, 300).items():
        setattr(approval, name, words)
    with owner_access(_OWNER):
        approval.save(update_fields=["amount", "reason", "reason_en"])
    return approval


def needs_more(
    covered: Approval | None, *, subject_kind: str, node_id: int, amount: Decimal, level: str = ""
) -> bool:
    """Whether an amount needs other people's agreement than a request (None: nobody's) asks or asked.

    Not by the chain of the request, whatever became of it since; nor by one all of whose steps the
    request has.
    """
    chosen = chain_for(subject_kind, node_id=node_id, amount=abs(amount), level=level)
    if chosen is None:
        return False
    if covered is None:
        return True
    if chosen == covered.definition_id:
        return False
    with owner_access(_OWNER):
        needed = Definition.objects.get(pk=chosen)
    return (needed.distinct_people and not covered.distinct_people) or not covers(
        covered.chain, {"steps": needed.steps}
    )


def _words(name: str, text: Text, most: int) -> dict[str, str]:
    chinese, english = in_both_languages(text)
    return {name: chinese[:most], f"{name}_en": english[:most]}


def _freeze(approval: Approval, definition_id: int) -> None:
    """Copy the chain: what is changed later does not touch this request."""
    definition = Definition.objects.get(pk=definition_id)
    approval.definition, approval.engine = definition, definition.engine
    approval.chain = {"steps": definition.steps}
    approval.distinct_people = definition.distinct_people
    internal = kind_of(approval.kind).internal
    approval.seen_at_id = _unit_above(approval.node_id) if internal else approval.node_id


def _unit_above(node_id: int) -> int:
    """The nearest unit of the manufacturer at or above the node."""
    path = Node.objects.filter(pk=node_id).values("path")[:1]
    above = Node.objects.filter(path__above=path, kind=NodeKind.ORGANISATION)
    return max(above, key=lambda node: node.path.count(".")).pk


def _save_new(approval: Approval) -> None:
    try:
        with transaction.atomic():
            approval.save()
    except IntegrityError as error:
        raise AlreadyRequested(_("This is in approval already.")) from error


def _check_people(approval: Approval) -> None:
    """Every step could be decided today; else say which could not, before anybody waits."""
    people = people_by_step(approval)
    names = {str(row["key"]): row for row in approval.steps}
    for step in steps_of(approval.chain):
        needed = step.quorum if step.mode == "quorum" else 1
        if people.get(step.key, 0) < needed:
            row = names[step.key]
            raise NoApprover(
                _(
                    "Nobody, or too few people, could decide the step “%(step)s”:"
                    " the requester does not count. Ask IT to give somebody the role."
                )
                % {"step": in_language(row.get("name", ""), row.get("name_en", ""))}
            )
