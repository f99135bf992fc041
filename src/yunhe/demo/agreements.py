"""Loading steps of policies: written, published, read by the dealers' owners."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from yunhe.channel.network.choices import Level
from yunhe.channel.policies.models import Policy, PolicyVersion
from yunhe.channel.policies.queries import compile_version
from yunhe.channel.policies.rules import Severity
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    accept_warning,
    add_rule,
    confirm_reading,
    create_policy,
    open_reading,
    publish_version,
    reach_end,
    save_draft,
)
from yunhe.demo.context import Context
from yunhe.demo.network import HQ_CODE
from yunhe.demo.policies import PolicySpec
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.roles import Role
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.events.dispatcher import dispatch_all

LAST_READ_HOUR = 17
READING_TIME = dt.timedelta(minutes=3)


def load_owners(context: Context) -> None:
    """An account for the owner of every dealer, without a password: they have read policies."""
    taken = {
        row["node_code"] for row in context.story.persons.iter_rows(named=True)
    }  # the demo's own dealer has its person
    for row in context.story.network.dealers.iter_rows(named=True):
        if row["code"] in taken:
            continue
        username = f"owner-{row['code'].lower()}"
        user = User.objects.filter(username=username).first() or User.objects.create_user(
            username, name=row["owner_zh"]
        )
        node_id = context.nodes[row["code"]]
        Grant.objects.get_or_create(user=user, role=Role.DEALER_OWNER, node_id=node_id)


def load_policies(context: Context) -> None:
    """Write, compile and publish the policies, each on its day; listeners make the programs."""
    headquarters = Node.objects.get(code=HQ_CODE)
    for spec in context.story.policies:
        with transaction.atomic():
            if not Policy.objects.filter(code=spec.code).exists():
                _publish(context, headquarters, spec)
    dispatch_all()


def _publish(context: Context, node: Node, spec: PolicySpec) -> None:
    actor, now = context.actor, context.at(spec.published_on, 10)
    version = create_policy(
        node, code=spec.code, title=spec.title_zh, title_en=spec.title_en, actor=actor, now=now
    )
    draft = VersionDraft(
        title=spec.title_zh,
        title_en=spec.title_en,
        body=spec.body_zh,
        body_en=spec.body_en,
        starts_on=spec.valid_from,
        ends_on=spec.valid_to,
        audience=Audience(
            subtree_ids=(node.pk,), levels=(Level.DEALER.value,), tiers=spec.audience_tiers
        ),
    )
    version = save_draft(version, draft=draft, actor=actor)
    version = add_rule(version, kind="rebate", definition=rule_of(spec.program), actor=actor)
    findings = compile_version(version, today=spec.published_on)
    for finding in findings:
        if finding.severity == Severity.WARNING:
            accept_warning(version, finding.key, actor=actor)
    publish_version(version, actor=actor, now=now)


def rule_of(program: dict[str, Any]) -> dict[str, Any]:
    """A policy's rule from a kernel document: what the policy itself says is left out."""
    own = {"id", "currency", "valid", "conditions"}
    rule = {name: value for name, value in program.items() if name not in own}
    names = {row["name"] for rows in program.get("conditions", {}).values() for row in rows}
    return rule | {"conditions": sorted(names)}


def load_reads(context: Context) -> None:
    """The owners open and confirm, under their own scope, on the days of the story."""
    owners = dict(Grant.objects.filter(role=Role.DEALER_OWNER).values_list("node__code", "user_id"))
    versions = {
        version.policy.code: version
        for version in PolicyVersion.objects.filter(state="published").select_related("policy")
    }
    for row in context.story.policy_reads.sort("opened_on").iter_rows(named=True):
        user_id = owners.get(row["dealer_code"])
        if user_id is not None:
            _read(context, versions[row["policy_code"]], row, user_id)
    dispatch_all()


def _read(context: Context, version: PolicyVersion, row: dict[str, Any], user_id: int) -> None:
    confirmed_on = row["confirmed_on"]
    opened = context.at(confirmed_on or row["opened_on"], LAST_READ_HOUR)
    with scoped(user_id) as actor:
        reading = open_reading(version, actor=actor, now=opened)
        if confirmed_on is None or reading.confirmed_at is not None:
            return
        reach_end(reading, actor=actor, now=opened + READING_TIME / 2)
        confirm_reading(reading, actor=actor, now=opened + READING_TIME)
