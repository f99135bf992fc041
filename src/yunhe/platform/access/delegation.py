"""Who may hand on which role: IT any, a regional manager the partners', a dealer owner its staff's.

Pure rules on principals and paths; the database's row-level security stands behind them.
"""

from __future__ import annotations

from collections.abc import Iterable

from yunhe.platform.access.models import NodeKind
from yunhe.platform.access.principal import HeldRole, Principal
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS, Role

HANDED_ON: dict[str, frozenset[str]] = {
    Role.IT_ADMIN: frozenset(Role),
    Role.REGIONAL_MANAGER: frozenset(PARTNERS),
    Role.DEALER_OWNER: frozenset({Role.DEALER_CLERK, Role.STORE, Role.DRIVER}),
}
FITTING: dict[str, frozenset[str]] = {
    NodeKind.PARTNER: frozenset({*PARTNERS, Role.ENGINEER, Role.DRIVER}),
    NodeKind.ORGANISATION: frozenset({*HEADQUARTERS, Role.ENGINEER, Role.DRIVER}),
}


def role_fits(role: str, kind: str) -> bool:
    """Whether a node of this kind may have somebody with this role."""
    return role in FITTING[kind]


def may_hand_on(actor: Principal, role: str, path: str) -> bool:
    """Whether one of the actor's own roles, held on the node at `path` or above, covers `role`."""
    if actor.system:
        return True
    return any(
        role in HANDED_ON.get(held.role, ()) and covers(held.path, path) for held in actor.held
    )


def roles_to_hand_on(actor: Principal) -> list[str]:
    """Every role that the actor may give somewhere, in the order of `Role`."""
    allowed: set[str] = set()
    for held in actor.held:
        allowed |= HANDED_ON.get(held.role, frozenset())
    return [role for role in Role.values if role in allowed]


def may_manage(actor: Principal, grants: Iterable[HeldRole]) -> bool:
    """Whether the actor could have given every one of an account's roles.

    An account without any belongs to IT.
    """
    held = list(grants)
    if not held:
        return actor.system or Role.IT_ADMIN in actor.roles
    return all(may_hand_on(actor, grant.role, grant.path) for grant in held)


def covers(above: str, below: str) -> bool:
    """Whether the ltree path `below` is `above` or lies under it."""
    return below == above or below.startswith(f"{above}.")
