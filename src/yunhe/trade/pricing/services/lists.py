"""Price lists and their rows."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.platform.values import Period, ValueRefused, currency_exponent, to_text
from yunhe.platform.workflow.queries import has_chain
from yunhe.trade.catalog.queries import unit_factors
from yunhe.trade.pricing.choices import CHANGE_KIND, ListStatus
from yunhe.trade.pricing.compute import compute_floor_price
from yunhe.trade.pricing.errors import ApprovalNeeded, ListRefused, ListWaits, PriceOverlap
from yunhe.trade.pricing.events import PartnerPricesChanged, PricesChanged
from yunhe.trade.pricing.locks import lock_price_list
from yunhe.trade.pricing.models import PriceList
from yunhe.trade.pricing.permissions import CHANGE, KEEP
from yunhe.trade.pricing.queries.affected import affected_partners
from yunhe.trade.pricing.queries.lists import resale_floors
from yunhe.trade.pricing.queries.publishing import waiting_for

SKUS_TOLD = 1000
MOST, MOST_UNITS = 10**10, 10**9  # what the columns hold
PLACES, UNIT_PLACES = 4, 3


@dataclass(frozen=True, kw_only=True)
class ListDraft:
    """What defines a price list; the period is half-open, None is open-ended."""

    name: str
    name_en: str = ""
    level: str = ""
    tier: str = ""
    channel: str = ""
    currency: str = settings.CURRENCY
    priority: int = 0
    valid_from: date
    valid_to: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PriceEntry:
    """One price: of one `unit` of a SKU, from `min_quantity` units on."""

    sku_id: int
    unit: str
    price: Decimal
    min_quantity: Decimal = Decimal(1)


def create_price_list(node: Node, *, code: str, draft: ListDraft, actor: Principal) -> PriceList:
    """Create a draft list for a node's subtree. Raises NotAllowed, ListRefused."""
    actor.check(CHANGE, path=node.path)
    return save_price_list(PriceList(node=node, code=code), draft)


def create_own_list(node: Node, *, draft: ListDraft, actor: Principal) -> PriceList:
    """Create a draft list of a partner for those who order from it. Raises NotAllowed, ListRefused."""
    price_list = PriceList(
        node=node, code=f"{node.code[:30]}-{uuid4().hex[:8].upper()}", by_partner=True
    )
    check_keeper(price_list, actor, CHANGE)
    return save_price_list(price_list, draft)


def check_keeper(price_list: PriceList, actor: Principal, permission: str) -> None:
    """Raise NotAllowed: a partner's own list is its own people's, any other the manufacturer's."""
    if not price_list.by_partner:
        actor.check(permission, path=price_list.node.path)
        return
    actor.check(KEEP)
    if not actor.system and actor.home_id != price_list.node_id:
        raise NotAllowed()


def ensure_price_list(node: Node, *, code: str, draft: ListDraft, actor: Principal) -> PriceList:
    """The list with this code, created as a draft when it is missing."""
    found = PriceList.objects.filter(code=code).select_related("node").first()
    return found or create_price_list(node, code=code, draft=draft, actor=actor)


def check_not_waiting(price_list: PriceList) -> None:
    """Raise ListWaits while somebody is asked about the list: what is approved is what was seen."""
    if waiting_for(price_list) is not None:
        raise ListWaits(
            _(
                "The list waits for approval. Take the request back before you change anything of it."
            )
        )


def note_pricer(price_list: PriceList, actor: Principal) -> None:
    """Remember who set prices or terms of a list that is not published: they do not let it loose alone."""
    if not actor.system and actor.user_id and actor.user_id not in price_list.priced_by:
        price_list.priced_by = [*price_list.priced_by, actor.user_id]
        price_list.save(update_fields=["priced_by"])


_CLEAR = """
DELETE FROM pricing_price p
 USING jsonb_to_recordset(%(rows)s::jsonb) AS row (sku_id bigint, unit text, min_quantity numeric)
 WHERE p.price_list_id = %(list)s AND p.sku_id = row.sku_id AND p.unit = row.unit
   AND p.min_quantity = row.min_quantity AND p.period && daterange(%(effective)s, %(until)s)
RETURNING p.sku_id, p.unit, p.min_quantity, p.price, lower(p.period), upper(p.period)
"""
_INSERT = """
INSERT INTO pricing_price (price_list_id, sku_id, unit, min_quantity, price, period)
SELECT %(list)s, sku_id, unit, min_quantity, price, daterange(starts, ends)
  FROM jsonb_to_recordset(%(rows)s::jsonb)
       AS row (sku_id bigint, unit text, min_quantity numeric, price numeric, starts date, ends date)
"""


def set_prices(
    price_list: PriceList,
    entries: Sequence[PriceEntry],
    *,
    effective: date,
    until: date | None = None,
    actor: Principal,
    now: datetime,
) -> int:
    """Let these prices hold from `effective` (to `until`); earlier and later days keep theirs.

    Six statements for any number of entries. Returns the number of prices set. Emits, for a published
    list, PricesChanged and PartnerPricesChanged for each partner that it prices. Raises NotAllowed,
    ApprovalNeeded (a published list where price changes have an approval chain), ListRefused (past
    day of a published list; unknown unit, negative price, a partner's own price below the
    manufacturer's lowest, naming the rows), PriceOverlap (the same SKU, unit and minimum twice).
    """
    check_keeper(price_list, actor, CHANGE)
    price_list = lock_price_list(price_list.pk)
    published = price_list.status == ListStatus.PUBLISHED
    approved = actor.system or price_list.by_partner
    if published and not approved and has_chain(CHANGE_KIND, node_id=price_list.node_id):
        raise ApprovalNeeded(
            _("Prices of this list change with approval: make a price change request.")
        )
    if not published and not approved:
        check_not_waiting(price_list)
    if published and effective < timezone.localdate(now):
        raise ListRefused(_("Prices of a published list change from today on."), field="effective")
    if until is not None and until <= effective:
        raise ListRefused(_("The last day lies before the first."), field="until")
    check_entries(entries)
    if price_list.by_partner:
        _check_floors(price_list, entries, effective)
    _replace(price_list, entries, effective, until)
    if not published:
        note_pricer(price_list, actor)
    if published:
        _tell(price_list, entries, effective)
    return len(entries)


