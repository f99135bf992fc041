"""Define chains."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import Role
from yunhe.platform.workflow.compute import faults_of
from yunhe.platform.workflow.errors import ChainRefused
from yunhe.platform.workflow.models import Definition
from yunhe.platform.workflow.permissions import DEFINE


@dataclass(frozen=True, kw_only=True)
class ChainDraft:
    """What defines a chain; the amount band is half-open, `steps` as in Definition."""

    kind: str
    name: str
    name_en: str = ""
    level: str = ""
    amount_from: Decimal = Decimal(0)
    amount_to: Decimal | None = None
    steps: tuple[dict[str, Any], ...]
    distinct_people: bool = True


def save_chain(
    node: Node, *, draft: ChainDraft, actor: Principal, definition: Definition | None = None
) -> Definition:
    """Make a chain for the subtree of `node`, or change one. Requests under way keep their copy.

    Raises NotAllowed, ChainRefused (a step without anybody, a wrong band, a band that overlaps with
    another active chain of the same subject, place and level).
    """
    actor.check(DEFINE, path=node.path)
    if definition is not None:
        actor.check(DEFINE, path=definition.node.path)
    if node.kind != NodeKind.ORGANISATION:
        raise ChainRefused(_("Chains belong to units of the company."), field="node")
    _check_steps(draft)
    definition = definition or Definition()
    definition.node = node
    for name in ("kind", "name", "name_en", "level", "amount_from", "amount_to", "distinct_people"):
        setattr(definition, name, getattr(draft, name))
    definition.steps = [_clean(row) for row in draft.steps]
    _save(definition)
    return definition


def retire_chain(definition: Definition, *, actor: Principal) -> Definition:
    """Use the chain for no new request."""
    actor.check(DEFINE, path=definition.node.path)
    definition.active = False
    definition.save(update_fields=["active"])
    return definition


def _check_steps(draft: ChainDraft) -> None:
    if draft.amount_to is not None and draft.amount_to <= draft.amount_from:
        raise ChainRefused(_("The amounts must rise."), field="amount_to")
    words = {
        "empty": _("A chain needs at least one step."),
        "repeated": _("Two steps have the same key."),
        "nobody": _("Say who decides this step: a role or a person."),
        "mode": _("Unknown way of deciding."),
        "quorum": _("More people are asked for than named."),
    }
    rows = [
        {"row": at, "message": words[code]} for at, code in faults_of({"steps": list(draft.steps)})
    ]
    rows += [
        {"row": at, "message": _("There is no such role: %(role)s.") % {"role": role}}
        for at, step in enumerate(draft.steps, start=1)
        for role in (*step.get("roles", ()), step.get("escalate_role") or Role.DIRECTOR)
        if role not in Role.values
    ]
    if rows:
        raise ChainRefused(_("The chain cannot be used as it is."), rows=rows)


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    """Every key of a step, so that the frozen copy needs no defaults."""
    return {
        "key": str(row["key"]),
        "name": row.get("name", ""),
        "name_en": row.get("name_en", ""),
        "mode": row.get("mode", "any"),
        "quorum": int(row.get("quorum") or 1),
        "roles": list(row.get("roles", ())),
        "users": [int(user) for user in row.get("users", ())],
        "remind_hours": row.get("remind_hours"),
        "escalate_hours": row.get("escalate_hours"),
        "escalate_role": row.get("escalate_role", ""),
    }


def _save(definition: Definition) -> None:
    try:
        with transaction.atomic():
            definition.save()
    except IntegrityError as error:
        raise ChainRefused(
            _(
                "Another chain for the same subject, place and level covers some of these amounts:"
                " which one applies must never depend on chance."
            ),
            field="amount_from",
        ) from error
