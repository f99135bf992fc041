"""The partner network over the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.models import DeliveryAddress, NodePlacement, Partner
from yunhe.channel.network.permissions import ADDRESSES, CHANGE, LOOK_UP, MOVE, VIEW, VIEW_OWN
from yunhe.channel.network.queries import (
    address_for,
    dealer_of,
    list_addresses,
    partner_for,
    placements_of,
    search_partners,
    shown_phone,
)
from yunhe.channel.network.services import (
    AddressDraft,
    PartnerDraft,
    PartnerRow,
    change_partner,
    create_partner,
    ensure_partners,
    move_node,
    remove_address,
    save_address,
)
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned, versioned_rows
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["network"])
LOOK = require_any(VIEW, VIEW_OWN)


class DossierIn(Schema):
    """What is filed about a partner."""

    name: str = Field(max_length=120)
    level: Level
    name_en: str = Field("", max_length=120)
    tier: Tier = Tier.GROWTH
    external_code: str = Field("", max_length=60)
    province: str = Field("", max_length=6)
    city: str = Field("", max_length=40)
    city_en: str = Field("", max_length=60)
    address: str = Field("", max_length=200)
    address_en: str = Field("", max_length=200)
    contact_name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    email: str = Field("", max_length=254)
    opened_on: date | None = None


class PartnerIn(DossierIn):
    code: str = Field(max_length=40)
    parent_code: str = Field(max_length=40)


class PartnerOut(DossierIn):
    id: int
    code: str
    parent_id: int | None
    active: bool


class PartnerFilter(PageQuery):
    q: str = ""
    level: str = ""
    tier: str = ""
    province: str = ""


class MoveIn(Schema):
    to_code: str
    effective: date
    reason: str = Field("", max_length=200)


class PlacementOut(Schema):
    parent_id: int | None
    start: date | None
    end: date | None
    applied: bool
    reason: str


class NodeOut(Schema):
    id: int
    code: str
    name: str
    name_en: str
    kind: str
    parent_id: int | None


def _shown(partner: Partner) -> dict[str, Any]:
    names = set(PartnerDraft.__dataclass_fields__) - {"name", "name_en"}
    node = partner.node
    return {name: getattr(partner, name) for name in names} | {
        "id": partner.pk,
        "code": node.code,
        "name": node.name,
        "name_en": node.name_en,
        "parent_id": node.parent_id,
        "active": node.active,
    }


@router.get("/nodes", response=Page[NodeOut], auth=require(LOOK_UP), operation_id="list_nodes")
def list_nodes(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Nodes in scope: the own subtree and the way up from it."""
    return paginate(Node.objects.all(), page, by="id")


@router.get(
    "/partners", response=Page[PartnerOut], auth=require(VIEW), operation_id="list_partners"
)
def list_partners(request: HttpRequest, asked: Query[PartnerFilter]) -> Any:
    """Partners in scope; `q` looks into names, codes and cities."""
    partners = search_partners(asked.q).order_by()
    for name in ("level", "tier", "province"):
        if value := getattr(asked, name):
            partners = partners.filter(**{name: value})
    nodes = Node.objects.filter(pk__in=partners.values("node_id")).select_related("partner")
    return paginate(nodes, asked, by="id", show=lambda node: _shown(node.partner))


@router.get("/partners/me", response=PartnerOut, auth=require(VIEW_OWN), operation_id="my_partner")
def my_partner(request: HttpRequest) -> Any:
    """The dossier of the partner that the caller works for."""
    home = principal_of(request).home_id
    if home is None:
        raise NotFound()
    return _shown(partner_for(home))


def _dossier_rows(partner_id: Any) -> list[QuerySet[Any]]:
    return [Partner.objects.filter(pk=partner_id), Node.objects.filter(pk=partner_id)]


@router.get(
    "/partners/{partner_id}", response=PartnerOut, auth=require(VIEW), operation_id="get_partner"
)
@versioned_rows(_dossier_rows)
def get_partner(request: HttpRequest, partner_id: int) -> Any:
    """One dossier."""
    return _shown(partner_for(partner_id))


@router.get(
    "/partners/{partner_id}/dealer",
    response=int | None,
    auth=require(VIEW),
    operation_id="get_dealer_of",
)
def get_dealer(request: HttpRequest, partner_id: int) -> Any:
    """Node id of the dealer that answers for the partner."""
    return dealer_of(partner_for(partner_id).pk)


@router.post(
    "/partners", response={201: PartnerOut}, auth=require(CHANGE), operation_id="create_partner"
)
def post_partner(request: HttpRequest, body: PartnerIn) -> Any:
    """File a new partner."""
    values = body.dict()
    code, parent = values.pop("code"), _node(values.pop("parent_code"))
    partner = create_partner(
        parent,
        code=code,
        draft=PartnerDraft(**values),
        actor=principal_of(request),
        now=timezone.now(),
    )
    return Status(201, _shown(partner))


