"""Who is asking, with which roles, on which part of the tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.errors import NotAllowed


@dataclass(frozen=True)
class HeldRole:
    """One grant: a role on the subtree at `path` (ltree text such as `1.5`)."""

    role: str
    node_id: int
    path: str
    kind: str


@dataclass(frozen=True)
class Principal:
    """The subject of every permission and scope question.

    `node_ids` are the nodes granted (the roots of the subtrees held), not their descendants.
    `wide` principals hold the whole tree. `home_id` is the node a partner's user works for, or the
    first granted organisation node.
    """

    user_id: int | None
    name: str = ""
    held: tuple[HeldRole, ...] = ()
    wide: bool = False
    system: bool = False
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.held)

    @property
    def node_ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(grant.node_id for grant in self.held))

    @property
    def is_partner(self) -> bool:
        """True when every grant is on a partner: the person belongs to the portal."""
        return bool(self.held) and all(grant.kind == "partner" for grant in self.held)

    @property
    def home_id(self) -> int | None:
        return self.held[0].node_id if self.held else None

    def can(self, permission: str, *, path: str | None = None) -> bool:
        """Whether a held role gives the permission, and (with `path`) gives it on that node."""
        if self.system:
            return True
        if path is None or permission not in self.permissions:
            return permission in self.permissions
        return any(
            permission in permissions_of(grant.role)
            and (path == grant.path or path.startswith(f"{grant.path}."))
            for grant in self.held
        )

    def check(self, permission: str, *, path: str | None = None) -> None:
        """Raise NotAllowed unless `can`."""
        if not self.can(permission, path=path):
            raise NotAllowed()


ANONYMOUS = Principal(user_id=None)


def principal_of(request: HttpRequest) -> Principal:
    """Who asks: `ScopeMiddleware` has put it on every request."""
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def system_principal(name: str) -> Principal:
    """The actor of a declared job: everything allowed, recorded under the job's name."""
    return Principal(user_id=None, name=name, wide=True, system=True)
