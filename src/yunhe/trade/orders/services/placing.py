"""Place an order: price it, write it, hold credit and stock — a fixed number of statements."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.channel.network.errors import AddressRefused
from yunhe.channel.network.queries import address_copy, list_addresses
from yunhe.platform.access.principal import Principal
from yunhe.platform.database.prepared import prepared_cursor
from yunhe.platform.errors import DomainError
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.platform.events.registry import Event
from yunhe.platform.values import to_text
from yunhe.trade.catalog.choices import ORDERABLE
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.orders.choices import OrderKind, OrderStatus, Source
from yunhe.trade.orders.errors import (
    AgreementUnknown,
    DayPast,
    KeyTaken,
    LinesRefused,
    NeedsApproval,
    NoSupplier,
    ReasonMissing,
)
from yunhe.trade.orders.events import OrderConfirmed, OrderSubmitted
from yunhe.trade.orders.gates import Asking, check_gates
from yunhe.trade.orders.models import DIGEST, Order
from yunhe.trade.orders.permissions import CONFIRM, CREATE, SAMPLE
from yunhe.trade.orders.services.approving import ask_approval
from yunhe.trade.orders.services.asking import gate_lines
from yunhe.trade.orders.services.gifting import gifts_text, hold_offer
from yunhe.trade.orders.services.offering import (
    Given,
    Offer,
    OfferedLine,
    offer_agreed,
    offer_lines,
    open_uses,
)
from yunhe.trade.orders.snapshot import rule_of
from yunhe.trade.pricing.queries import AskedLine, PricedLine, price_lines
from yunhe.trade.promotions.queries import Choices, There

MAX_LINES = 5000
_PAST = gettext_lazy("The wanted day lies in the past.")
NewLine = AskedLine


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A written order; `repeated` when the client's key had already made it.

    `watched` when a chain of approvals may apply to it.
    """

    order_id: int
    number: str
    node_id: int
    supplier_id: int
    status: str
    total: Decimal
    currency: str
    between_partners: bool = False
    repeated: bool = False
    watched: bool = False

    @property
    def ref(self) -> str:
        return f"order:{self.order_id}"


_INSERT = """
WITH placed AS (
    INSERT INTO orders_order (number, node_id, supplier_id, between_partners, status, kind, reason,
                              source, currency, total, line_count, note, key, digest, placed_on, wanted_on,
                              agreement, ship_to, gifts, shipments, created_at, created_by_id)
    SELECT 'SO' || to_char(nextval('orders_number'), 'FM0000000'), %(node)s,
           supplier, stock_resells(supplier), %(status)s, %(kind)s, %(reason)s, %(source)s,
           %(currency)s, %(total)s, %(count)s, %(note)s, %(key)s, %(digest)s, %(on)s, %(wanted)s, %(agreement)s,
           COALESCE(%(ship_to)s::jsonb, network_ship_to(%(node)s::bigint)),
           %(gifts)s::jsonb, 0, %(now)s, %(user)s
      FROM stock_supplier_of(%(node)s) AS supplier WHERE supplier IS NOT NULL
    ON CONFLICT (node_id, key) WHERE key <> '' DO NOTHING
    RETURNING id, number, node_id, supplier_id, between_partners
), line AS (
    INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
                                  base_quantity, unit_price, amount, rule, shipped)
    SELECT placed.id, placed.node_id, placed.supplier_id, l.row, l.sku_id, l.unit, l.quantity, l.base,
           l.price, l.amount, l.rule, 0
      FROM placed, jsonb_to_recordset(%(lines)s) AS l (row int, sku_id bigint, unit text,
               quantity numeric, base numeric, price numeric, amount numeric, rule jsonb)
      JOIN catalog_sku s ON s.id = l.sku_id AND s.status IN ('active', 'phase_out')
    RETURNING 1
), step AS (
    INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, user_id, note)
    SELECT placed.id, placed.node_id, placed.supplier_id, s.action, s.status, %(now)s, %(user)s, ''
      FROM placed, unnest(%(actions)s::text[], %(statuses)s::text[]) AS s (action, status)
)
SELECT id, number, supplier_id, between_partners, (SELECT count(*) FROM line),
       NOT between_partners
       AND EXISTS (SELECT 1 FROM workflow_candidates('orders.order', %(node)s::bigint) c
                    WHERE c.amount_from <= %(total)s
                      AND (c.amount_to IS NULL OR %(total)s < c.amount_to)) FROM placed
"""


