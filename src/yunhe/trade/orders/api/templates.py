"""Named baskets that are ordered again and again, and products kept at hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from yunhe.platform.access.principal import Principal, principal_of
from yunhe.platform.api.bodies import Body
from yunhe.platform.errors import NotAllowed
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders import services
from yunhe.trade.orders.api.shown import READ, LineIn, asked_lines
from yunhe.trade.orders.models import OrderTemplate
from yunhe.trade.orders.queries import favourite_ids, list_templates

router = Router(tags=["orders"])


class TemplateLineOut(Schema):
    """How much of which product."""

    sku_id: int
    unit: str
    quantity: Decimal


class TemplateOut(Schema):
    """A named set of lines."""

    id: int
    node_id: int
    name: str
    lines: list[TemplateLineOut]


class TemplateIn(Body):
    """Lines to keep under a name."""

    name: str = Field(min_length=1, max_length=80)
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


class FavouriteOut(Schema):
    """A product that the partner keeps at hand."""

    sku_id: int
    sku: str
    name: str


@router.get(
    "/templates",
    response=list[TemplateOut],
    auth=READ,
    summary="Order templates",
    operation_id="list_order_templates",
)
def templates(request: HttpRequest) -> Any:
    return [_template(template) for template in list_templates()]


@router.post(
    "/templates",
    response={201: TemplateOut},
    summary="Save an order template",
    operation_id="save_order_template",
)
def save_template(request: HttpRequest, body: TemplateIn) -> Any:
    """The same name again replaces its lines; the template is the caller's own partner's."""
    actor = principal_of(request)
    saved = services.save_template(
        body.name,
        asked_lines(body.lines),
        node_id=_home_of(actor),
        actor=actor,
        now=timezone.now(),
    )
    return Status(201, _template(saved))


@router.get(
    "/favourites",
    response=list[FavouriteOut],
    auth=READ,
    summary="Favourite products",
    operation_id="list_favourites",
)
def favourites(request: HttpRequest) -> Any:
    """What the caller's own partner keeps at hand, by product code."""
    actor = principal_of(request)
    found = Sku.objects.filter(pk__in=favourite_ids(_home_of(actor))).order_by("code")
    return [{"sku_id": sku.pk, "sku": sku.code, "name": sku.label} for sku in found]


@router.put(
    "/favourites/{int:sku_id}",
    response={204: None},
    summary="Keep a product at hand",
    operation_id="add_favourite",
)
def add_favourite(request: HttpRequest, sku_id: int) -> Any:
    return _set_favourite(request, sku_id, wanted=True)


@router.delete(
    "/favourites/{int:sku_id}",
    response={204: None},
    summary="Keep a product at hand no longer",
    operation_id="remove_favourite",
)
def remove_favourite(request: HttpRequest, sku_id: int) -> Any:
    return _set_favourite(request, sku_id, wanted=False)


def _set_favourite(request: HttpRequest, sku_id: int, *, wanted: bool) -> Any:
    actor = principal_of(request)
    services.set_favourite(sku_id, node_id=_home_of(actor), wanted=wanted, actor=actor)
    return Status(204, None)


def _home_of(actor: Principal) -> int:
    """The caller's own partner. Raises NotAllowed for headquarters."""
    if actor.home_id is None or not actor.is_partner:
        raise NotAllowed()
    return actor.home_id


def _template(template: OrderTemplate) -> dict[str, Any]:
    names = ("id", "node_id", "name")
    return {name: getattr(template, name) for name in names} | {"lines": list(template.lines.all())}
