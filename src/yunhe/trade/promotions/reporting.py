"""The conflict report of a promotion: what it meets, and what that means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.trade.catalog.models import Sku
from yunhe.trade.promotions.choices import Stacking
from yunhe.trade.promotions.compute import Promotion as Value
from yunhe.trade.promotions.compute.conflicts import Finding, Met, PriceFacts, report
from yunhe.trade.promotions.definition import gifts_of, rule_of, selector_of, skus_named
from yunhe.trade.promotions.models import Promotion
from yunhe.trade.promotions.queries import SkuFacts, floors, sku_facts
from yunhe.trade.promotions.wording import listed, money

# Other promotions that can meet this one: a common day, weekday, level, tier and place.
_MEETING = """
SELECT DISTINCT p.id
  FROM promotions_promotion p
  JOIN promotions_promotion me ON me.id = %(me)s AND p.id <> me.id
  JOIN promotions_audience a ON a.promotion_id = p.id
  JOIN promotions_audience b ON b.promotion_id = me.id
  JOIN access_node x ON x.id = a.place_id
  JOIN access_node y ON y.id = b.place_id AND (x.path @> y.path OR y.path @> x.path)
 WHERE p.status IN ('approved', 'published', 'paused') AND p.currency = me.currency
   AND p.period && me.period AND NOT upper(p.period) <= %(today)s IS TRUE
   AND (p.levels = '{}' OR me.levels = '{}' OR p.levels && me.levels)
   AND (p.tiers = '{}' OR me.tiers = '{}' OR p.tiers && me.tiers)
   AND (p.weekdays = '{}' OR me.weekdays = '{}' OR p.weekdays && me.weekdays)
"""
# The lowest price of a base unit in any list that prices somebody of the audience today or later.
_PRICES = """
SELECT row.sku_id, min(row.price / u.factor)
  FROM pricing_price row
  JOIN pricing_pricelist l ON l.id = row.price_list_id AND l.status = 'published'
  JOIN catalog_units(%(skus)s) u ON u.sku_id = row.sku_id AND u.unit = row.unit
 WHERE row.sku_id = ANY (%(skus)s) AND NOT upper(row.period) <= %(today)s IS TRUE
   AND l.currency = %(currency)s
 GROUP BY row.sku_id
"""
_PARTNERS = """
SELECT count(DISTINCT n.id)
  FROM promotions_promotion me
  JOIN promotions_audience a ON a.promotion_id = me.id
  JOIN access_node place ON place.id = a.place_id
  JOIN access_node n ON n.path <@ place.path
  JOIN network_partner p ON p.node_id = n.id
 WHERE me.id = %(me)s AND (me.levels = '{}' OR p.level = ANY (me.levels))
   AND (me.tiers = '{}' OR p.tier = ANY (me.tiers))
"""


@dataclass(frozen=True)
class Reported:
    """A finding with the promotion and the products it is about."""

    finding: Finding
    other: Promotion | None
    products: tuple[str, ...]


def conflict_report(promotion: Promotion, *, now: datetime) -> list[Reported]:
    """What speaks against publishing, errors first. Seven statements for any number of promotions."""
    today = timezone.localdate(now)
    asked: dict[str, Any] = {"me": promotion.pk, "today": today}
    ids = [row[0] for row in _rows(_MEETING, asked)]
    others = {one.pk: one for one in Promotion.objects.filter(pk__in=ids)}
    active = set(
        Sku.objects.filter(status__in=("active", "phase_out")).values_list("pk", flat=True)
    )
    facts = sku_facts(active)
    draft = _met(promotion, facts)
    skus = sorted(draft.skus | skus_named(draft.promotion.rule))
    asked |= {"skus": skus, "currency": promotion.currency}
    lowest = floors(skus)
    prices = {
        sku: PriceFacts(price, lowest.get(sku)) for sku, price in _rows(_PRICES, asked) if price
    }
    [[partners]] = _rows(_PARTNERS, asked)
    met = [_met(one, facts) for one in others.values()]
    found = report(draft, met, prices=prices, partners=partners)
    named = {sku for one in found for sku in one.skus[:3]}
    labels = {sku.pk: sku.label for sku in Sku.objects.filter(pk__in=named)}
    return [
        Reported(one, others.get(one.other or 0), tuple(labels[sku] for sku in one.skus[:3]))
        for one in found
    ]


def _met(promotion: Promotion, facts: dict[int, SkuFacts]) -> Met:
    rule = rule_of(promotion.kind, promotion.definition)
    selector = selector_of(promotion.selector)
    value = Value(
        promotion.pk,
        promotion.label,
        rule,
        selector,
        exclusive=promotion.stacking == Stacking.EXCLUSIVE,
        priority=promotion.priority,
    )
    skus = frozenset(
        sku for sku, one in facts.items() if selector.takes(sku, one.brand, one.categories)
    )
    if promotion.kind == "bundle":
        skus &= skus_named(rule)
    return Met(value, skus, frozenset(gifts_of(rule)))


def _rows(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return cursor.fetchall()


def finding_in_words(one: Reported) -> str:
    """The finding as a sentence in the reader's language."""
    finding = one.finding
    figures = {name: money(value) for name, value in finding.figures}
    words = {
        "other": one.other.name if one.other else "",
        "products": _products(one.products, len(finding.skus)),
        **figures,
    }
    return _sentences()[finding.code] % words


def _products(names: Iterable[str], total: int) -> str:
    text = listed(names)
    return (
        text
        if total <= 3
        else _("%(products)s and more (%(total)s)")
        % {
            "products": text,
            "total": total,
        }
    )


def _sentences() -> dict[str, str]:
    return {
        "unreachable-step": _("The step from %(floor)s gives no more than the one before it."),
        "pays-out": _("The step from %(floor)s takes off as much as is bought."),
        "dear-bundle": _("The bundle costs no less than its parts (%(worth)s)."),
        "nothing-selected": _("It means no product on sale, or no partner."),
        "below-floor": _(
            "%(products)s can fall to %(price)s a base unit, below the lowest price %(floor)s."
        ),
        "double-dip": _("Stacks with “%(other)s” on %(products)s: both are given."),
        "best-of": _("Competes with “%(other)s” on %(products)s: the better one is given."),
        "same-gift": _("“%(other)s” gives %(products)s as well."),
        "never-wins": _("“%(other)s” has a higher priority on all its products."),
    }
