"""Create and change drafts; limits and price floors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.platform.values import Period, ValueRefused, currency_exponent
from yunhe.trade.catalog.models import Brand, Category, Sku
from yunhe.trade.promotions.choices import Kind, PromotionStatus, Stacking, Weekday
from yunhe.trade.promotions.definition import SELECTED, check_definition, selector_of, skus_named
from yunhe.trade.promotions.errors import IllegalMove, RuleRefused
from yunhe.trade.promotions.locks import lock_promotion
from yunhe.trade.promotions.models import Audience, PriceFloor, Promotion
from yunhe.trade.promotions.permissions import CHANGE, PUBLISH
from yunhe.trade.promotions.services.holding import open_accounts

MOST_ID = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class PromotionDraft:
    """What defines a promotion; the period is half-open, None is open-ended.

    `definition` as `definition.rule_of` reads it; `selector` names → ids; `places` are node ids in whose
    subtrees it holds (none: where the unit that runs it stands).
    """

    name: str
    name_en: str = ""
    kind: str
    definition: Mapping[str, Any]
    selector: Mapping[str, Sequence[int]] = field(default_factory=dict)
    stacking: str = Stacking.EXCLUSIVE
    priority: int = 0
    places: Sequence[int] = ()
    levels: Sequence[str] = ()
    tiers: Sequence[str] = ()
    weekdays: Sequence[int] = ()
    valid_from: date
    valid_to: date | None = None
    currency: str = settings.CURRENCY
    most: Decimal | None = None
    budget: Decimal | None = None
    uses: int | None = None
    partner_uses: int | None = None
    note: str = ""


def create_promotion(
    node: Node, *, code: str, draft: PromotionDraft, actor: Principal
) -> Promotion:
    """Create a draft run by a unit. Raises NotAllowed, NotFound (a place out of scope), RuleRefused."""
    actor.check(CHANGE, path=node.path)
    return _save(Promotion(node=node, code=code.strip()), draft)


def ensure_promotion(
    node: Node, *, code: str, draft: PromotionDraft, actor: Principal
) -> Promotion:
    """The promotion with this code, created as a draft when it is missing."""
    found = Promotion.objects.filter(code=code).select_related("node").first()
    return found or create_promotion(node, code=code, draft=draft, actor=actor)


def change_promotion(promotion: Promotion, *, draft: PromotionDraft, actor: Principal) -> Promotion:
    """Change a draft. Raises NotAllowed, NotFound, RuleRefused, IllegalMove (not a draft any more)."""
    actor.check(CHANGE, path=promotion.node.path)
    promotion = lock_promotion(promotion.pk)
    if promotion.status != PromotionStatus.DRAFT:
        raise IllegalMove(_("Only a draft can be changed: copy the promotion and end this one."))
    return _save(promotion, draft)


def copy_promotion(promotion: Promotion, *, code: str, actor: Principal) -> Promotion:
    """A new draft with the same terms. Raises NotAllowed, RuleRefused (the code is taken)."""
    actor.check(CHANGE, path=promotion.node.path)
    places = list(promotion.audience.values_list("place_id", flat=True))
    copied = draft_of(promotion, places)
    return _save(Promotion(node=promotion.node, code=code.strip()), copied)


def draft_of(promotion: Promotion, places: Sequence[int]) -> PromotionDraft:
    """The terms of a promotion as a draft."""
    same = (
        "name",
        "name_en",
        "kind",
        "definition",
        "selector",
        "stacking",
        "priority",
        "levels",
        "tiers",
    )
    limits = ("weekdays", "currency", "most", "budget", "uses", "partner_uses", "note")
    return PromotionDraft(
        **{name: getattr(promotion, name) for name in (*same, *limits)},
        places=places,
        valid_from=promotion.period.lower,
        valid_to=promotion.period.upper,
    )


def set_limits(
    promotion: Promotion,
    *,
    budget: Decimal | None,
    uses: int | None,
    valid_to: date | None,
    actor: Principal,
) -> Promotion:
    """Change budget, uses and end of a promotion that is past its approval.

    A limit that was set stays a limit. Raises NotAllowed, RuleRefused, CapacityExceeded (less than what
    orders already hold).
    """
    actor.check(PUBLISH, path=promotion.node.path)
    promotion = lock_promotion(promotion.pk)
    if (promotion.budget is None) != (budget is None) or (promotion.uses is None) != (uses is None):
        raise RuleRefused(_("A limit can be raised or lowered, not added or taken away."))
    promotion.budget, promotion.uses = budget, uses
    _set_period(promotion, promotion.period.lower, valid_to)
    promotion.save(update_fields=["budget", "uses", "period"])
    promotion.refresh_from_db(fields=["period"])
    open_accounts(promotion)
    return promotion


def set_price_floors(node: Node, prices: Mapping[int, Decimal], *, actor: Principal) -> int:
    """Set the lowest prices of base units (SKU id → price, 0 takes one away) for a unit; others stay.

    Two statements. Returns how many were named.
    """
    actor.check(PUBLISH, path=node.path)
    if any(price < 0 for price in prices.values()):
        raise RuleRefused(_("A price is not negative."))
    rows = [
        PriceFloor(node=node, sku_id=sku, price=price) for sku, price in prices.items() if price
    ]
    PriceFloor.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["node", "sku"], update_fields=["price"]
    )
    gone = [sku for sku, price in prices.items() if not price]
    PriceFloor.objects.filter(node=node, sku_id__in=gone).delete()
    return len(prices)


def _save(promotion: Promotion, draft: PromotionDraft) -> Promotion:
    _check(draft)
    places = list(draft.places) or [promotion.node_id]
    possible = [pk for pk in places if 0 < pk <= MOST_ID]
    if Node.objects.filter(pk__in=possible).count() != len(set(places)):
        raise NotFound(field="places")
    own = {f.name for f in Promotion._meta.fields} - {"id", "period"}
    for name in own & set(PromotionDraft.__dataclass_fields__):
        value = getattr(draft, name)
        setattr(promotion, name, list(value) if isinstance(value, tuple) else value)
    _set_period(promotion, draft.valid_from, draft.valid_to)
    try:
        with transaction.atomic():
            promotion.save()
    except IntegrityError as error:
        raise RuleRefused(_("This code is taken."), field="code") from error
    promotion.audience.all().delete()
    Audience.objects.bulk_create(
        Audience(promotion=promotion, place_id=place) for place in sorted(set(places))
    )
    promotion.refresh_from_db(fields=["period"])
    return promotion


def _set_period(promotion: Promotion, starts: date, ends: date | None) -> None:
    try:
        Period(starts, ends)
    except ValueRefused:
        raise RuleRefused(_("The last day lies before the first."), field="last_day") from None
    promotion.period = (starts, ends)


def _check(draft: PromotionDraft) -> None:
    """Rule, audience and limits make sense and name what exists."""
    if draft.kind not in Kind.values:
        raise RuleRefused(_("There is no such kind of promotion."), field="kind")
    _check_words(draft)
    rule = check_definition(draft.kind, draft.definition)
    try:
        currency_exponent(draft.currency)
    except ValueRefused:
        raise RuleRefused(_("Unknown currency."), field="currency") from None
    for name in ("most", "budget", "uses", "partner_uses"):
        value = getattr(draft, name)
        if value is not None and value <= 0:
            raise RuleRefused(_("A limit is above zero, or empty."), field=name)
    chosen = selector_of(draft.selector)
    _check_exist(Sku, skus_named(rule), "definition")
    _check_exist(Sku, chosen.skus | chosen.excluded, "selector")
    _check_exist(Category, chosen.categories, "selector")
    _check_exist(Brand, chosen.brands, "selector")


def _check_words(draft: PromotionDraft) -> None:
    """Raise RuleRefused for a word that no list knows: a typo would otherwise mean "everybody"."""
    told: dict[str, tuple[Iterable[Any], Collection[Any]]] = {
        "stacking": ([draft.stacking], Stacking.values),
        "levels": (draft.levels, Level.values),
        "tiers": (draft.tiers, Tier.values),
        "weekdays": (draft.weekdays, Weekday.values),
        "selector": (draft.selector, SELECTED),
    }
    for name, (given, known) in told.items():
        unknown = [str(value) for value in given if value not in known]
        if unknown:
            words = {"name": unknown[0], "known": ", ".join(str(value) for value in known)}
            text = _("“%(name)s” means nothing here; known are: %(known)s.") % words
            raise RuleRefused(text, field=name)


def _check_exist(model: type[Model], ids: Collection[int], name: str) -> None:
    possible = [pk for pk in ids if 0 < pk <= MOST_ID]
    found = model._default_manager.filter(pk__in=possible).values_list("pk", flat=True)
    missing = sorted(set(ids) - set(found)) if ids else []
    if missing:
        words = {"numbers": ", ".join(map(str, missing[:10]))}
        raise RuleRefused(_("Nothing has the number %(numbers)s.") % words, field=name)
