"""A table's scope rule as a sentence."""

from __future__ import annotations

import re

from django.db import models
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.record_nodes import parent_of
from yunhe.platform.accounts.models import User
from yunhe.platform.database.scope import MY_ANCESTORS, MY_NODES, MY_USER, Scope

FIELD = re.compile(rf"(\w+)_id = {re.escape(MY_NODES)}")


def rule_sentence(model: type[models.Model]) -> str:
    """Who sees the table's rows, in words; the SQL where no words are known."""
    scope: Scope = model.scope  # type: ignore[attr-defined]
    own = {
        Node: _("A node is seen from itself, from above and, as a signpost, from below."),
        Grant: _("A role is seen by its holder and by whoever holds its place or one above it."),
        User: _("An account is seen by itself and by whoever sees one of its roles."),
    }
    if sentence := own.get(model):
        return sentence
    if parent := parent_of(model):
        return _("It is seen exactly when its %(parent)s is seen.") % {
            "parent": parent[0]._meta.verbose_name
        }
    fields = [_field_name(model, name) for name in FIELD.findall(scope.read)]
    if fields and MY_ANCESTORS in scope.read:
        return _("Published from %(field)s to everything below it.") % {"field": fields[0]}
    if len(fields) > 1:
        return _("It is seen from either side: %(fields)s.") % {"fields": " / ".join(fields)}
    if fields:
        return _("It is seen by whoever holds its %(field)s or a place above it.") % {
            "field": fields[0]
        }
    return _other(scope)


def _other(scope: Scope) -> str:
    if scope.read == "true":
        return _("Everybody who is signed in sees it.")
    if scope.read == "false" and scope.personal:
        return _("Nobody sees it directly; only the system does.")
    if scope.read == "false":
        return _("Only headquarters sees it.")
    if MY_USER in scope.read and scope.personal:
        return _("It is private: only its owner sees it, not even headquarters.")
    return _("Its own rule: %(rule)s") % {"rule": scope.read}


def _field_name(model: type[models.Model], name: str) -> str:
    """The field's label; a node kept as a bare number (`node_id`) has one too."""
    labels = {field.name: field.verbose_name for field in model._meta.concrete_fields}
    return str(labels.get(name) or labels.get(f"{name}_id") or name)
