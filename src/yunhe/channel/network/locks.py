"""The only place of the network that locks rows."""

from __future__ import annotations

from django.db import connection

from yunhe.channel.network.models import DeliveryAddress
from yunhe.platform.access.models import Node

_FOUNDING = 7_201


def lock_node(node_id: int) -> Node:
    """The node's row, locked until the transaction ends."""
    return Node.objects.select_for_update(no_key=True).get(pk=node_id)


def lock_founding() -> None:
    """One first account at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOUNDING])


def lock_addresses(node_id: int) -> list[DeliveryAddress]:
    """The partner's addresses in use, locked until the transaction ends, the default first."""
    mine = DeliveryAddress.objects.select_for_update(no_key=True).filter(
        node_id=node_id, active=True
    )
    return sorted(mine.order_by("pk"), key=lambda address: not address.is_default)
