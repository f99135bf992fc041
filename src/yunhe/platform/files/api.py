"""Files over the API: send one in, read what is known of it, fetch its bytes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.guards import require
from yunhe.platform.errors import NotFound
from yunhe.platform.files.downloads import answer_with_file
from yunhe.platform.files.models import FileObject
from yunhe.platform.files.permissions import UPLOAD, VIEW
from yunhe.platform.files.services import Capture, store_file
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["files"])


class FileIn(Schema):
    """Where it belongs, and when and where it was taken (WGS 84, degrees)."""

    node_id: int
    captured_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


class FileOut(Schema):
    id: int
    node_id: int
    name: str
    media_type: str
    size: int
    sha256: str
    url: str
    created_at: datetime
    captured_at: datetime | None
    latitude: Decimal | None
    longitude: Decimal | None

    @staticmethod
    def resolve_url(row: FileObject) -> str:
        return row.get_absolute_url()


@router.get("/", auth=require(VIEW), response=Page[FileOut], summary="Files, newest first")
def list_files(request: HttpRequest, page: Query[PageQuery]) -> dict[str, Any]:
    return paginate(FileObject.objects.all(), page)


@router.get("/{file_id}", auth=require(VIEW), response=FileOut, summary="One file")
def get_file(request: HttpRequest, file_id: int) -> FileObject:
    found = FileObject.objects.filter(pk=file_id).first()
    if found is None:
        raise NotFound()
    return found


@router.get("/{file_id}/content", auth=require(VIEW), summary="The bytes of a file")
def get_content(request: HttpRequest, file_id: int) -> HttpResponseBase:
    return answer_with_file(request, file_id)


@router.post("/", auth=require(UPLOAD), response={201: FileOut}, summary="Send a file in")
def post_file(
    request: HttpRequest, file: File[UploadedFile], about: Form[FileIn]
) -> Status[FileObject]:
    stored = store_file(
        file,
        node_id=about.node_id,
        actor=principal_of(request),
        now=timezone.now(),
        capture=Capture(about.captured_at, about.latitude, about.longitude),
    )
    return Status(201, stored)