def create_order(  # noqa: PLR0913  # an order has these fields; callers name each
    *,
    node_id: int,
    lines: Sequence[NewLine],
    actor: Principal,
    now: datetime,
    submit: bool = False,
    confirm: bool = False,
    key: str = "",
    note: str = "",
    wanted_on: date | None = None,
    source: str = Source.API,
    kind: str = OrderKind.STANDARD,
    reason: str = "",
    agreement: str = "",
    address_id: int | None = None,
    choices: Choices | None = None,
) -> Placed:
    """Write an order, priced today; submitting holds credit and stock, confirming needs its right.

    Under an agreement it has that agreement's prices and draws on it. It goes to the partner's default
    address unless another is named. `choices`: gifts picked, promotion id → positions.

    Seven statements for any number of lines, eight when promotions hold, and what gates of other
    domains ask; one more for an address. The same `key` of the same partner gives the same order again,
    untouched; with other lines, kind or agreement it is refused.
    Emits OrderSubmitted and OrderConfirmed. Raises NotAllowed, LinesRefused, PriceMissing, UnknownPack,
    NoSupplier, StockShort, CreditShort, UsedUp, GiftsGone, AgreementUnknown, AddressRefused, DayPast, KeyTaken.
    """
    actor.check(CREATE)
    actor.check(CONFIRM if confirm else CREATE)
    check_kind(kind, reason, actor, agreement)
    check_lines(lines)
    on, placing = timezone.localdate(now), submit or confirm
    digest = digest_of(lines, kind, agreement)
    if is_past(wanted_on, on):
        return _repeated(node_id, key, digest, DayPast(_PAST, field="wanted_on"))
    offer = offer_for(kind, node_id, lines, on, free=placing, agreement=agreement, choices=choices)
    status = _status(placing, confirm)
    values = {
        "node": node_id,
        "kind": kind,
        "reason": reason.strip()[:300],
        "source": source,
        "note": note[:500],
        "key": key,
        "digest": digest if key else "",
        "wanted": wanted_on,
        "agreement": agreement,
        "ship_to": address_id and orjson.dumps(address_of(node_id, address_id)).decode(),
        "gifts": gifts_text(choices, offer.remarks),
    } | _worth(offer.lines, status, actor=actor, now=now)
    placed = _insert(values | {"lines": lines_json(offer.lines)} | _steps(status), offer.lines)
    if placed is None:
        return _repeated(node_id, key, digest, NoSupplier(_("Nobody supplies this partner yet.")))
    if status != OrderStatus.DRAFT:
        open_uses([offer])
        asking = _asking(placed, offer, kind, agreement, on=on, actor=actor, now=now)
        _submit(placed, asking, confirm)
    return placed


def _submit(placed: Placed, asking: Asking, confirm: bool) -> None:
    """Pass the gates, hold what the order asks, and hand it over."""
    check_gates(asking)
    hold_offer(placed.ref, asking)
    if placed.watched:
        _approve(placed, confirm, actor=asking.actor, now=asking.now)
    _announce(placed)


def _worth(
    priced: Sequence[PricedLine], status: str, *, actor: Principal, now: datetime
) -> dict[str, Any]:
    """What the statement that writes an order is told beside what the caller said."""
    return {
        "status": status,
        "currency": settings.CURRENCY,
        "total": sum((line.amount or Decimal(0) for line in priced), Decimal(0)),
        "count": len(priced),
        "on": timezone.localdate(now),
        "now": now,
        "user": actor.user_id,
    }


def _approve(placed: Placed, confirm: bool, *, actor: Principal, now: datetime) -> None:
    """Start the approval that applies. Raises NeedsApproval when it should have been confirmed."""
    order = ask_approval(Order.objects.get(pk=placed.order_id), actor=actor, now=now)
    if confirm and order.approval:
        raise NeedsApproval(
            _("An order of this amount needs approval: submit it, it can be confirmed then.")
        )