def _tell(price_list: PriceList, entries: Sequence[PriceEntry], effective: date) -> None:
    """One event for the list, one for each partner that it prices: everybody hears of the own."""
    day, rows = effective.isoformat(), len(entries)
    change = PricesChanged(price_list_id=price_list.pk, effective=day, rows=rows)
    told = [Emission(change, price_list.node_id, price_list.code)]
    sku_ids = sorted({entry.sku_id for entry in entries})[:SKUS_TOLD]
    for node_id in affected_partners(price_list):
        mine = PartnerPricesChanged(
            partner_id=node_id,
            price_list_id=price_list.pk,
            effective=day,
            rows=rows,
            sku_ids=sku_ids,
        )
        told.append(Emission(mine, node_id, price_list.code))
    emit_all(told)


def _replace(
    price_list: PriceList, entries: Sequence[PriceEntry], effective: date, until: date | None
) -> None:
    wanted = [asdict(entry) | {"starts": effective, "ends": until} for entry in entries]
    changed = Period(effective, until)
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"list": price_list.pk, "effective": effective, "until": until}
        cursor.execute(_CLEAR, asked | {"rows": json.dumps(wanted, default=str)})
        for sku_id, unit, minimum, price, starts, ends in cursor.fetchall():
            kept = {"sku_id": sku_id, "unit": unit, "min_quantity": minimum, "price": price}
            wanted += [
                kept | {"starts": rest.start, "ends": rest.end}
                for rest in Period(starts, ends).minus(changed)
            ]
        cursor.execute(_INSERT, asked | {"rows": json.dumps(wanted, default=str)})


def check_entries(entries: Sequence[PriceEntry]) -> None:
    """Raise ListRefused or PriceOverlap naming the rows that no list may have."""
    factors = unit_factors({entry.sku_id for entry in entries})
    faults: list[dict[str, Any]] = []
    seen = set()
    for at, entry in enumerate(entries, start=1):
        key = (entry.sku_id, entry.unit, entry.min_quantity)
        if key in seen:
            raise PriceOverlap(
                _("A product is priced twice for the same unit and quantity."),
                rows=[{"row": at, "sku_id": entry.sku_id, "message": str(_("repeated"))}],
            )
        seen.add(key)
        if message := _fault(entry, factors.get(entry.sku_id, {})):
            faults.append({"row": at, "sku_id": entry.sku_id, "message": message})
    if faults:
        raise ListRefused(_("Some prices cannot be set."), rows=faults)


def _fault(entry: PriceEntry, units: Container[str]) -> str:
    """What the columns or the catalogue cannot hold of it; "" when nothing."""
    if entry.unit not in units:
        return str(_("This product is not sold in the unit “%(unit)s”.") % {"unit": entry.unit})
    if entry.price < 0 or entry.min_quantity <= 0:
        return str(_("A price is not negative and starts at a quantity above zero."))
    if entry.price >= MOST or entry.min_quantity >= MOST_UNITS:
        return str(_("The number is too large."))
    given = (entry.price, entry.min_quantity)
    if given != (round(entry.price, PLACES), round(entry.min_quantity, UNIT_PLACES)):
        return str(_("A price has at most four decimal places, a quantity three."))
    return ""


def _check_floors(price_list: PriceList, entries: Sequence[PriceEntry], day: date) -> None:
    """Raise ListRefused naming the rows below the manufacturer's lowest price of the day."""
    sku_ids = {entry.sku_id for entry in entries}
    floors = resale_floors(price_list.node_id, sku_ids, on=day, currency=price_list.currency)
    if not floors:
        return
    factors = unit_factors(sku_ids)
    faults = [
        {"row": at, "sku_id": entry.sku_id, "message": str(message % {"price": to_text(lowest)})}
        for at, entry in enumerate(entries, start=1)
        if entry.sku_id in floors
        for lowest in [compute_floor_price(floors[entry.sku_id], factors[entry.sku_id][entry.unit])]
        if entry.price < lowest
        for message in [_("The manufacturer lets you sell this unit from %(price)s on.")]
    ]
    if faults:
        raise ListRefused(_("Some prices are below the manufacturer's lowest."), rows=faults)


def save_price_list(price_list: PriceList, draft: ListDraft) -> PriceList:
    try:
        currency_exponent(draft.currency)
        Period(draft.valid_from, draft.valid_to)
    except ValueRefused as error:
        raise ListRefused(_("Unknown currency, or the last day lies before the first.")) from error
    for name in ("name", "name_en", "level", "tier", "channel", "currency", "priority", "note"):
        setattr(price_list, name, getattr(draft, name))
    price_list.period = (draft.valid_from, draft.valid_to)
    try:
        with transaction.atomic():
            price_list.save()
    except IntegrityError as error:
        raise ListRefused(_("This code is taken."), field="code") from error
    price_list.refresh_from_db(fields=["period"])
    return price_list
