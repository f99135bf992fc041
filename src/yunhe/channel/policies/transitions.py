"""Legal moves of a policy version: action → (states it may start from, state it leads to)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.errors import IllegalMove
from yunhe.channel.policies.models import PolicyVersion

MOVES: dict[str, tuple[frozenset[VersionState], VersionState]] = {
    "publish": (frozenset({VersionState.DRAFT}), VersionState.PUBLISHED),
    "supersede": (frozenset({VersionState.PUBLISHED}), VersionState.SUPERSEDED),
    "withdraw": (frozenset({VersionState.PUBLISHED}), VersionState.WITHDRAWN),
}


def may(version: PolicyVersion, action: str) -> bool:
    """Whether the version's state allows the action (buttons ask this)."""
    return version.state in MOVES[action][0]


def move(version: PolicyVersion, action: str) -> None:
    """Set the state that the action leads to on a locked version; the caller saves.

    Raises IllegalMove.
    """
    if not may(version, action):
        raise IllegalMove(
            _("A version that is “%(state)s” does not allow this.")
            % {"state": version.get_state_display()}
        )
    version.state = MOVES[action][1]