def check_kind(kind: str, reason: str, actor: Principal, agreement: str = "") -> None:
    """Gifts and samples need their own right and a reason, and draw on no agreement.

    Raises NotAllowed, ReasonMissing, AgreementUnknown.
    """
    if kind == OrderKind.SAMPLE:
        actor.check(SAMPLE)
        if agreement:
            raise AgreementUnknown(
                _("Gifts and samples are not called off from a blanket order."), field="agreement"
            )
        if not reason.strip():
            raise ReasonMissing(_("Say why the goods are given free of charge."), field="reason")


def offer_for(  # noqa: PLR0913  # as `offer_lines`, by kind
    kind: str,
    node_id: int,
    lines: Sequence[NewLine],
    on: date,
    *,
    free: bool = True,
    ref: str = "",
    agreement: str = "",
    choices: Choices | None = None,
    there: There | None = None,
) -> Offer | Given:
    """Prices and promotions of the day, or those of the agreement; gifts and samples cost nothing.

    Raises as `price_lines`, AgreementUnknown.
    """
    terms: dict[str, Any] = {"free": free, "ref": ref, "choices": choices, "there": there}
    if agreement:
        return offer_agreed(agreement, node_id=node_id, lines=lines, on=on, **terms)
    if kind != OrderKind.SAMPLE:
        return offer_lines(node_id=node_id, lines=lines, on=on, **terms)
    found = price_lines(node_id=node_id, lines=lines, on=on, require=False)
    return Given([replace(line, unit_price=Decimal(0), amount=Decimal(0)) for line in found])


def _asking(
    placed: Placed,
    offer: Offer | Given,
    kind: str,
    agreement: str,
    *,
    on: date,
    actor: Principal,
    now: datetime,
) -> Asking:
    return Asking(
        order_id=placed.order_id,
        node_id=placed.node_id,
        supplier_id=placed.supplier_id,
        between_partners=placed.between_partners,
        on=on,
        now=now,
        actor=actor,
        lines=gate_lines(offer.lines),
        total=placed.total,
        currency=placed.currency,
        kind=kind,
        agreement=agreement,
        facts=offer.facts,
    )


def address_of(node_id: int, address_id: int) -> dict[str, Any]:
    """A partner's address as orders keep it. Raises AddressRefused."""
    found = list_addresses(node_id).filter(pk=address_id).first()
    if found is None:
        raise AddressRefused(_("This is none of the partner's addresses."), field="address_id")
    return address_copy(found)


def is_past(wanted_on: date | None, on: date) -> bool:
    return wanted_on is not None and wanted_on < on


def check_wanted(wanted_on: date | None, *, on: date) -> None:
    """Raise DayPast when goods are wanted before the day the order is placed."""
    if is_past(wanted_on, on):
        raise DayPast(_PAST, field="wanted_on")


def check_lines(lines: Sequence[NewLine]) -> None:
    """Raise LinesRefused for none, too many, or quantities that cannot be ordered."""
    check_count(lines)
    if rows := line_faults(lines):
        raise LinesRefused(_("Some lines cannot be ordered."), rows=rows)


def check_count(lines: Sequence[NewLine]) -> None:
    """Raise LinesRefused for none or too many."""
    if not lines:
        raise LinesRefused(_("An order has at least one line."), field="lines")
    if len(lines) > MAX_LINES:
        raise LinesRefused(
            _("An order has at most %(most)s lines.") % {"most": MAX_LINES}, field="lines"
        )


def line_faults(lines: Sequence[NewLine]) -> list[dict[str, Any]]:
    """Rows for quantities of nothing, of parts of a piece or too large to be meant."""
    rows = [
        {"row": at, "sku_id": line.sku_id, "message": _("The quantity must be above zero.")}
        for at, line in enumerate(lines, start=1)
        if line.quantity <= 0
    ]
    return rows + count_faults(
        Counted(at, line.sku_id, line.quantity, line.unit) for at, line in enumerate(lines, start=1)
    )


def lines_json(priced: Sequence[PricedLine]) -> str:
    """The lines as one JSON array, which PostgreSQL reads faster than seven quoted arrays."""
    rows = [
        {
            "row": row,
            "sku_id": line.sku_id,
            "unit": line.unit,
            "quantity": line.quantity,
            "base": line.base_quantity,
            "price": line.unit_price,
            "amount": line.amount,
            "rule": lines_rule(line),
        }
        for row, line in enumerate(priced, start=1)
    ]
    return orjson.dumps(rows, default=str).decode()


