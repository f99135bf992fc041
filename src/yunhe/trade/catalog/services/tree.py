"""The category tree: where a category stands."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.errors import CategoryRefused
from yunhe.trade.catalog.locks import lock_categories
from yunhe.trade.catalog.models import Category
from yunhe.trade.catalog.permissions import CHANGE


def save_category(category: Category, *, actor: Principal) -> Category:
    """Create or change a category. Raises NotAllowed, CategoryRefused (a circle, a code that is taken)."""
    actor.check(CHANGE)
    if category.pk is not None:
        _check_place(category, category.parent_id, lock_categories())
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:
        raise CategoryRefused(_("This code is taken."), field="code") from error
    return category


def move_category(category_id: int, *, parent_id: int | None, actor: Principal) -> Category:
    """Put a category with all below it under another one, or at the top.

    Its products keep to it; what is inherited from above (attributes, rules, promotions) is that of the
    new place. Raises NotAllowed, NotFound, CategoryRefused for a circle.
    """
    actor.check(CHANGE)
    known = lock_categories()
    if category_id not in known or (parent_id is not None and parent_id not in known):
        raise NotFound()
    category = known[category_id]
    _check_place(category, parent_id, known)
    category.parent_id = parent_id
    category.save(update_fields=["parent"])
    return category


def _check_place(category: Category, parent_id: int | None, known: Mapping[int, Category]) -> None:
    """Refuse a place below itself; `known` are the categories as they stand."""
    at = parent_id
    while at is not None:
        if at == category.pk:
            words = {"category": category.label, "parent": known[parent_id or 0].label}
            message = (
                _("“%(category)s” cannot stand below itself.")
                if parent_id == category.pk
                else _("“%(parent)s” stands below “%(category)s”, so it cannot be above it.")
            )
            raise CategoryRefused(message % words, field="parent")
        at = known[at].parent_id if at in known else None