@router.put(
    "/partners", response=dict[str, int], auth=require(CHANGE), operation_id="ensure_partners"
)
def put_partners(request: HttpRequest, body: list[PartnerIn]) -> Any:
    """Create or update many partners in one call; answers code → id."""
    rows = [PartnerRow(**item.dict()) for item in body]
    return ensure_partners(rows, actor=principal_of(request), now=timezone.now())


@router.put(
    "/partners/{partner_id}",
    response=PartnerOut,
    auth=require(CHANGE),
    operation_id="change_partner",
)
def put_partner(request: HttpRequest, partner_id: int, body: DossierIn) -> Any:
    """Replace what is filed."""
    draft = PartnerDraft(**body.dict())
    return _shown(change_partner(partner_for(partner_id), draft=draft, actor=principal_of(request)))


@router.post(
    "/partners/{partner_id}/moves",
    response={201: PlacementOut},
    auth=require(MOVE),
    operation_id="move_partner",
)
def post_move(request: HttpRequest, partner_id: int, body: MoveIn) -> Any:
    """Let the partner stand elsewhere from a day on."""
    placement = move_node(
        partner_for(partner_id).node,
        _node(body.to_code),
        effective=body.effective,
        reason=body.reason,
        actor=principal_of(request),
        now=timezone.now(),
    )
    placement.refresh_from_db(fields=["period"])
    return Status(201, _placed(placement))


@router.get(
    "/partners/{partner_id}/placements",
    response=list[PlacementOut],
    auth=require(VIEW),
    operation_id="list_placements",
)
def list_placements(request: HttpRequest, partner_id: int) -> Any:
    """Where the partner stood, stands and will stand; latest first."""
    return [_placed(row) for row in placements_of(partner_for(partner_id).pk)]


def _placed(placement: NodePlacement) -> dict[str, Any]:
    return {
        "parent_id": placement.parent_id,
        "start": placement.period.lower,
        "end": placement.period.upper,
        "applied": placement.applied,
        "reason": placement.reason,
    }


def _node(code: str) -> Node:
    found = Node.objects.filter(code=code).first()
    if found is None:
        raise NotFound(field="code")
    return found


class AddressIn(Schema):
    """A delivery address; `province` is a six-figure division code, city and district are names."""

    label: str = Field("", max_length=40)
    receiver: str = Field(min_length=1, max_length=60)
    phone: str = Field(pattern=r"^\+?[\d\s-]{7,20}$")
    province: str = Field(pattern=r"^\d{6}$")
    city: str = Field(min_length=1, max_length=40)
    district: str = Field("", max_length=40)
    street: str = Field(min_length=1, max_length=160)
    is_default: bool = False

    def draft(self) -> AddressDraft:
        return AddressDraft(**self.dict())


class AddressOut(Schema):
    """An address in use; the phone is masked for readers who need not know it."""

    id: int
    node_id: int
    label: str
    receiver: str
    phone: str
    division: str
    region: str
    street: str
    is_default: bool


@router.get(
    "/partners/{partner_id}/addresses",
    response=list[AddressOut],
    auth=LOOK,
    operation_id="list_addresses",
)
def get_addresses(request: HttpRequest, partner_id: int) -> Any:
    """Where the partner takes goods, the default first."""
    return [_addressed(request, one) for one in list_addresses(partner_for(partner_id).pk)]


@router.post(
    "/partners/{partner_id}/addresses",
    response={201: AddressOut},
    auth=require(ADDRESSES),
    operation_id="create_address",
)
def post_address(request: HttpRequest, partner_id: int, body: AddressIn) -> Any:
    """Write an address down; the first is the default."""
    node = partner_for(partner_id).node
    saved = save_address(node, body.draft(), actor=principal_of(request))
    return Status(201, _addressed(request, saved))


@router.get("/addresses/{address_id}", response=AddressOut, auth=LOOK, operation_id="get_address")
@versioned(DeliveryAddress)
def get_address(request: HttpRequest, address_id: int) -> Any:
    """One address."""
    return _addressed(request, address_for(address_id))


@router.put(
    "/addresses/{address_id}",
    response=AddressOut,
    auth=require(ADDRESSES),
    operation_id="change_address",
)
def put_address(request: HttpRequest, address_id: int, body: AddressIn) -> Any:
    """Change an address; placed orders keep theirs."""
    known = address_for(address_id)
    saved = save_address(
        known.node,
        body.draft(),
        address=known,
        actor=principal_of(request),
    )
    return _addressed(request, saved)


@router.delete(
    "/addresses/{address_id}",
    response={204: None},
    auth=require(ADDRESSES),
    operation_id="remove_address",
)
def delete_address(request: HttpRequest, address_id: int) -> Any:
    """Use an address no longer."""
    remove_address(address_for(address_id), actor=principal_of(request))
    return Status(204, None)


def _addressed(request: HttpRequest, address: DeliveryAddress) -> dict[str, Any]:
    principal = principal_of(request)
    shown = {name: getattr(address, name) for name in AddressOut.model_fields}
    return shown | {"phone": shown_phone(address.phone, principal)}
