"""The own account over the API: who am I, devices, tokens, saved filters. Nobody else's is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import BaseModel, ConfigDict

from yunhe.platform.accounts.actor import actor_of, person
from yunhe.platform.accounts.models import SavedFilter
from yunhe.platform.accounts.queries import devices_of, get_user, list_filters, tokens_of
from yunhe.platform.accounts.services.filters import delete_filter, rename_filter, save_filter
from yunhe.platform.accounts.services.profile import end_session
from yunhe.platform.accounts.services.tokens import create_token, revoke_token
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound

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


class FilterNameIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="1 to 60 characters; one of the same name is replaced")


class FilterIn(FilterNameIn):
    """What a list shows, to be found again under a name."""

    list: str = Field(max_length=200, description="The list's address, as /orders/")
    query: str = Field(description="The list's query string, as status=submitted&sort=-total")


class FilterOut(Schema):
    id: int
    list: str = Field(alias="path")
    name: str
    query: str
    url: str = Field(description="The list as it was saved")


@router.get(
    "/filters", response=list[FilterOut], summary="The account's saved filters", by_alias=False
)
def get_filters(request: HttpRequest, list: str = "") -> Any:  # noqa: A002  # the parameter's name
    """By list and name; `list` names one by its address."""
    return list_filters(person(actor_of(request)), list)


@router.post("/filters", response={201: FilterOut}, summary="Save a filter", by_alias=False)
def post_filter(request: HttpRequest, body: FilterIn) -> Status[SavedFilter]:
    """One of the same list and name is replaced; at most 20 a list."""
    told = {"path": body.list, "name": body.name, "query": body.query}
    return Status(201, save_filter(actor=actor_of(request), **told))


@router.get("/filters/{filter_id}", response=FilterOut, summary="One saved filter", by_alias=False)
@versioned(SavedFilter)
def get_filter(request: HttpRequest, filter_id: int) -> Any:
    return _filter(request, filter_id)


@router.put(
    "/filters/{filter_id}", response=FilterOut, summary="Rename a saved filter", by_alias=False
)
def put_filter(request: HttpRequest, filter_id: int, body: FilterNameIn) -> Any:
    return rename_filter(_filter(request, filter_id), actor=actor_of(request), name=body.name)


@router.delete("/filters/{filter_id}", response={204: None}, summary="Delete a saved filter")
def remove_filter(request: HttpRequest, filter_id: int) -> Status[None]:
    delete_filter(_filter(request, filter_id), actor=actor_of(request))
    return Status(204, None)


def _filter(request: HttpRequest, filter_id: int) -> SavedFilter:
    found = list_filters(person(actor_of(request))).filter(pk=filter_id).first()
    if found is None:
        raise NotFound()
    return found
