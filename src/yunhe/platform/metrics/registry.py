"""The declarations of all domains, by name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TypeVar

from django.utils.translation import gettext as _

from yunhe.platform.metrics.declarations import Attribute, Entity, Fact, Metric, Source
from yunhe.platform.metrics.errors import UnknownName

D = TypeVar("D", Fact, Entity, Metric)

_facts: dict[str, Fact] = {}
_entities: dict[str, Entity] = {}
_metrics: dict[str, Metric] = {}


def declare(declaration: D) -> D:
    """Register a fact, entity or metric and return it. Raises ValueError when declared twice."""
    table = _table(declaration)
    known = table.get(declaration.name)
    if known is not None and known is not declaration:
        raise ValueError(f"{declaration.name} is declared twice")
    if isinstance(declaration, Source):
        for attribute in declaration.attributes:
            _check_attribute(attribute)
    table[declaration.name] = declaration
    return declaration


def withdraw(*declarations: Fact | Entity | Metric) -> None:
    """Take declarations back (tests declare their own)."""
    for declaration in declarations:
        _table(declaration).pop(declaration.name, None)


def facts() -> dict[str, Fact]:
    return dict(_facts)


def entities() -> dict[str, Entity]:
    return dict(_entities)


def metrics() -> dict[str, Metric]:
    """Every metric by name, in the order of declaration (lower domains first)."""
    return dict(_metrics)


def sources() -> dict[str, Source]:
    """Everything that has a table in the mart."""
    return {**_entities, **_facts}


def get_metric(name: str) -> Metric:
    """Raises UnknownName with near matches."""
    if found := _metrics.get(name):
        return found
    raise _unknown(_("There is no metric “%(name)s”."), name, list(_metrics))


def get_fact(name: str) -> Fact:
    """Raises UnknownName with near matches."""
    if found := _facts.get(name):
        return found
    raise _unknown(_("There is no fact “%(name)s”."), name, list(_facts))


def get_dimension(name: str) -> Attribute:
    """Raises UnknownName with near matches."""
    known = dimensions()
    if found := known.get(name):
        return found
    raise _unknown(_("There is no dimension “%(name)s”."), name, list(known))


def dimensions() -> dict[str, Attribute]:
    """Every dimension by name."""
    return {a.name: a for source in sources().values() for a in source.attributes}


def dimensions_of(fact: Fact) -> dict[str, tuple[Attribute, Entity | None]]:
    """The dimensions that split a fact: its own, and those of the entities it points at."""
    found: dict[str, tuple[Attribute, Entity | None]] = {a.name: (a, None) for a in fact.attributes}
    for name in fact.entities:
        if entity := _entities.get(name):
            found |= {a.name: (a, entity) for a in entity.attributes}
    return found


def dimensions_for(metric: Metric) -> dict[str, Attribute]:
    """The dimensions that a metric can be split by: common to all its facts, save whole parts."""
    common: dict[str, Attribute] | None = None
    for leaf in metric.leaves:
        if leaf.unsplit:
            continue
        here = {
            name: found[0] for name, found in dimensions_of(get_fact(leaf.measure.fact)).items()
        }
        common = here if common is None else {n: a for n, a in common.items() if n in here}
    return common or {}


def _unknown(sentence: str, name: str, known: list[str]) -> UnknownName:
    message = sentence % {"name": name}
    if near := get_close_matches(name, known, n=3, cutoff=0.5):
        message += " " + _("Did you mean %(near)s?") % {"near": ", ".join(near)}
    return UnknownName(message)


def _check_attribute(attribute: Attribute) -> None:
    known = dimensions().get(attribute.name)
    if known is not None and known != attribute:
        raise ValueError(f"dimension {attribute.name} is declared with two meanings")


def _table(declaration: Fact | Entity | Metric) -> dict:
    if isinstance(declaration, Fact):
        return _facts
    return _entities if isinstance(declaration, Entity) else _metrics
