"""Why somebody can, or cannot, see a record: step by step, and the database's own answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db import connection, models, transaction
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from yunhe.platform.access.declared import EXPLAIN
from yunhe.platform.access.delegation import covers
from yunhe.platform.access.models import Node
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.policies import scoped_models
from yunhe.platform.access.principal import HeldRole, Principal
from yunhe.platform.access.queries import nodes_above, place_of, role_label
from yunhe.platform.access.record_nodes import node_columns
from yunhe.platform.access.record_pages import RecordPage, page_of, pages_of
from yunhe.platform.access.rules import rule_sentence
from yunhe.platform.access.session import enter_scope, owner_access, set_role
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import DomainError, NotFound


@dataclass(frozen=True)
class Step:
    """One step of the reasoning: `good` True, False or, for mere information, None."""

    title: str
    text: str
    good: bool | None = None


@dataclass(frozen=True)
class Explanation:
    """The steps and the verdict; `sees` is what the database answered for that user."""

    user: User
    model: type[models.Model]
    record_id: str
    sees: bool
    may_open: bool
    steps: list[Step] = field(default_factory=list)

    @property
    def record_name(self) -> str:
        return f"{self.model._meta.verbose_name} {self.record_id}"


def explain_record(*, actor: Principal, user_id: int, record: str) -> Explanation:
    """Explain whether the user sees the record: a page's address, or `orders.order 12`.

    One's own sight may be asked about by everybody, others' with `access.explain` and within the
    actor's own scope. A record that the actor does not see is spoken of as if it may not exist.
    Raises NotAllowed, NotFound (user), DomainError (no such kind of record).
    """
    if user_id != actor.user_id:
        actor.check(EXPLAIN)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(field="user")
    model, record_id = find_record(record)
    pages = _pages(record, model, record_id)
    principal, sees, opens = _as_user(user, model, record_id, pages)
    visible_to_actor = _exists(model, record_id)
    steps = [_account_step(user), _roles_step(principal)]
    if not visible_to_actor:
        steps.append(
            Step(
                _("The record"),
                _("There is no such record, or it lies outside your part of the tree."),
                False,
            )
        )
    else:
        nodes = _nodes_of(model, record_id)
        steps += [_record_step(nodes), _cover_step(principal, nodes)]
    steps.append(Step(_("The rule of this kind of record"), rule_sentence(model)))
    allowed = [page for page in pages if page.allowed(principal)]
    steps += [_permission_step(pages, allowed), _database_step(sees)]
    if sees and allowed and not opens:
        steps.append(_page_step())
    return Explanation(user, model, record_id, sees, opens, steps)


def find_record(text: str) -> tuple[type[models.Model], str]:
    """The model and id that a page's address or `label id` names. Raises DomainError."""
    text = text.strip()
    if "/" in text:
        model, record_id = _from_address(text)
        return _checked(model, record_id)
    label, _colon, record_id = text.replace(":", " ").partition(" ")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise _unknown() from error
    return _checked(model, record_id.strip())


def _from_address(text: str) -> tuple[type[models.Model], str]:
    page = _page_at(text)
    model: type[models.Model] = page.view.model
    name, value = next(iter(page.arguments.items()))
    if name == "pk":
        return model, str(value)
    with owner_access("the address names the record by another column than its number"):
        found = model._default_manager.filter(**{name: value}).values_list("pk", flat=True).first()
    return model, str(found if found is not None else value)


def _page_at(address: str) -> RecordPage:
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404 as error:
        raise _unknown() from error
    page = page_of(getattr(match.func, "view_class", None), match.kwargs)
    if page is None:
        raise _unknown()
    return page


def _pages(text: str, model: type[models.Model], record_id: str) -> list[RecordPage]:
    """The page whose address was given; for a type and number, every page of such records."""
    text = text.strip()
    return [_page_at(text)] if "/" in text else pages_of(model, record_id)


def _checked(model: type[models.Model], record_id: str) -> tuple[type[models.Model], str]:
    if model not in scoped_models() or not record_id:
        raise _unknown()
    try:
        model._meta.pk.to_python(record_id)
    except Exception as error:
        raise _unknown() from error
    return model, record_id


