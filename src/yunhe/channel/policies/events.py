"""What happens with policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(Event):
    """A version came into force and was sent to its recipients."""

    type: ClassVar[str] = "yunhe.policies.policy.published.v1"

    policy_id: int
    version_id: int
    number: int
    recipients: int


@dataclass(frozen=True, kw_only=True)
class PolicyWithdrawn(Event):
    """A version in force was taken back."""

    type: ClassVar[str] = "yunhe.policies.policy.withdrawn.v1"

    policy_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class PolicyConfirmed(Event):
    """A partner confirmed that it read a version."""

    type: ClassVar[str] = "yunhe.policies.policy.confirmed.v1"

    policy_id: int
    version_id: int
    partner_id: int
    user_id: int
