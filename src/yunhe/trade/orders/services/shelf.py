"""What a partner keeps at hand: named templates and favourite products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError
from yunhe.trade.orders.models import Favourite, Order, OrderTemplate, TemplateLine
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services.cart import Wish, put_in_cart
from yunhe.trade.orders.services.placing import NewLine, check_lines


def save_template(
    name: str, lines: Sequence[NewLine], *, node_id: int, actor: Principal, now: datetime
) -> OrderTemplate:
    """Keep lines under a name; the same name again replaces them. Raises NotAllowed, LinesRefused."""
    actor.check(CREATE)
    if not name.strip():
        raise DomainError(_("Give the template a name."), field="name", code="orders.template_name")
    check_lines(lines)
    template, _made = OrderTemplate.objects.get_or_create(
        node_id=node_id, name=name.strip()[:80], defaults={"created_at": now}
    )
    template.lines.all().delete()
    TemplateLine.objects.bulk_create(
        TemplateLine(
            template=template, row=row, sku_id=line.sku_id, unit=line.unit, quantity=line.quantity
        )
        for row, line in enumerate(lines, start=1)
    )
    return template


def delete_template(template: OrderTemplate, *, actor: Principal) -> None:
    """Forget a template and its lines. Raises NotAllowed."""
    actor.check(CREATE)
    template.delete()


def use_template(template: OrderTemplate, *, actor: Principal, now: datetime) -> Order | None:
    """Put a template's lines into the cart of its partner. Raises as `create_order`."""
    wishes = {line.sku_id: Wish(line.unit, line.quantity) for line in template.lines.all()}
    return put_in_cart(wishes, node_id=template.node_id, actor=actor, now=now)


def set_favourite(sku_id: int, *, node_id: int, wanted: bool, actor: Principal) -> None:
    """Keep a product at hand, or no longer. Idempotent. Raises NotAllowed."""
    actor.check(CREATE)
    if wanted:
        Favourite.objects.get_or_create(node_id=node_id, sku_id=sku_id)
    else:
        Favourite.objects.filter(node_id=node_id, sku_id=sku_id).delete()
