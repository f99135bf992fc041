"""Reads of policies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.models import Policy, PolicyRecipient, PolicyVersion
from yunhe.channel.policies.rules import CompileContext, Finding, OtherPolicy, rules_of
from yunhe.channel.policies.rules.compiler import compile_policy
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotFound
from yunhe.platform.files.models import Attachment
from yunhe.platform.files.services import attachments_of

_AUDIENCE = "policies_audience(%s::bigint[], %s::text[], %s::text[], %s::bigint[])"
_OTHERS = f"""
SELECT p.title, v.rules, count(*)
  FROM policies_policyversion v
  JOIN policies_policy p ON p.id = v.policy_id
  JOIN policies_policyrecipient r ON r.version_id = v.id
  JOIN {_AUDIENCE} AS reached ON reached = r.node_id
 WHERE v.state = 'published' AND v.policy_id <> %s AND v.period && daterange(%s, %s)
 GROUP BY v.id, p.title ORDER BY v.id
"""  # noqa: S608  # constant text


def list_policies() -> QuerySet[Policy]:
    """Policies in scope with state of the latest version and reading progress of the current one."""
    latest = PolicyVersion.objects.filter(policy=OuterRef("pk")).order_by("-number")
    recipients = PolicyRecipient.objects.filter(version=OuterRef("current")).order_by()
    counted = recipients.values("version").annotate(n=Count("pk"))
    done = recipients.exclude(confirmed_at=None).values("version").annotate(n=Count("pk"))
    return Policy.objects.select_related("node", "current").annotate(
        latest_state=Subquery(latest.values("state")[:1]),
        latest_number=Subquery(latest.values("number")[:1]),
        sent=Coalesce(Subquery(counted.values("n")), 0),
        confirmed=Coalesce(Subquery(done.values("n")), 0),
    )


def draft_of(policy: Policy) -> PolicyVersion:
    """The policy's open draft. Raises NotFound."""
    found = (
        policy.versions.filter(state=VersionState.DRAFT).select_related("policy", "node").first()
    )
    if found is None:
        raise NotFound()
    return found


def audience_count(version: PolicyVersion) -> int:
    """How many active partners the version would reach now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_AUDIENCE}", _audience(version))  # noqa: S608  # constant
        return cursor.fetchone()[0]


def other_policies(version: PolicyVersion) -> list[OtherPolicy]:
    """Policies in force in the version's period that reach some of the same partners."""
    period = [version.policy_id, version.period.lower, version.period.upper]
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [*_audience(version), *period])
        return [
            OtherPolicy(
                title, rules_of(json.loads(rules) if isinstance(rules, str) else rules), shared
            )
            for title, rules, shared in cursor.fetchall()
        ]


def compile_version(version: PolicyVersion, *, today: date) -> list[Finding]:
    """What the compiler says about a version, the gravest first. Three statements."""
    context = CompileContext(
        start=version.period.lower,
        end=version.period.upper,
        today=today,
        audience_count=audience_count(version),
        budget=version.budget,
        others=other_policies(version),
        audience=(version.subtree_ids, version.levels, version.tiers, version.node_ids),
    )
    return compile_policy(
        body=version.body,
        body_en=version.body_en,
        rules=rules_of(version.rules),
        quiz=version.quiz,
        context=context,
    )


def my_policies(principal: Principal) -> QuerySet[PolicyRecipient]:
    """What was sent to the partner a person works for: awaiting confirmation first, then the newest."""
    return (
        PolicyRecipient.objects.filter(
            node_id__in=principal.node_ids,
            version__state__in=[VersionState.PUBLISHED, VersionState.WITHDRAWN],
        )
        .select_related("version__policy", "node")
        .order_by(F("confirmed_at").desc(nulls_first=True), "-version__published_at", "pk")
    )


def waiting_count(principal: Principal) -> int:
    """How many policies in force await the confirmation of the partner a person works for."""
    return PolicyRecipient.objects.filter(
        node_id__in=principal.node_ids, version__state=VersionState.PUBLISHED, confirmed_at=None
    ).count()


def recipient_for(version_id: int, principal: Principal) -> PolicyRecipient:
    """The recipient row of the partner a person works for. Raises NotFound."""
    found = (
        PolicyRecipient.objects.filter(version_id=version_id, node_id__in=principal.node_ids)
        .select_related("version__policy", "node")
        .order_by("confirmed_at", "pk")
        .first()
    )
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class RegionProgress:
    """How far the recipients of a region are."""

    region: Node
    sent: int
    opened: int
    confirmed: int


def progress_by_region(version: PolicyVersion) -> list[RegionProgress]:
    """Reading progress by the organisation unit nearest above each recipient. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unit.id, count(*), count(r.opened_at), count(r.confirmed_at)
              FROM policies_policyrecipient r
              JOIN access_node n ON n.id = r.node_id
              JOIN LATERAL (
                    SELECT above.id FROM access_node above
                     WHERE above.path @> n.path AND above.kind = 'organisation'
                     ORDER BY nlevel(above.path) DESC LIMIT 1) unit ON true
             WHERE r.version_id = %s
             GROUP BY unit.id
            """,
            [version.pk],
        )
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
    regions = Node.objects.filter(pk__in=counts).order_by("path")
    return [RegionProgress(region, *counts[region.pk]) for region in regions]


def progress_of(version: PolicyVersion) -> dict[str, int]:
    """sent, opened, confirmed of one version. One statement."""
    return PolicyRecipient.objects.filter(version=version).aggregate(
        sent=Count("pk"),
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
    )


def recipients_of(version: PolicyVersion) -> QuerySet[PolicyRecipient]:
    """Recipients in scope with partner and confirmer, those who have not confirmed first."""
    return (
        PolicyRecipient.objects.filter(version=version)
        .select_related("node", "confirmed_by")
        .order_by(
            F("confirmed_at").asc(nulls_first=True), F("opened_at").asc(nulls_first=True), "pk"
        )
    )


def _audience(version: PolicyVersion) -> list[Any]:
    return [version.subtree_ids, version.levels, version.tiers, version.node_ids]


def previous_version(version: PolicyVersion) -> PolicyVersion | None:
    """The version before, if the reader may see it."""
    earlier = PolicyVersion.objects.filter(policy_id=version.policy_id, number__lt=version.number)
    return earlier.order_by("-number").first()


def documents_of(version: PolicyVersion) -> list[Attachment]:
    """What is attached to a version that the caller has read in scope, oldest first, with the files."""
    with owner_access("a partner reads the documents of a version that was sent to it"):
        return list(attachments_of(version))
