"""Accounts, roles and the explanation over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from yunhe.platform.access import services
from yunhe.platform.access.declared import VIEW_USERS
from yunhe.platform.access.explain import explain_record
from yunhe.platform.access.models import Grant
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import users_in_scope
from yunhe.platform.accounts.actor import person
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import NotFound

router = Router(tags=["access"])
MOST = 500


class GrantOut(Schema):
    id: int
    role: str
    node_id: int


class UserOut(Schema):
    id: int
    username: str
    name: str
    active: bool
    grants: list[GrantOut]


class UserIn(Schema):
    username: str = Field(pattern=r"^[\w.@+-]{3,60}$")
    name: str = Field(min_length=1, max_length=60)
    role: str
    node_id: int
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=20)


class CreatedOut(Schema):
    """`temporary_password` is told this once."""

    id: int
    temporary_password: str


class GrantIn(Schema):
    role: str
    node_id: int


class StepOut(Schema):
    title: str
    text: str
    good: bool | None


class ExplanationOut(Schema):
    sees: bool
    may_open: bool
    steps: list[StepOut]


@router.get("/users", response=list[UserOut], summary="Accounts of the own part of the tree")
def list_users(request: HttpRequest, q: str = "", after: int = 0, limit: int = 100) -> Any:
    principal_of(request).check(VIEW_USERS)
    rows = users_in_scope().filter(pk__gt=after, name__icontains=q).order_by("pk")
    return [_shown(user) for user in rows[: max(1, min(limit, MOST))]]


@router.post("/users", response={201: CreatedOut}, summary="Make an account")
def post_user(request: HttpRequest, payload: UserIn) -> Status[dict[str, Any]]:
    made = services.create_user(
        actor=principal_of(request),
        **payload.dict(),
    )
    return Status(201, {"id": made.user.pk, "temporary_password": made.temporary_password})


@router.post("/users/{user_id}/grants", response={201: GrantOut}, summary="Give a role")
def post_grant(request: HttpRequest, user_id: int, payload: GrantIn) -> Status[Grant]:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound()
    return Status(
        201,
        services.grant_role(
            actor=principal_of(request),
            user=user,
            **payload.dict(),
        ),
    )


@router.delete("/grants/{grant_id}", response={204: None}, summary="Take a role away")
def delete_grant(request: HttpRequest, grant_id: int) -> Status[None]:
    grant = Grant.objects.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound()
    services.revoke_role(actor=principal_of(request), grant=grant)
    return Status(204, None)


@router.get("/explain", response=ExplanationOut, summary="Why somebody sees a record, or not")
def get_explanation(request: HttpRequest, record: str, user_id: int | None = None) -> Any:
    actor = principal_of(request)
    return explain_record(actor=actor, user_id=user_id or person(actor), record=record)


def _shown(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "active": user.is_active,
        "grants": list(user.grants.all()),
    }
