"""Grant rights; ask for a return within one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.returns.choices import SEND_DAYS, ReturnStatus
from yunhe.goods.returns.compute import compute_limit
from yunhe.goods.returns.errors import ReturnRefused, RightExhausted
from yunhe.goods.returns.models import Return, ReturnLine, RotationRight
from yunhe.goods.returns.permissions import ASK, RIGHTS
from yunhe.goods.returns.queries import (
    PLACES,
    RETURNS,
    covered_skus,
    hold_key,
    prices_of,
    purchases_of,
    rights_on,
    supplied_by_partner,
)
from yunhe.goods.returns.services.steps import record_step
from yunhe.goods.stock.queries import supplier_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.ui.formatting import money
from yunhe.platform.values import round_money
from yunhe.trade.catalog.models import Brand, Category, Sku
from yunhe.trade.catalog.units import Counted, count_faults


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    """`quantity` base units of a SKU to send back."""

    sku_id: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class RightTerms:
    """What a contract allows: percent of the purchases of a period, of a brand or category or all."""

    contract: str
    percent: Decimal
    period: str
    valid_from: date
    valid_to: date | None = None
    brand: Brand | None = None
    category: Category | None = None
    damaged_percent: Decimal = Decimal(0)
    send_days: int = SEND_DAYS


@dataclass(frozen=True, kw_only=True)
class RightChange:
    """What of a right may change: to what purchases it relates, and since when, does not."""

    contract: str
    percent: Decimal
    damaged_percent: Decimal
    send_days: int
    valid_to: date | None


def grant_right(node: Node, terms: RightTerms, *, actor: Principal) -> RotationRight:
    """Let a partner return a percentage of its purchases. Raises NotAllowed, ReturnRefused for a right
    that ends before it begins."""
    actor.check(RIGHTS, path=node.path)
    _check_days(terms.valid_from, terms.valid_to)
    return RotationRight.objects.create(
        node=node,
        contract=terms.contract,
        percent=terms.percent,
        period=terms.period,
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
        brand=terms.brand,
        category=terms.category,
        damaged_percent=terms.damaged_percent,
        send_days=terms.send_days,
    )


def change_right(right: RotationRight, change: RightChange, *, actor: Principal) -> RotationRight:
    """Correct a right, or let it end on a day. What was asked under it before stays as it was.

    Raises NotAllowed, ReturnRefused for a right that ends before it begins.
    """
    actor.check(RIGHTS, path=right.node.path)
    _check_days(right.valid_from, change.valid_to)
    right.contract, right.percent = change.contract, change.percent
    right.damaged_percent, right.send_days = change.damaged_percent, change.send_days
    right.valid_to = change.valid_to
    right.save(update_fields=["contract", "percent", "damaged_percent", "send_days", "valid_to"])
    return right


def _check_days(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise ReturnRefused(_("The last day lies before the first."), field="valid_to")


def request_return(
    right: RotationRight,
    lines: Sequence[AskedLine],
    *,
    reason: str,
    key: str = "",
    actor: Principal,
    now: datetime,
) -> Return:
    """Ask to send goods back under a right, at the mean price of the last year's purchases.

    The right's limit is set by the purchases known now, and the amount held against it, so that
    requests can never take more together than the right allows. The same `key` is one return.
    Emits ReturnMoved. Raises NotAllowed, ReturnRefused (lines), RightExhausted.
    """
    actor.check(ASK)
    on = timezone.localdate(now)
    known = Return.objects.filter(node_id=right.node_id, key=key).first() if key else None
    if known is not None:
        return known
    if not rights_on(right.node_id, on).filter(pk=right.pk).exists():
        raise ReturnRefused(_("This right of return is not valid today."))
    if supplied_by_partner(right.node_id):
        raise ReturnRefused(_("Goods go back to the dealer that supplies you, without a right."))
    prices = _prices(right.node_id, right, lines, on)
    document = _write(
        right.node_id, right, lines, prices, reason=reason, key=key, actor=actor, now=now
    )
    asked = document.asked
    limit = compute_limit(purchases_of(right, on), right.percent, PLACES)
    capacity.set_limits(RETURNS, {document.hold_key: limit}, node_id=right.node_id, floor=True)
    try:
        capacity.reserve(RETURNS, {document.hold_key: asked}, ref=document.ref)
    except CapacityExceeded as error:
        message = _("%(asked)s is asked back, %(left)s is left of the right in this period.")
        words = {"asked": money(asked), "left": money(error.shortages[0].available)}
        raise RightExhausted(message % words) from error
    record_step(document, "request", ReturnStatus.REQUESTED)
    return document


def ask_supplier(
    lines: Sequence[AskedLine],
    *,
    reason: str,
    key: str = "",
    actor: Principal,
    now: datetime,
) -> Return:
    """Ask the dealer that supplies the actor's own place to take goods back.

    At the mean price of its sales to it in the last year; no right limits it, the dealer decides. The
    same `key` is one return. Emits ReturnMoved. Raises NotAllowed, ReturnRefused.
    """
    actor.check(ASK)
    home = actor.home_id
    if home is None or not supplied_by_partner(home):
        raise ReturnRefused(_("Choose the right of return under which the goods go back."))
    known = Return.objects.filter(node_id=home, key=key).first() if key else None
    if known is not None:
        return known
    prices = _prices(home, None, lines, timezone.localdate(now))
    document = _write(home, None, lines, prices, reason=reason, key=key, actor=actor, now=now)
    record_step(document, "request", ReturnStatus.REQUESTED)
    return document


def _prices(
    node_id: int, right: RotationRight | None, lines: Sequence[AskedLine], on: date
) -> dict[int, Decimal]:
    """The price of each line. Raises ReturnRefused naming the lines that cannot go back."""
    ids = [line.sku_id for line in lines]
    if not lines or len(set(ids)) != len(ids):
        raise ReturnRefused(_("Name each product once, and at least one."))
    covered = set(ids) if right is None else covered_skus(right, ids)
    prices = prices_of(node_id, ids, on=on)
    skus = Sku.objects.in_bulk(ids)
    rows = []
    for at, line in enumerate(lines, start=1):
        message = ""
        if line.quantity <= 0:
            message = _("The quantity is above zero.")
        elif line.sku_id not in covered:
            message = _("%(product)s is not covered by this right.")
        elif line.sku_id not in prices:
            message = _("%(product)s was not bought in the last year.")
        if message:
            label = skus[line.sku_id].label if line.sku_id in skus else ""
            rows.append({"row": at, "sku_id": line.sku_id, "message": message % {"product": label}})
    rows += count_faults(
        Counted(at, line.sku_id, line.quantity) for at, line in enumerate(lines, start=1)
    )
    if rows:
        raise ReturnRefused(_("Some lines cannot be returned."), rows=rows)
    return prices


def _write(
    node_id: int,
    right: RotationRight | None,
    lines: Sequence[AskedLine],
    prices: dict[int, Decimal],
    *,
    reason: str,
    key: str,
    actor: Principal,
    now: datetime,
) -> Return:
    supplier = supplier_of(node_id)
    asked = round_money(
        sum((line.quantity * prices[line.sku_id] for line in lines), Decimal(0)), settings.CURRENCY
    )
    if supplier is None or asked <= 0:
        raise ReturnRefused(_("There is nobody to return to, or nothing of value to return."))
    on = timezone.localdate(now)
    document = Return.objects.create(
        number=f"new-{uuid4().hex[:12]}",
        node_id=node_id,
        supplier_id=supplier,
        right=right,
        hold_key=hold_key(right, on) if right else "",
        reason=reason[:300],
        key=key,
        asked=asked,
        requested_at=now,
        requested_by_id=actor.user_id,
    )
    document.number = f"RT{on:%y%m}{document.pk:06d}"
    document.save(update_fields=["number"])
    ReturnLine.objects.bulk_create(
        ReturnLine(
            document=document,
            node_id=node_id,
            sku_id=line.sku_id,
            quantity=line.quantity,
            unit_price=prices[line.sku_id],
        )
        for line in lines
    )
    return document