def _unknown() -> DomainError:
    return DomainError(
        _(
            "This is not the address of a record. Copy it from the record's page, or give its type"
            " and number, for example “orders.order 12”."
        ),
        code="access.unknown_record",
        field="record",
    )


def _as_user(
    user: User, model: type[models.Model], record_id: str, pages: list[RecordPage]
) -> tuple[Principal, bool, bool]:
    """What the database lets the user see, and whether a page opens: asked under that user's scope,
    then undone. A record without pages is open to who sees it.
    """
    savepoint = transaction.savepoint()
    set_role("none")
    principal = enter_scope(user.pk)
    known = principal.user_id is not None
    sees = known and _exists(model, record_id)
    opens = known and any(p.allowed(principal) and p.shows(principal, user) for p in pages)
    transaction.savepoint_rollback(savepoint)
    return principal, sees, opens if pages else sees


def _exists(model: type[models.Model], record_id: str) -> bool:
    if not model.scope.grants:  # type: ignore[attr-defined]
        return False
    return model._default_manager.filter(pk=record_id).exists()


def _nodes_of(model: type[models.Model], record_id: str) -> list[Node]:
    columns = node_columns(model, "r")
    if not columns:
        return []
    table, pk = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {", ".join(columns)} FROM "{table}" r WHERE r."{pk}" = %s',  # noqa: S608  names of our own models
            [record_id],
        )
        row: tuple[Any, ...] = cursor.fetchone() or ()
    return list(Node.objects.filter(pk__in=[pk for pk in row if pk is not None]))


def _account_step(user: User) -> Step:
    if user.is_active:
        return Step(_("The account"), _("%(name)s may sign in.") % {"name": user}, True)
    return Step(_("The account"), _("The account is closed: it sees nothing."), False)


def _roles_step(principal: Principal) -> Step:
    if not principal.held:
        return Step(_("Roles"), _("It holds no role anywhere."), False)
    nodes = Node.objects.in_bulk(principal.node_ids)
    held = [
        _("%(role)s at %(place)s")
        % {
            "role": role_label(grant.role),
            "place": nodes[grant.node_id].label if grant.node_id in nodes else "…",
        }
        for grant in principal.held
    ]
    return Step(_("Roles"), "; ".join(held), None)


def _record_step(nodes: list[Node]) -> Step:
    if not nodes:
        return Step(_("The record"), _("It exists and belongs to no place in the tree."))
    above = nodes_above(nodes)
    places = "; ".join(place_of(node, above) for node in nodes)
    return Step(_("The record"), _("It exists and belongs to: %(places)s") % {"places": places})


def _cover_step(principal: Principal, nodes: list[Node]) -> Step:
    title = _("Roles over the record's place")
    if not nodes:
        return Step(title, _("Does not apply: the record has no place."))
    for grant in principal.held:
        for node in nodes:
            if covers(grant.path, node.path):
                return Step(title, _covered(grant, node), True)
    return Step(title, _("None of the roles is held there or above."), False)


def _covered(grant: HeldRole, node: Node) -> str:
    if grant.node_id == node.pk:
        return _("The role %(role)s is held exactly there.") % {"role": role_label(grant.role)}
    return _("The role %(role)s is held above it.") % {"role": role_label(grant.role)}


def _permission_step(pages: list[RecordPage], allowed: list[RecordPage]) -> Step:
    title = _("Permission")
    if not pages or any(not page.permission for page in pages):
        return Step(title, _("Pages of this kind ask for no permission of their own."))
    labels = _labels(allowed or pages)
    if allowed:
        return Step(title, _("“%(label)s” comes with the roles.") % {"label": labels}, True)
    return Step(
        title, _("“%(label)s” is missing: no role held gives it.") % {"label": labels}, False
    )


def _labels(pages: list[RecordPage]) -> str:
    """The permissions that the pages ask for, each once."""
    named = {p.code: str(p.label) for p in all_permissions()}
    return " / ".join(dict.fromkeys(named[page.permission] for page in pages))


def _page_step() -> Step:
    text = _("The page shows only some of these records, and this is none of them.")
    return Step(_("The page"), text, False)


def _database_step(sees: bool) -> Step:
    title = _("The database's answer")
    if sees:
        return Step(title, _("Asked as this user, it hands the record out."), True)
    return Step(title, _("Asked as this user, it hands nothing out."), False)
