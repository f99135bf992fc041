"""What is seen on the market: floors and sales below them, competitors' prices, sales channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.trade.pricing.choices import BreachState, Channel, Stage
from yunhe.trade.pricing.errors import EvidenceRefused
from yunhe.trade.pricing.events import RetailBreachFound
from yunhe.trade.pricing.evidence import evidence
from yunhe.trade.pricing.models import (
    CompetitorPrice,
    PartnerChannel,
    RetailBreach,
    RetailFloor,
)
from yunhe.trade.pricing.permissions import CHANGE, RECORD, WATCH

DAYS_WATCHED = 90
# The floor of the deepest unit above the store counts. `refs` known are skipped: the watch may run
# as often as it likes. Prices are compared unrounded; what is kept is rounded to four decimals.
_WATCH = """
INSERT INTO pricing_retailbreach (node_id, sku_id, floor_id, "on", source_ref, document, quantity,
                                  unit_price, floor_price, currency, found_at, state, note)
SELECT DISTINCT ON (sold.ref) sold.node_id, sold.sku_id, floor.id, sold."on", sold.ref,
       left(sold.document, 60), sold.quantity, round(sold.amount / sold.quantity, 4), floor.price,
       floor.currency, %(now)s, 'open', ''
  FROM pricing_retailfloor floor
  JOIN access_node place ON place.id = floor.node_id
  JOIN ({relation}) sold ON sold.sku_id = floor.sku_id AND floor.period @> sold."on"
                        AND sold.currency = floor.currency
  JOIN access_node store ON store.id = sold.node_id AND store.path <@ place.path
 WHERE floor.stage = 'retail' AND sold."on" >= %(since)s AND sold.quantity > 0 AND sold.amount > 0
   AND NOT EXISTS (SELECT 1 FROM pricing_retailbreach known WHERE known.source_ref = sold.ref)
   AND floor.price > sold.amount / sold.quantity
   AND NOT EXISTS (
        SELECT 1 FROM pricing_retailfloor nearer JOIN access_node np ON np.id = nearer.node_id
         WHERE nearer.stage = 'retail' AND nearer.sku_id = floor.sku_id AND nearer.period @> sold."on"
           AND nearer.currency = floor.currency AND store.path <@ np.path
           AND nlevel(np.path) > nlevel(place.path))
 ORDER BY sold.ref
    ON CONFLICT (source_ref) DO NOTHING
RETURNING id, node_id, sku_id
"""


@dataclass(frozen=True, kw_only=True)
class FloorDraft:
    """The lowest retail price of one base unit of a SKU from a day on."""

    sku_id: int
    price: Decimal
    currency: str = settings.CURRENCY


@dataclass(frozen=True, kw_only=True)
class CompetitorEntry:
    """A price seen: per our base unit where it compares with a SKU of ours."""

    competitor: str
    product: str
    price: Decimal
    seen_on: date
    sku_id: int | None = None
    currency: str = settings.CURRENCY
    channel: str = ""
    note: str = ""
    source_key: str = ""


def set_floors(
    node: Node,
    floors: Sequence[FloorDraft],
    *,
    starts: date,
    ends: date | None = None,
    stage: str = Stage.RETAIL,
    actor: Principal,
) -> int:
    """Let these floors hold below a unit in `[starts, ends)`; running ones end where these begin.

    Raises NotAllowed, EvidenceRefused (a price of zero, a SKU twice, a floor already set that begins
    on that day or later).
    """
    actor.check(WATCH, path=node.path)
    if ends is not None and ends <= starts:
        raise EvidenceRefused(_("The last day lies before the first."), field="ends")
    sku_ids = [floor.sku_id for floor in floors]
    if len(set(sku_ids)) < len(sku_ids) or any(floor.price <= 0 for floor in floors):
        raise EvidenceRefused(_("Each product has one floor above zero."), field="rows")
    running = RetailFloor.objects.filter(
        node=node,
        stage=stage,
        sku__in=sku_ids,
        period__contains=starts,
        period__startswith__lt=starts,
    )
    for floor in running:
        floor.period = (floor.period.lower, starts)
        floor.save(update_fields=["period"])
    rows = [
        RetailFloor(node=node, stage=stage, period=(starts, ends), **vars(floor))
        for floor in floors
    ]
    try:
        with transaction.atomic():
            return len(RetailFloor.objects.bulk_create(rows))
    except IntegrityError as error:
        raise EvidenceRefused(
            _("Some products have a floor in these days already."), field="starts"
        ) from error


def watch_retail(*, now: datetime, days: int = DAYS_WATCHED) -> int:
    """Find sales below the floors that are not known yet; emit RetailBreachFound for each.

    One statement, whatever the number of sales; under the owner role (a job). Returns how many.
    """
    known = evidence()
    if known is None:
        return 0
    since = timezone.localdate(now) - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(_WATCH.replace("{relation}", known.retail), {"now": now, "since": since})
        found = cursor.fetchall()
    emit_all(
        Emission(RetailBreachFound(breach_id=pk, store_id=node_id, sku_id=sku_id), None, str(pk))
        for pk, node_id, sku_id in found
    )
    return len(found)


def explain_breach(breach: RetailBreach, *, note: str, actor: Principal) -> RetailBreach:
    """Close a finding with its explanation; a later explanation replaces it (the trail keeps both)."""
    actor.check(WATCH, path=breach.node.path)
    if not note.strip():
        raise EvidenceRefused(_("Say how this price came about."), field="note")
    breach.state, breach.note = BreachState.EXPLAINED, note.strip()[:300]
    breach.explained_by_id = actor.user_id
    breach.save(update_fields=["state", "note", "explained_by"])
    return breach


def record_competitor_prices(
    node: Node, entries: Sequence[CompetitorEntry], *, actor: Principal, now: datetime
) -> int:
    """Record prices seen at a node; entries with a `source_key` once. Returns how many are new."""
    actor.check(RECORD, path=node.path)
    today = timezone.localdate(now)
    faults: list[dict[str, Any]] = [
        {"row": at, "message": str(_("A price above zero, seen today or earlier."))}
        for at, entry in enumerate(entries, start=1)
        if entry.price <= 0 or entry.seen_on > today
    ]
    if faults:
        raise EvidenceRefused(_("Some prices cannot be recorded."), rows=faults)
    before = CompetitorPrice.objects.filter(
        source_key__in=[entry.source_key for entry in entries if entry.source_key]
    ).count()
    CompetitorPrice.objects.bulk_create(
        [
            CompetitorPrice(node=node, recorded_by_id=actor.user_id, recorded_at=now, **vars(entry))
            for entry in entries
        ],
        ignore_conflicts=True,
    )
    return len(entries) - before


def set_channels(channels: Mapping[int, str], *, actor: Principal) -> int:
    """Say through which channel partners sell (node id → channel, "" for none). Returns how many.

    Raises NotAllowed for a partner out of the actor\'s part of the tree.
    """
    nodes = Node.objects.in_bulk(list(channels))
    for node_id, channel in channels.items():
        actor.check(CHANGE, path=nodes[node_id].path if node_id in nodes else "-")
        if channel and channel not in Channel.values:
            raise EvidenceRefused(_("There is no such sales channel."), field="channel")
    gone = [node_id for node_id, channel in channels.items() if not channel]
    PartnerChannel.objects.filter(pk__in=gone).delete()
    PartnerChannel.objects.bulk_create(
        [
            PartnerChannel(node_id=node_id, channel=channel)
            for node_id, channel in channels.items()
            if channel
        ],
        update_conflicts=True,
        unique_fields=["node"],
        update_fields=["channel"],
    )
    return len(channels)
