"""Reads of the network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from yunhe.channel.network.compute import mask_phone
from yunhe.channel.network.models import DeliveryAddress, Licence, NodePlacement, Partner
from yunhe.channel.network.permissions import SEE_PHONE
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound


def partner_for(node_id: int) -> Partner:
    """The dossier of a node, with the node. Raises NotFound when there is none in scope."""
    try:
        return Partner.objects.select_related("node").get(pk=node_id)
    except Partner.DoesNotExist:
        raise NotFound() from None


def level_of(node_id: int) -> str:
    """The partner's level; empty for a unit of the manufacturer. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT level FROM network_place(%s)", [node_id])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def dealer_of(node_id: int) -> int | None:
    """Node id of the dealer that answers for a node: itself or the nearest above; None if none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT network_dealer_of(%s)", [node_id])
        return cursor.fetchone()[0]


def dealers_of(node_ids: Iterable[int]) -> dict[int, int]:
    """node id -> dealer's node id for many nodes in one statement; nodes without a dealer are absent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked, network_dealer_of(asked) FROM unnest(%s::bigint[]) AS asked",
            [list(node_ids)],
        )
        return {asked: dealer for asked, dealer in cursor.fetchall() if dealer is not None}


def subtree(node_id: int) -> QuerySet[Node]:
    """The node and everything below it, parents before children."""
    path = Node.objects.filter(pk=node_id).values("path")[:1]
    return Node.objects.filter(path__subtree_of=path).order_by("path")


def partners_below(node_id: int) -> QuerySet[Partner]:
    """Dossiers of the partners at and below a node."""
    return Partner.objects.filter(node__in=subtree(node_id).order_by()).select_related("node")


def list_partners() -> QuerySet[Partner]:
    """Every partner in scope with its node and the node above."""
    return Partner.objects.select_related("node", "node__parent").order_by("node__code")


def list_units() -> QuerySet[Node]:
    """Organisation units in scope, parents before children."""
    return Node.objects.filter(kind=NodeKind.ORGANISATION).order_by("path")


def chain_of(node: Node) -> list[Node]:
    """The nodes from the root down to this one."""
    return list(Node.objects.filter(path__above=node.path).order_by("path"))


def placements_of(node_id: int) -> QuerySet[NodePlacement]:
    """Where the node stood, stands and will stand; latest first."""
    return (
        NodePlacement.objects.filter(node_id=node_id)
        .select_related("parent", "recorded_by")
        .order_by("-period")
    )


def expiring_licences(day: date) -> QuerySet[Licence]:
    """Documents that have an end date on or before `day`, the earliest first."""
    return Licence.objects.filter(expires_on__lte=day).select_related("node").order_by("expires_on")


def roots(principal: Principal) -> list[Node]:
    """The top nodes that a person holds; the root of the tree for headquarters."""
    if principal.wide:
        return list(Node.objects.filter(parent=None).order_by("path"))
    return list(Node.objects.filter(pk__in=principal.node_ids).order_by("path"))


def search_partners(text: str) -> QuerySet[Partner]:
    """Partners whose name, code, external code or city contains every word."""
    found = list_partners()
    for word in text.split():
        found = found.filter(
            Q(node__name__icontains=word)
            | Q(node__name_en__icontains=word)
            | Q(node__code__icontains=word)
            | Q(external_code__icontains=word)
            | Q(city__icontains=word)
            | Q(city_en__icontains=word)
        )
    return found


def list_addresses(node_id: int) -> QuerySet[DeliveryAddress]:
    """The delivery addresses a partner uses, the default first."""
    return DeliveryAddress.objects.filter(node_id=node_id, active=True).order_by(
        "-is_default", "pk"
    )


def address_for(address_id: int) -> DeliveryAddress:
    """An address in use, with its partner. Raises NotFound out of scope."""
    found = (
        DeliveryAddress.objects.select_related("node").filter(pk=address_id, active=True).first()
    )
    if found is None:
        raise NotFound()
    return found


def address_named(node_id: int, name: str) -> DeliveryAddress | None:
    """The partner's address with this name, else the one of this receiver; None when there is none."""
    named = Q(label__iexact=name) | Q(label="", receiver__iexact=name)
    return list_addresses(node_id).filter(named).first()


def address_copy(address: DeliveryAddress) -> dict[str, Any]:
    """What a document keeps of an address, as the SQL function `network_ship_to` writes it."""
    names = ("label", "receiver", "phone", "division", "region", "street")
    return {"id": address.pk} | {name: getattr(address, name) for name in names}


def shown_phone(phone: str, principal: Principal) -> str:
    """The number for those who deliver, its ends for everybody else."""
    return phone if principal.can(SEE_PHONE) else mask_phone(phone)
