"""Filters of lists that a person named: saved, renamed, deleted by that person alone."""

from __future__ import annotations

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from yunhe.platform.accounts.actor import Actor, person
from yunhe.platform.accounts.errors import FilterRefused
from yunhe.platform.accounts.models import SavedFilter
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.saved_filters import plain_query
from yunhe.platform.ui.views import ListView

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 60, 2000


def save_filter(*, actor: Actor, path: str, name: str, query: str) -> SavedFilter:
    """Keep what a list shows under a name; one of the same name is replaced.

    Raises FilterRefused: no list there, no name, nothing filtered by, too long, or 20 already.
    """
    name, query = check_name(name), plain_query(query)
    if not is_list(path):
        raise FilterRefused(_("There is no list to filter."))
    if not query or len(query) > LONGEST_QUERY:
        raise FilterRefused(_("Choose what to filter by, not too much of it."))
    mine = SavedFilter.objects.filter(user_id=person(actor), path=path)
    if mine.exclude(name=name).count() >= MOST:
        raise FilterRefused(_("You have 20 filters here. Delete one that you no longer need."))
    saved, _created = SavedFilter.objects.update_or_create(
        user_id=person(actor), path=path, name=name, defaults={"query": query}
    )
    return saved


def rename_filter(saved: SavedFilter, *, actor: Actor, name: str) -> SavedFilter:
    """Another name for one of the actor's filters; one that had it is replaced. Raises FilterRefused."""
    _check_own(saved, actor)
    saved.name = check_name(name)
    SavedFilter.objects.filter(user_id=saved.user_id, path=saved.path, name=saved.name).exclude(
        pk=saved.pk
    ).delete()
    saved.save(update_fields=["name"])
    return saved


def delete_filter(saved: SavedFilter, *, actor: Actor) -> None:
    """Forget one of the actor's filters."""
    _check_own(saved, actor)
    saved.delete()


def check_name(name: str) -> str:
    """The name without spaces around it. Raises FilterRefused for none and for a long one."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise FilterRefused(_("A filter needs a name of at most 60 characters."), field="name")
    return name


def is_list(path: str) -> bool:
    """Whether a list of the house is at this address."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    kind = getattr(view, "view_class", None)
    return isinstance(kind, type) and issubclass(kind, ListView)


def _check_own(saved: SavedFilter, actor: Actor) -> None:
    if saved.user_id != person(actor):
        raise NotFound()
