"""Drafts: text, audience, rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.errors import IllegalMove, PolicyRefused, RuleRefused
from yunhe.channel.policies.locks import lock_policy, lock_version
from yunhe.channel.policies.models import Policy, PolicyVersion
from yunhe.channel.policies.permissions import WRITE
from yunhe.channel.policies.rules import kind_named
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.files.services import attach_files, attachments_of

COPIED = (
    "body",
    "body_en",
    "period",
    "rules",
    "subtree_ids",
    "levels",
    "tiers",
    "node_ids",
    "budget",
    "min_dwell_s",
    "quiz",
)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Active partners in these subtrees with one of these levels and tiers (empty: any), and these."""

    subtree_ids: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    node_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VersionDraft:
    """What a draft says, beside its rules. The period is half-open."""

    title: str
    title_en: str = ""
    body: str = ""
    body_en: str = ""
    change_note: str = ""
    starts_on: date
    ends_on: date | None = None
    audience: Audience = field(default_factory=Audience)
    budget: Decimal | None = None
    min_dwell_s: int = 10
    quiz: Mapping[str, Any] = field(default_factory=dict)


def create_policy(
    node: Node, *, code: str, title: str, title_en: str = "", actor: Principal, now: datetime
) -> PolicyVersion:
    """A new policy of a unit with an empty first draft for all its partners.

    Raises NotAllowed, PolicyRefused when the code is taken.
    """
    actor.check(WRITE, path=node.path)
    try:
        with transaction.atomic():
            policy = Policy(node=node, code=code, title=title, title_en=title_en)
            policy.created_at, policy.created_by_id = now, actor.user_id
            policy.save()
    except IntegrityError as error:
        raise PolicyRefused(_("This code is taken."), field="code") from error
    version = PolicyVersion.objects.create(
        policy=policy,
        node=node,
        number=1,
        period=(timezone.localdate(now), None),
        subtree_ids=[node.pk],
        created_at=now,
        created_by_id=actor.user_id,
    )
    version.refresh_from_db(fields=["period"])
    return version


def start_version(policy: Policy, *, actor: Principal, now: datetime) -> PolicyVersion:
    """The policy's open draft; a copy of the latest version when there is none. Raises NotAllowed."""
    actor.check(WRITE, path=policy.node.path)
    lock_policy(policy.pk)
    latest = policy.versions.order_by("-number").select_related("policy", "node").first()
    if latest is None:
        raise IllegalMove(_("A policy begins with its first version."))
    if latest.state == VersionState.DRAFT:
        return latest
    highest = policy.versions.aggregate(highest=Max("number"))["highest"]
    version = PolicyVersion.objects.create(
        policy=policy,
        node_id=policy.node_id,
        number=highest + 1,
        created_at=now,
        created_by_id=actor.user_id,
        **{name: getattr(latest, name) for name in COPIED},
    )
    files = [attachment.file_id for attachment in attachments_of(latest)]
    attach_files(version, files, node_id=version.node_id, now=now)
    return version


def save_draft(version: PolicyVersion, *, draft: VersionDraft, actor: Principal) -> PolicyVersion:
    """Replace what a draft says. Warnings must be accepted again.

    Raises NotAllowed, IllegalMove (not a draft), PolicyRefused (period; audience beyond the unit).
    """
    version = open_draft(version, actor)
    if draft.ends_on is not None and draft.ends_on <= draft.starts_on:
        raise PolicyRefused(_("The last day lies before the first."), field="ends_on")
    _check_audience(version, draft.audience)
    policy = version.policy
    policy.title, policy.title_en = draft.title, draft.title_en
    policy.save(update_fields=["title", "title_en"])
    for name in ("body", "body_en", "change_note", "budget", "min_dwell_s"):
        setattr(version, name, getattr(draft, name))
    version.quiz = dict(draft.quiz)
    version.period = (draft.starts_on, draft.ends_on)
    version.subtree_ids = list(draft.audience.subtree_ids)
    version.levels, version.tiers = list(draft.audience.levels), list(draft.audience.tiers)
    version.node_ids = list(draft.audience.node_ids)
    return _save(version)


def add_rule(
    version: PolicyVersion, *, kind: str, definition: Mapping[str, Any], actor: Principal
) -> PolicyVersion:
    """Append a rule to a draft. Raises NotAllowed, IllegalMove, RuleRefused."""
    version = open_draft(version, actor)
    version.rules = [*version.rules, _rule(kind, definition)]
    return _save(version)


def change_rule(
    version: PolicyVersion, index: int, *, definition: Mapping[str, Any], actor: Principal
) -> PolicyVersion:
    """Replace a rule's definition. Raises NotAllowed, IllegalMove, RuleRefused."""
    version = open_draft(version, actor)
    old = _rule_at(version, index)
    version.rules[index] = _rule(old["kind"], definition)
    return _save(version)


def remove_rule(version: PolicyVersion, index: int, *, actor: Principal) -> PolicyVersion:
    """Take a rule out of a draft. Raises NotAllowed, IllegalMove, RuleRefused."""
    version = open_draft(version, actor)
    _rule_at(version, index)
    del version.rules[index]
    return _save(version)


def replace_rules(
    version: PolicyVersion, *, rules: Sequence[Mapping[str, Any]], actor: Principal
) -> PolicyVersion:
    """Set all rules of a draft, each {"kind", "definition"}. Raises NotAllowed, IllegalMove, RuleRefused."""
    version = open_draft(version, actor)
    version.rules = [_rule(rule["kind"], rule["definition"]) for rule in rules]
    return _save(version)


def accept_warning(version: PolicyVersion, key: str, *, actor: Principal) -> PolicyVersion:
    """Publish in spite of a warning (its `Finding.key`). Kept in the version and the audit trail."""
    version = open_draft(version, actor)
    if key not in version.acknowledged:
        version.acknowledged = [*version.acknowledged, key]
        version.save(update_fields=["acknowledged"])
    return version


def open_draft(version: PolicyVersion, actor: Principal) -> PolicyVersion:
    """The version, locked, which must be a draft that the actor may write. Raises NotAllowed, IllegalMove."""
    actor.check(WRITE, path=version.node.path)
    version = lock_version(version)
    if version.state != VersionState.DRAFT:
        raise IllegalMove(_("Only a draft can be changed: start a new version."))
    return version


def _save(version: PolicyVersion) -> PolicyVersion:
    version.acknowledged = []
    version.save()
    version.refresh_from_db(fields=["period"])
    return version


def _rule(kind: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    known = kind_named(kind)
    if known is None:
        raise RuleRefused(_("There is no rule kind “%(kind)s”.") % {"kind": kind}, field="kind")
    known.validate(definition)
    return {"kind": kind, "definition": dict(definition)}


def _rule_at(version: PolicyVersion, index: int) -> dict[str, Any]:
    if not 0 <= index < len(version.rules):
        raise RuleRefused(_("There is no such rule any more."))
    return version.rules[index]


def _check_audience(version: PolicyVersion, audience: Audience) -> None:
    """Every node must belong to the issuing unit's subtree."""
    wanted = {*audience.subtree_ids, *audience.node_ids}
    inside = Node.objects.filter(pk__in=wanted, path__subtree_of=version.node.path).count()
    if inside != len(wanted):
        raise PolicyRefused(
            _("The audience reaches beyond %(unit)s.") % {"unit": version.node.label},
            field="subtrees",
        )