def lines_rule(line: PricedLine) -> dict[str, Any]:
    """What a line keeps of its price, agreement and promotions."""
    kept = rule_of(line.resolution)
    if isinstance(line, OfferedLine):
        if line.agreed:
            kept["agreed"] = line.agreed
        if line.promotions:
            kept["promotions"] = line.promotions
    return kept


def refuse_inactive(priced: Sequence[PricedLine]) -> None:
    """Raise LinesRefused naming the lines whose product is not on sale."""
    skus = {line.sku_id for line in priced}
    active = set(Sku.objects.filter(pk__in=skus, status__in=ORDERABLE).values_list("pk", flat=True))
    rows = [
        {"row": at, "sku_id": line.sku_id, "message": _("This product is not on sale.")}
        for at, line in enumerate(priced, start=1)
        if line.sku_id not in active
    ]
    raise LinesRefused(_("Some lines cannot be ordered."), rows=rows)


def _status(submit: bool, confirm: bool) -> str:
    if confirm:
        return OrderStatus.CONFIRMED
    return OrderStatus.SUBMITTED if submit else OrderStatus.DRAFT


def _steps(status: str) -> dict[str, list[str]]:
    steps = [
        ("create", OrderStatus.DRAFT),
        ("submit", OrderStatus.SUBMITTED),
        ("confirm", OrderStatus.CONFIRMED),
    ]
    taken = steps[: [target for _action, target in steps].index(OrderStatus(status)) + 1]
    return {
        "actions": [action for action, _target in taken],
        "statuses": [str(t) for _a, t in taken],
    }


def _insert(values: dict[str, Any], priced: Sequence[PricedLine]) -> Placed | None:
    """Write order, lines and steps; None without a supplier, or when the client's key exists."""
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT, values)
        row = cursor.fetchone()
    if row is None:
        return None
    order_id, number, supplier_id, between_partners, written, watched = row
    if written != len(priced):
        refuse_inactive(priced)
    return Placed(
        order_id=order_id,
        number=number,
        node_id=values["node"],
        supplier_id=supplier_id,
        between_partners=between_partners,
        status=str(values["status"]),
        total=values["total"],
        currency=settings.CURRENCY,
        watched=watched,
    )


def digest_of(lines: Sequence[NewLine], kind: str, agreement: str) -> str:
    """What was asked for in short, to tell a repetition from another order under the same key."""
    asked = [[line.sku_id, line.unit, to_text(line.quantity)] for line in lines]
    return hashlib.sha256(orjson.dumps([kind, agreement, asked])).hexdigest()[:DIGEST]


def check_repeated(order: Order, digest: str) -> None:
    """Raise KeyTaken when the order of a key had other contents; it may have been amended since."""
    if order.digest and order.digest != digest:
        raise KeyTaken(
            _("Order %(number)s was already placed with this key, and with other contents.")
            % {"number": order.number},
            field="key",
        )


def _repeated(node_id: int, key: str, digest: str, otherwise: DomainError) -> Placed:
    """The order that the key made before; raises `otherwise` when it made none. Raises KeyTaken."""
    order = Order.objects.filter(node_id=node_id, key=key).first() if key else None
    if order is None:
        raise otherwise
    check_repeated(order, digest)
    return Placed(
        order_id=order.pk,
        number=order.number,
        node_id=node_id,
        supplier_id=order.supplier_id,
        between_partners=order.between_partners,
        status=order.status,
        total=order.total,
        currency=order.currency,
        repeated=True,
    )


def _announce(placed: Placed) -> None:
    facts: dict[str, Any] = {
        "order_id": placed.order_id,
        "number": placed.number,
        "node_id": placed.node_id,
        "supplier_id": placed.supplier_id,
        "amount": placed.total,
        "currency": placed.currency,
        "between_partners": placed.between_partners,
    }
    events: list[Event] = [OrderSubmitted(**facts)]
    if placed.status == OrderStatus.CONFIRMED:
        events.append(OrderConfirmed(**facts))
    emit_all(Emission(event, placed.node_id, placed.number) for event in events)
