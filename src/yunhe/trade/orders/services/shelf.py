"""What a partner keeps at hand: named templates and favourite products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError, NotFound
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import Factors, unit_factors
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Favourite, Order, OrderTemplate, TemplateLine
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services.cart import Wish, put_in_cart
from yunhe.trade.orders.services.placing import NewLine, check_lines


def save_template(
    name: str, lines: Sequence[NewLine], *, node_id: int, actor: Principal, now: datetime
) -> OrderTemplate:
    """Keep lines under a name; the same name again replaces them. Raises NotAllowed, LinesRefused, also
    for products and units that there are not."""
    actor.check(CREATE)
    if not name.strip():
        raise DomainError(_("Give the template a name."), field="name", code="orders.template_name")
    check_lines(lines)
    _check_products(lines)
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


def _check_products(lines: Sequence[NewLine]) -> None:
    """Two statements."""
    factors = unit_factors(
        Sku.objects.filter(pk__in={line.sku_id for line in lines}).values_list("pk", flat=True)
    )
    rows = [
        {"row": at, "sku_id": line.sku_id, "message": message}
        for at, line in enumerate(lines, start=1)
        for message in [_product_fault(line, factors)]
        if message
    ]
    if rows:
        raise LinesRefused(_("Some lines cannot be kept."), rows=rows)


def _product_fault(line: NewLine, factors: Factors) -> str:
    if line.sku_id not in factors:
        return _("There is no such product.")
    if line.unit not in factors[line.sku_id]:
        return _("There is no unit “%(unit)s”.") % {"unit": line.unit}
    return ""


def delete_template(template: OrderTemplate, *, actor: Principal) -> None:
    """Forget a template and its lines. Raises NotAllowed."""
    actor.check(CREATE)
    template.delete()


def use_template(template: OrderTemplate, *, actor: Principal, now: datetime) -> Order | None:
    """Put a template's lines into the cart of its partner. Raises as `create_order`."""
    wishes = {line.sku_id: Wish(line.unit, line.quantity) for line in template.lines.all()}
    return put_in_cart(wishes, node_id=template.node_id, actor=actor, now=now)


def set_favourite(sku_id: int, *, node_id: int, wanted: bool, actor: Principal) -> None:
    """Keep a product at hand, or no longer. Idempotent. Raises NotAllowed, NotFound."""
    actor.check(CREATE)
    if wanted:
        if not Sku.objects.filter(pk=sku_id).exists():
            raise NotFound()
        Favourite.objects.get_or_create(node_id=node_id, sku_id=sku_id)
    else:
        Favourite.objects.filter(node_id=node_id, sku_id=sku_id).delete()
