"""A SKU's life: announced, on sale, phasing out, discontinued, replaced."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.trade.catalog.choices import Status
from yunhe.trade.catalog.errors import SkuRefused
from yunhe.trade.catalog.locks import lock_sku
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.permissions import CHANGE
from yunhe.trade.catalog.transitions import MOVES

MAX_CHAIN = 20


def move_sku(sku: Sku, action: str, *, actor: Principal) -> Sku:
    """Take one step of the SKU's life. Raises NotAllowed, IllegalMove."""
    actor.check(CHANGE)
    sku = lock_sku(sku.pk)
    sku.status = MOVES.check(sku.status, action).target
    sku.save(update_fields=["status"])
    return sku


def announce_sku(sku: Sku, *, on_sale_from: date, actor: Principal, now: datetime) -> Sku:
    """Take a SKU that is not sold yet off sale until a day on which it goes on sale by itself.

    Raises NotAllowed, SkuRefused (a day that has come; a SKU at the end of its life).
    """
    actor.check(CHANGE)
    if on_sale_from <= timezone.localdate(now):
        raise SkuRefused(_("The first day of sale lies ahead."), field="on_sale_from")
    sku = lock_sku(sku.pk)
    if sku.status not in (Status.LAUNCH, Status.ACTIVE):
        raise SkuRefused(_("Only a product at the start of its life can be announced."))
    sku.status, sku.on_sale_from = Status.LAUNCH, on_sale_from
    sku.save(update_fields=["status", "on_sale_from"])
    return sku


def replace_sku(sku: Sku, *, successor: Sku | None, actor: Principal) -> Sku:
    """Say which SKU takes its place (None: none). Raises NotAllowed, SkuRefused for a circle."""
    actor.check(CHANGE)
    step, seen = successor, 0
    while step is not None and seen < MAX_CHAIN:
        if step.pk == sku.pk:
            raise SkuRefused(_("A product cannot replace itself."), field="successor")
        step, seen = step.replaced_by, seen + 1
    sku = lock_sku(sku.pk)
    sku.replaced_by = successor
    sku.save(update_fields=["replaced_by"])
    return sku


def release_due(*, now: datetime) -> int:
    """Put announced SKUs on sale whose day has come; return how many. Running it again finds none."""
    due = Sku.objects.filter(status=Status.LAUNCH, on_sale_from__lte=timezone.localdate(now))
    return due.update(status=Status.ACTIVE)
