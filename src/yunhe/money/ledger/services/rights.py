"""Whose account somebody may write: checked here, because postings run as the owner."""

from __future__ import annotations

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound


def check_right_on(node_id: int, permission: str, *, actor: Principal) -> None:
    """Raise NotFound when the actor does not see the node, NotAllowed without the right there."""
    actor.check(permission)
    node = Node.objects.filter(pk=node_id).first()
    if node is None:
        raise NotFound()
    actor.check(permission, path=node.path)
