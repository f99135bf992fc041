"""Reads of orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Func, Prefetch, QuerySet, Sum, TextField, Value
from django.utils.translation import gettext as _

from yunhe.channel.network.queries import shown_phone
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.platform.language import reads_english
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.agreements import agreements
from yunhe.trade.orders.choices import OrderStatus, Source
from yunhe.trade.orders.models import (
    Favourite,
    Order,
    OrderLine,
    OrderStep,
    OrderTemplate,
    TemplateLine,
)
from yunhe.trade.orders.snapshot import resolution_of
from yunhe.trade.pricing.queries.explain import why
from yunhe.trade.promotions.wording import (
    count,
    explain,
    money,
    remark_in_words,
    skus_remarked,
)


class NodeLabel(Func):
    """The name of a node in the reader's language, also of one outside the reader's scope.

    Whoever sees an order may know which place serves it and for whom.
    """

    function = "orders_node_label"
    output_field = TextField()

    def __init__(self, node_id: str, **extra: Any) -> None:
        english = reads_english()
        super().__init__(F(node_id), Value(english), **extra)


def list_orders() -> QuerySet[Order]:
    """Orders in scope with the names of partner and supplier and the order they are a part of, newest first.

    No join with the nodes: of an order between two sides, a reader may see one side's node alone.
    """
    return (
        Order.objects.select_related("parent")
        .annotate(partner_label=NodeLabel("node_id"), supplier_label=NodeLabel("supplier_id"))
        .order_by("-id")
    )


def list_placed() -> QuerySet[Order]:
    """The same without carts that were never submitted."""
    return list_orders().exclude(status=OrderStatus.DRAFT, source=Source.PORTAL)


def list_bought(node_id: int) -> QuerySet[Order]:
    """Orders in scope without those that other partners sent to this one."""
    return list_placed().exclude(supplier_id=node_id, between_partners=True)


def list_supplied(node_id: int) -> QuerySet[Order]:
    """Orders that partners below sent to this one, drafts left out, newest first."""
    asked = list_orders().filter(supplier_id=node_id, between_partners=True)
    return asked.exclude(status=OrderStatus.DRAFT)


def count_to_answer(node_id: int) -> int:
    """Orders of partners below that this one has neither confirmed nor refused."""
    return list_supplied(node_id).filter(status=OrderStatus.SUBMITTED).count()


def order_for(order_id: int) -> Order:
    """The order with its partner and supplier. Raises NotFound out of scope."""
    found = list_orders().filter(pk=order_id).first()
    if found is None:
        raise NotFound()
    return found


def cart_of(principal: Principal, node_id: int) -> Order | None:
    """The person's draft from the portal for a partner; None when nothing is in the cart."""
    mine = drafts_of(node_id).filter(created_by_id=principal.user_id, parked=False)
    return mine.order_by("-id").first()


def drafts_of(node_id: int) -> QuerySet[Order]:
    """Drafts from the portal for a partner, of everybody who orders for it; call-offs are apart."""
    return Order.objects.filter(
        node_id=node_id, status=OrderStatus.DRAFT, source=Source.PORTAL, agreement=""
    )


def draft_token(draft: Order | None) -> str:
    """Says which draft in which state a page shows; empty for none."""
    return f"{draft.pk}.{draft.revision}" if draft else ""


def shown_address(order: Order, reader: Principal) -> dict[str, Any] | None:
    """Where the order goes, with as much of the phone number as the reader may see."""
    kept = order.ship_to
    return kept and kept | {"phone": shown_phone(kept["phone"], reader)}


def list_call_offs(agreement: str) -> QuerySet[Order]:
    """Orders placed under an agreement, in scope, newest first."""
    return list_orders().filter(agreement=agreement)


def list_templates() -> QuerySet[OrderTemplate]:
    """Templates in scope with their lines and products. Two statements."""
    lines = TemplateLine.objects.select_related("sku").order_by("row")
    return OrderTemplate.objects.prefetch_related(Prefetch("lines", lines)).order_by("name")


def favourite_ids(node_id: int) -> set[int]:
    """SKU ids that the partner keeps at hand."""
    return set(Favourite.objects.filter(node_id=node_id).values_list("sku_id", flat=True))


def usual_unit(sku: Sku) -> str:
    """The pack a dealer usually orders: the smallest pack, else the base unit."""
    packs = list(sku.packs.all())
    return packs[0].unit if packs else sku.base_unit


def count_waiting() -> int:
    """Orders in scope that wait for the manufacturer to confirm them."""
    return Order.objects.filter(status=OrderStatus.SUBMITTED, between_partners=False).count()


def lines_of(order: Order) -> QuerySet[OrderLine]:
    """The lines with their products, in the order entered. One query."""
    return order.lines.select_related("sku").order_by("row")


def steps_of(order: Order) -> QuerySet[OrderStep]:
    """What happened to the order, oldest first."""
    return order.steps.select_related("user").order_by("id")


def is_free(line: OrderLine) -> bool:
    """Whether the line is free goods of a promotion."""
    return "free" in line.rule.get("promotions", {})


def why_price(line: OrderLine) -> str:
    """Why the line has its price and amount, in the reader's language, from the snapshot of the day."""
    promotions, agreed = line.rule.get("promotions", {}), line.rule.get("agreed")
    sentences = explain(promotions) if promotions else []
    if charged := promotions.get("charged"):
        sentences.append(_charged(line, charged))
    if agreed:
        sentences.insert(0, agreements().explain(agreed))
    elif not is_free(line):
        sentences.insert(0, why(resolution_of(line.rule), line.unit))
    return " ".join(sentences)


def gift_remarks(order: Order) -> list[str]:
    """What was replaced or short of the free goods, in the reader's language. One query when there is any."""
    remarks = order.gift_remarks
    skus = Sku.objects.filter(pk__in=skus_remarked(remarks)) if remarks else ()
    names = {sku.pk: sku.label for sku in skus}
    return [remark_in_words(remark, names) for remark in remarks]


def _charged(line: OrderLine, charged: Mapping[str, str]) -> str:
    quantity = Decimal(charged["quantity"])
    words = {
        "count": count(quantity, line.sku.base_unit),
        "amount": money(Decimal(charged["amount"])),
    }
    return (
        _("What remains of the order does not earn %(count)s of them: charged at %(amount)s.")
        % words
    )


class Sent(NamedTuple):
    """What was shipped of a product: base units and their part of the amount."""

    quantity: Decimal
    amount: Decimal


_SHARE = F("amount") * F("shipped") / F("base_quantity")


def shipped_of_each(order_ids: Iterable[int]) -> dict[int, dict[int, Sent]]:
    """Order id → what was shipped of it already. One statement."""
    rows = (
        OrderLine.objects.filter(order_id__in=list(order_ids), shipped__gt=0)
        .values_list("order_id", "sku_id")
        .annotate(quantity=Sum("shipped"), worth=Sum(_SHARE))
        .order_by()
    )
    found: dict[int, dict[int, Sent]] = {}
    for order_id, sku_id, quantity, worth in rows:
        found.setdefault(order_id, {})[sku_id] = Sent(quantity, worth)
    return found


def id_of(ref: str) -> int:
    """The order that a reference of capacity, stock or promises names; 0 when it names none."""
    kind, _colon, number = ref.partition(":")
    return int(number) if kind == "order" and number.isdecimal() else 0


def order_of(ref: str) -> Order | None:
    """The order behind a reference, in scope."""
    return Order.objects.filter(pk=id_of(ref)).first()
