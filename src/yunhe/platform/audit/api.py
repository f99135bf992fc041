"""The audit trail over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.guards import require
from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.audit.permissions import VERIFY, VIEW
from yunhe.platform.audit.sealing import check_trail
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["audit"])


class EntryFilter(PageQuery):
    """Exact values; the trail is long, so there is no free text."""

    table: str = ""
    row_id: str = ""
    user_id: int | None = None
    request_id: str = ""
    since: datetime | None = None
    before: datetime | None = None


class EntryOut(Schema):
    id: int
    at: datetime
    table_name: str
    row_id: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    user_id: int | None
    actor: str
    request_id: str
    origin: str
    node_id: int | None


class VerdictOut(Schema):
    whole: bool
    seals: int
    entries: int
    problem: str
    entry_id: int | None
    seal_id: int | None


COLUMNS = {
    "table": "table_name",
    "row_id": "row_id",
    "user_id": "user_id",
    "request_id": "request_id",
    "since": "at__gte",
    "before": "at__lt",
}


@router.get(
    "/entries", auth=require(VIEW), response=Page[EntryOut], summary="Changes, newest first"
)
def list_entries(request: HttpRequest, asked: Query[EntryFilter]) -> dict[str, Any]:
    found = asked.dict(exclude={"limit", "cursor"}, exclude_none=True)
    lookups = {COLUMNS[name]: value for name, value in found.items() if value != ""}
    return paginate(AuditEntry.objects.filter(**lookups), asked)


@router.get("/verify", auth=require(VERIFY), response=VerdictOut, summary="Check for tampering")
def verify(request: HttpRequest) -> Any:
    return check_trail(actor=principal_of(request))
