"""The only place of the network that locks rows."""

from __future__ import annotations

from yunhe.platform.access.models import Node


def lock_node(node_id: int) -> Node:
    """The node's row, locked until the transaction ends."""
    return Node.objects.select_for_update(no_key=True).get(pk=node_id)
