"""Reads about people, their roles and nodes."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.roles import Role
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import NotFound

ROLE_LABELS = dict(Role.choices)


def users_in_scope() -> QuerySet[User]:
    """Accounts that hold a role in the reader's part of the tree, each with those roles.

    Two queries: accounts, and their grants with nodes.
    """
    grants = Grant.objects.select_related("node").order_by("node__path", "role")
    return User.objects.order_by("name", "pk").prefetch_related(Prefetch("grants", queryset=grants))


def nodes_by_path() -> QuerySet[Node]:
    """The nodes that the reader sees, parents before children."""
    return Node.objects.order_by("path")


def role_label(role: str) -> str:
    """The role's name in the active language."""
    return str(ROLE_LABELS.get(role, role))


def place_of(node: Node, above: dict[int, Node]) -> str:
    """`HQ › East › Dealer`: the node with what is above it, as far as the reader sees it."""
    ids = [int(part) for part in node.path.split(".")]
    return " › ".join(above[pk].label for pk in ids if pk in above)


def nodes_above(nodes: list[Node]) -> dict[int, Node]:
    """The nodes and all above them that the reader sees, by id. One query."""
    ids = {int(part) for node in nodes for part in node.path.split(".")}
    return Node.objects.in_bulk(ids)


def node_for(node_id: int, *, field: str | None = None) -> Node:
    """A node in scope. Raises NotFound, at the `field` that named it."""
    found = Node.objects.filter(pk=node_id).first()
    if found is None:
        raise NotFound(field=field)
    return found
