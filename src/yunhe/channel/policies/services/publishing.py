"""From draft to every recipient, and reminding those who have not read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.errors import NotPublishable
from yunhe.channel.policies.events import PolicyPublished, PolicyWithdrawn
from yunhe.channel.policies.locks import lock_version
from yunhe.channel.policies.models import PolicyRecipient, PolicyVersion
from yunhe.channel.policies.permissions import CONFIRM, PUBLISH, REMIND
from yunhe.channel.policies.queries import compile_version
from yunhe.channel.policies.rules.compiler import blocking
from yunhe.channel.policies.transitions import MOVES
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

PUBLISHED = declare_kind(
    "policies.published", _("A policy was published"), email=True, required=True
)
REMINDED = declare_kind("policies.reminded", _("A policy awaits your confirmation"), required=True)

_SEND = """
INSERT INTO policies_policyrecipient (version_id, node_id)
SELECT %s, reached FROM policies_audience(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) AS reached
ON CONFLICT DO NOTHING
"""
_READERS = """
SELECT DISTINCT g.user_id
  FROM policies_policyrecipient r JOIN access_grant g ON g.node_id = r.node_id
 WHERE r.version_id = %s AND r.confirmed_at IS NULL AND g.role = ANY (%s)
"""


def publish_version(version: PolicyVersion, *, actor: Principal, now: datetime) -> PolicyVersion:
    """Bring a draft into force and send it to every recipient at once.

    Compiles once more; supersedes the version before, whose recipients must confirm anew if they
    are recipients again. Writes the recipients in one statement, notifies those who can confirm,
    emits PolicyPublished. Raises NotAllowed, IllegalMove, NotPublishable naming what is in the way.
    """
    actor.check(PUBLISH, path=version.node.path)
    version = lock_version(version)
    version.state = MOVES.check(version.state, "publish", number=str(version.number)).target
    _check_publishable(version, now)
    _supersede(version)
    version.published_at, version.published_by_id = now, actor.user_id
    version.recipient_count = _send(version)
    version.save()
    policy = version.policy
    policy.current = version
    policy.save(update_fields=["current"])
    _tell_readers(version, kind=PUBLISHED, prefix=_("New policy"), now=now)
    event = PolicyPublished(
        policy_id=policy.pk,
        version_id=version.pk,
        number=version.number,
        recipients=version.recipient_count,
    )
    emit(event, node_id=version.node_id, subject=policy.code)
    return version


def withdraw_version(version: PolicyVersion, *, actor: Principal) -> PolicyVersion:
    """Take a version in force back; what it earned until now stays. Emits PolicyWithdrawn."""
    actor.check(PUBLISH, path=version.node.path)
    version = lock_version(version)
    version.state = MOVES.check(version.state, "withdraw", number=str(version.number)).target
    version.save(update_fields=["state"])
    version.policy.current = None
    version.policy.save(update_fields=["current"])
    event = PolicyWithdrawn(policy_id=version.policy_id, version_id=version.pk)
    emit(event, node_id=version.node_id, subject=version.policy.code)
    return version


def remind_unread(version: PolicyVersion, *, actor: Principal, now: datetime) -> int:
    """Remind the recipients in the actor's scope who have not confirmed; return how many partners.

    At most once a day each. Raises NotAllowed.
    """
    actor.check(REMIND)
    late = PolicyRecipient.objects.filter(version=version, confirmed_at=None).exclude(
        reminded_at__gte=now - timedelta(days=1)
    )
    if version.state != VersionState.PUBLISHED or not late.exists():
        return 0
    reached = late.update(reminded_at=now)
    _tell_readers(version, kind=REMINDED, prefix=_("Please confirm"), now=now)
    return reached


def _check_publishable(version: PolicyVersion, now: datetime) -> None:
    findings = compile_version(version, today=timezone.localdate(now))
    if obstacles := blocking(findings, version.acknowledged):
        raise NotPublishable(
            _(
                "The policy cannot be published yet: correct the errors, correct or accept the warnings."
            ),
            rows=[
                {
                    "where": finding.where,
                    "severity": finding.severity.value,
                    "code": finding.code,
                    "key": finding.key,
                    "message": str(finding.message),
                }
                for finding in obstacles
            ],
        )


def _supersede(version: PolicyVersion) -> None:
    before = version.policy.current
    if before is not None:
        before.state = MOVES.check(before.state, "supersede", number=str(before.number)).target
        before.save(update_fields=["state"])


def _send(version: PolicyVersion) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _SEND,
            [version.pk, version.subtree_ids, version.levels, version.tiers, version.node_ids],
        )
        return int(cursor.rowcount)


def _tell_readers(version: PolicyVersion, *, kind: str, prefix: object, now: datetime) -> None:
    confirmers = next(p.roles for p in all_permissions() if p.code == CONFIRM)
    with connection.cursor() as cursor:
        cursor.execute(_READERS, [version.pk, sorted(confirmers)])
        users = [row[0] for row in cursor.fetchall()]
    notify(
        users,
        kind=kind,
        title=format_lazy("{}: {}", prefix, version.policy.title),
        body=_("Open it, read it to the end and confirm."),
        url=reverse("policies_portal:read", args=[version.pk]),
        dedupe_key=f"{kind}:{version.pk}:{now:%Y%m%d}",
        now=now,
    )
