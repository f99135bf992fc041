"""Named baskets that are ordered again and again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from yunhe.platform.access.principal import Principal
from yunhe.platform.api.bodies import Body
from yunhe.trade.orders import services
from yunhe.trade.orders.api.shown import READ, LineIn, asked_lines
from yunhe.trade.orders.models import OrderTemplate
from yunhe.trade.orders.queries import list_templates

router = Router(tags=["orders"])


class TemplateOut(Schema):
    """A named set of lines."""

    id: int
    node_id: int
    name: str
    lines: list[dict[str, Any]]


class TemplateIn(Body):
    """Lines to keep under a name."""

    name: str = Field(min_length=1, max_length=80)
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


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
    actor: Principal = request.auth  # type: ignore[attr-defined]
    saved = services.save_template(
        body.name,
        asked_lines(body.lines),
        node_id=actor.home_id or 0,
        actor=actor,
        now=timezone.now(),
    )
    return Status(201, _template(saved))


def _template(template: OrderTemplate) -> dict[str, Any]:
    lines = [
        {"sku_id": line.sku_id, "unit": line.unit, "quantity": line.quantity}
        for line in template.lines.all()
    ]
    return {
        "id": template.pk,
        "node_id": template.node_id,
        "name": template.name,
        "lines": lines,
    }
