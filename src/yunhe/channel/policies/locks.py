"""The only place of policies that locks rows."""

from __future__ import annotations

from yunhe.channel.policies.models import Policy, PolicyRecipient, PolicyVersion
from yunhe.platform.errors import NotFound


def lock_policy(policy_id: int) -> Policy:
    """The policy's row, locked until the transaction ends: guards all its versions."""
    return Policy.objects.select_for_update(no_key=True).get(pk=policy_id)


def lock_version(version: PolicyVersion) -> PolicyVersion:
    """The version, fresh, under its policy's lock."""
    lock_policy(version.policy_id)
    return PolicyVersion.objects.select_related("policy", "node").get(pk=version.pk)


def lock_recipient(version_id: int, node_id: int) -> PolicyRecipient:
    """The recipient's row. Raises NotFound when the version was not sent there."""
    found = (
        PolicyRecipient.objects.select_for_update(no_key=True)
        .filter(version_id=version_id, node_id=node_id)
        .first()
    )
    if found is None:
        raise NotFound()
    return found
