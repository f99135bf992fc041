"""Accounts and roles: create, grant, revoke, reset, close; within what the actor may hand on."""

from __future__ import annotations

from dataclasses import dataclass

from yunhe.platform.access.declared import MANAGE_USERS
from yunhe.platform.access.delegation import may_hand_on, may_manage, role_fits
from yunhe.platform.access.errors import AccountNotYours, GrantNotYours, OwnAccess, RoleDoesNotFit
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.principal import HeldRole, Principal
from yunhe.platform.access.queries import node_for
from yunhe.platform.accounts.models import User
from yunhe.platform.accounts.services import people
from yunhe.platform.database.elevation import owner_access


@dataclass(frozen=True)
class CreatedUser:
    """A new account; `temporary_password` is to be handed over, "" when one was given."""

    user: User
    grant: Grant
    temporary_password: str


def create_user(  # noqa: PLR0913  the fields of one form, all by keyword
    *,
    actor: Principal,
    username: str,
    name: str,
    role: str,
    node_id: int,
    password: str = "",
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
) -> CreatedUser:
    """Make an account that holds `role` on the node.

    Without a `password` a temporary one is made, to be replaced at the first sign-in. Raises
    NotAllowed, GrantNotYours, RoleDoesNotFit, NotFound (node) or Conflict (name taken).
    """
    actor.check(MANAGE_USERS)
    node = node_for(node_id, field="node")
    _check_grant(actor, role, node)
    temporary = "" if password else people.temporary_password()
    with owner_access("a new account has no grant yet, so no scope contains it"):
        user = people.create_account(
            username=username,
            name=name,
            password=password or temporary,
            email=email,
            phone=phone,
            language=language,
            must_change_password=bool(temporary),
        )
    grant = Grant.objects.create(user=user, role=role, node=node)
    return CreatedUser(user, grant, temporary)


def grant_role(*, actor: Principal, user: User, role: str, node_id: int) -> Grant:
    """Give an account a role on a node; giving it again changes nothing.

    Raises NotAllowed, GrantNotYours, RoleDoesNotFit, NotFound, OwnAccess, or AccountNotYours: who
    has roles beyond the actor's part gets no more from the actor.
    """
    actor.check(MANAGE_USERS)
    node = node_for(node_id, field="node")
    _check_grant(actor, role, node)
    _check_account(actor, user)
    return Grant.objects.get_or_create(user=user, role=role, node=node)[0]


def revoke_role(*, actor: Principal, grant: Grant) -> None:
    """Take a role away; it ends with the account's next request. Revoking twice changes nothing.

    Raises NotAllowed, GrantNotYours, or OwnAccess: nobody takes away the own role.
    """
    actor.check(MANAGE_USERS)
    if grant.user_id == actor.user_id:
        raise OwnAccess
    if not may_hand_on(actor, grant.role, node_for(grant.node_id, field="node").path):
        raise GrantNotYours
    Grant.objects.filter(pk=grant.pk).delete()


def change_user(*, actor: Principal, user: User, name: str, email: str, phone: str) -> User:
    """Correct an account's name and addresses. Raises NotAllowed, OwnAccess, AccountNotYours."""
    actor.check(MANAGE_USERS)
    _check_account(actor, user)
    user.name, user.email, user.phone = name, email, phone
    user.save(update_fields=["name", "email", "phone"])
    return user


def reset_user(*, actor: Principal, user: User, remove_second_factor: bool) -> str:
    """Give a temporary password, end sessions and tokens; return the password, once.

    Raises NotAllowed, OwnAccess, AccountNotYours.
    """
    actor.check(MANAGE_USERS)
    _check_account(actor, user)
    with owner_access("sessions, tokens and authenticators are private to their account"):
        return people.reset_sign_in(user=user, remove_second_factor=remove_second_factor)


def set_user_active(*, actor: Principal, user: User, active: bool) -> None:
    """Open or close an account; closing signs it out everywhere. Raises as `reset_user`."""
    actor.check(MANAGE_USERS)
    _check_account(actor, user)
    with owner_access("sessions are private to their account"):
        people.set_active(user=user, active=active)


def _check_grant(actor: Principal, role: str, node: Node) -> None:
    if not role_fits(role, node.kind):
        raise RoleDoesNotFit
    if not may_hand_on(actor, role, node.path):
        raise GrantNotYours


def _check_account(actor: Principal, user: User) -> None:
    if user.pk == actor.user_id:
        raise OwnAccess
    if not may_manage(actor, held_by(user.pk)):
        raise AccountNotYours


def held_by(user_id: int) -> list[HeldRole]:
    """Every role of an account, also those beyond the asker's scope: for decisions alone."""
    with owner_access("whether an account is one's own to manage depends on all of its roles"):
        rows = Grant.objects.filter(user_id=user_id).select_related("node")
        return [HeldRole(g.role, g.node_id, g.node.path, g.node.kind) for g in rows]
