"""Compliance over the API: rules, registrations, and what a partner may not buy."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.channel.network.choices import LicenceKind
from yunhe.channel.network.queries import partner_for
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.bodies import Body
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.models import Category
from yunhe.trade.catalog.queries import sku_for
from yunhe.trade.compliance.choices import Demand, GoodsField, RegistrationKind
from yunhe.trade.compliance.filters import RegistrationFilters, RuleFilters
from yunhe.trade.compliance.library import STANDARDS
from yunhe.trade.compliance.models import Registration, Rule
from yunhe.trade.compliance.permissions import CHANGE, VIEW_OWN
from yunhe.trade.compliance.queries import (
    adopted_codes,
    list_registrations,
    list_rules,
    refusals_for,
)
from yunhe.trade.compliance.services import (
    RegistrationDraft,
    RuleDraft,
    adopt_standards,
    save_registration,
    save_rule,
)

router = Router(tags=["compliance"])


class RuleIn(Schema):
    """A rule; `provinces` are six-figure codes, empty lists: everywhere, for every level."""

    code: str = Field(max_length=40)
    name: str = Field(max_length=120)
    name_en: str = Field("", max_length=120)
    field: GoodsField = GoodsField.OTHER
    source: str = Field("", max_length=200)
    category_id: int | None = None
    attribute_id: int | None = None
    value: str = Field("", max_length=200)
    demand: Demand = Demand.LICENCE
    licence_kind: LicenceKind | None = None
    registration_kind: RegistrationKind | None = None
    provinces: list[str] = []
    region_id: int | None = None
    levels: list[str] = []
    starts_on: date
    ends_on: date | None = None


class RuleOut(Schema):
    id: int
    code: str
    name: str
    name_en: str
    field: str
    source: str
    category_id: int | None
    attribute_id: int | None
    value: str
    demand: str
    licence_kind: str
    registration_kind: str
    provinces: list[str]
    region_id: int | None
    levels: list[str]
    starts_on: date
    ends_on: date | None


class RegistrationIn(Schema):
    """A registration of the product that a SKU belongs to."""

    sku: str = Field(max_length=40, description="code or GTIN of one of the product's SKUs")
    kind: RegistrationKind
    number: str = Field(max_length=60)
    holder: str = Field("", max_length=120)
    provinces: list[str] = []
    issued_on: date | None = None
    expires_on: date | None = None


class RegistrationOut(Schema):
    id: int
    product: str
    kind: str
    number: str
    holder: str
    provinces: list[str]
    issued_on: date | None
    expires_on: date | None
    validity: str


class RefusalsQuery(Schema):
    node_id: int
    sku_ids: list[int] = Field(min_length=1, max_length=1000)
    on: date | None = None


class RefusalOut(Schema):
    """Why a partner may not buy a product; products that it may buy are absent."""

    sku_id: int
    rule: str
    reason: str
    message: str


@router.get("/rules", response=Page[RuleOut], auth=require(VIEW_OWN), summary="The rule library")
@filtered(RuleFilters)
def get_rules(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(narrow(list_rules().order_by(), request), page, by="id")


@router.get("/rules/{int:rule_id}", response=RuleOut, auth=require(VIEW_OWN), summary="One rule")
def get_rule(request: HttpRequest, rule_id: int) -> Any:
    found = Rule.objects.filter(pk=rule_id).first()
    if found is None:
        raise NotFound()
    return found


class StandardOut(Schema):
    """An entry of the rule library, and whether it is a rule here."""

    code: str
    name: str
    name_en: str
    field: GoodsField
    goods: str
    source: str
    licence: str | None
    registration: str | None
    local: bool
    adopted: bool


class AdoptIn(Body):
    """Entries to adopt. Without a category they hold for products of their regulated class."""

    codes: list[str] = Field(min_length=1, max_length=100)
    starts_on: date
    category_id: int | None = None
    provinces: list[str] = Field(default_factory=list, max_length=40)


class AdoptedOut(Schema):
    """Codes that are rules now, and those that were before and stayed as they are."""

    adopted: list[str]
    known: list[str]


@router.get(
    "/library", response=list[StandardOut], auth=require(VIEW_OWN), summary="Ready-made rules"
)
def get_library(request: HttpRequest) -> Any:
    known = adopted_codes()
    return [
        {name: getattr(each, name) for name in StandardOut.model_fields if name != "adopted"}
        | {"adopted": each.code in known}
        for each in STANDARDS
    ]


@router.post(
    "/library", response=AdoptedOut, auth=require(CHANGE), summary="Adopt ready-made rules"
)
def post_library(request: HttpRequest, body: AdoptIn) -> Any:
    """All or none; a code that is a rule already stays as it is."""
    if body.category_id and not Category.objects.filter(pk=body.category_id).exists():
        raise NotFound()
    done = adopt_standards(
        body.codes,
        starts_on=body.starts_on,
        category_id=body.category_id,
        provinces=tuple(body.provinces),
        actor=principal_of(request),
    )
    return {"adopted": [rule.code for rule in done.rules], "known": done.known}


@router.put("/rules", response=RuleOut, auth=require(CHANGE), summary="Create or replace a rule")
def put_rule(request: HttpRequest, body: RuleIn) -> Any:
    """By its code."""
    values = body.model_dump() | {
        "licence_kind": body.licence_kind or "",
        "registration_kind": body.registration_kind or "",
        "provinces": tuple(body.provinces),
        "levels": tuple(body.levels),
    }
    known = Rule.objects.filter(code=body.code).first()
    return save_rule(RuleDraft(**values), rule=known, actor=principal_of(request))


@router.get(
    "/registrations",
    response=Page[RegistrationOut],
    auth=require(VIEW_OWN),
    summary="Registrations of products",
)
@filtered(RegistrationFilters)
def get_registrations(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(
        narrow(list_registrations().order_by(), request), page, by="id", show=_registration
    )


@router.post(
    "/registrations",
    response={201: RegistrationOut},
    auth=require(CHANGE),
    summary="File a registration",
)
def post_registration(request: HttpRequest, body: RegistrationIn) -> Any:
    draft = RegistrationDraft(
        product=sku_for(body.sku).product,
        kind=body.kind,
        number=body.number,
        holder=body.holder,
        provinces=tuple(body.provinces),
        issued_on=body.issued_on,
        expires_on=body.expires_on,
    )
    actor = principal_of(request)
    return Status(201, _registration(save_registration(draft, actor=actor, now=timezone.now())))


@router.get(
    "/refusals",
    response=list[RefusalOut],
    auth=require(VIEW_OWN),
    summary="What a partner may not buy",
)
def get_refusals(request: HttpRequest, asked: Query[RefusalsQuery]) -> Any:
    """Of the products asked for, on a day (default: today)."""
    partner = partner_for(asked.node_id)
    day = asked.on or timezone.localdate()
    found = refusals_for(partner.pk, asked.sku_ids, day)
    return [
        {"sku_id": r.sku_id, "rule": r.rule, "reason": str(r.reason), "message": r.message}
        for r in found.values()
    ]


def _registration(row: Registration) -> dict[str, Any]:
    own = {"product", "validity"}
    shown = {name: getattr(row, name) for name in RegistrationOut.model_fields if name not in own}
    return shown | {
        "product": row.product.code,
        "validity": str(row.validity_on(timezone.localdate())),
    }
