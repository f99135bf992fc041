"""The own account over the API: who am I, devices, tokens. Nobody else's is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from yunhe.platform.accounts.actor import actor_of, person
from yunhe.platform.accounts.queries import devices_of, get_user, tokens_of
from yunhe.platform.accounts.services.profile import end_session
from yunhe.platform.accounts.services.tokens import create_token, revoke_token

router = Router(tags=["accounts"])


class Me(Schema):
    id: int
    username: str
    name: str
    language: str
    roles: list[str]
    permissions: list[str]


class DeviceOut(Schema):
    id: int
    name: str
    address: str
    signed_in: datetime
    last_seen: datetime
    current: bool


class TokenIn(Schema):
    name: str
    permissions: list[str]
    expires_at: datetime


class TokenOut(Schema):
    id: int
    name: str
    hint: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class NewTokenOut(TokenOut):
    """`key` is told this once."""

    key: str


@router.get("/me", response=Me, summary="The signed-in account")
def me(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    user = get_user(person(actor))
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "language": user.language,
        "roles": sorted(actor.roles),
        "permissions": sorted(actor.permissions),
    }


@router.get("/devices", response=list[DeviceOut], summary="Where the account is signed in")
def list_devices(request: HttpRequest) -> Any:
    return devices_of(person(actor_of(request)), current=None, now=timezone.now())


@router.delete("/devices/{device_id}", response={204: None}, summary="Sign a device out")
def delete_device(request: HttpRequest, device_id: int) -> Status[None]:
    end_session(actor=actor_of(request), session_id=device_id)
    return Status(204, None)


@router.get("/tokens", response=list[TokenOut], summary="The account's API tokens")
def list_tokens(request: HttpRequest) -> Any:
    return tokens_of(person(actor_of(request)))


@router.post("/tokens", response={201: NewTokenOut}, summary="Make an API token")
def post_token(request: HttpRequest, payload: TokenIn) -> Status[dict[str, Any]]:
    made = create_token(
        actor=actor_of(request),
        now=timezone.now(),
        **payload.dict(),
    )
    return Status(201, {**TokenOut.from_orm(made.token).dict(), "key": made.key})


@router.delete("/tokens/{token_id}", response={204: None}, summary="Revoke an API token")
def delete_token(request: HttpRequest, token_id: int) -> Status[None]:
    revoke_token(actor=actor_of(request), token_id=token_id)
    return Status(204, None)
