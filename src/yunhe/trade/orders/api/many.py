"""Many orders at once: files, and confirming in the background."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.guards import require
from yunhe.platform.jobs.queueing import enqueue
from yunhe.trade.orders.choices import OrderStatus, Source
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.jobs import confirm_batch
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import CONFIRM, CREATE
from yunhe.trade.orders.views.blank import blank_file

router = Router(tags=["orders"])


class ManyOut(Schema):
    """What a file became: orders written, those submitted, and faults by the file's rows."""

    order_ids: list[int]
    submitted: list[int]
    repeated: int
    faults: list[dict[str, Any]]


class FileIn(Schema):
    """How a file of orders is taken."""

    submit: bool = True
    node_id: int | None = Field(
        None, description="the partner of every row; else a column names it"
    )


@router.post(
    "/file",
    response={201: ManyOut},
    summary="Orders from a CSV or Excel file",
    operation_id="place_order_file",
)
def from_file(request: HttpRequest, file: File[UploadedFile], details: Form[FileIn]) -> Any:
    """All rows are understood or nothing is written (`orders.lines` names the rows). With `submit`,
    orders short of credit or stock stay drafts and are named in `faults`."""
    actor = principal_of(request)
    node_id = details.node_id or (actor.home_id if actor.is_partner else None)
    placed = place_file(
        file.name or "",
        file.read(),
        actor=actor,
        now=timezone.now(),
        node_id=node_id,
        submit=details.submit,
        source=Source.API,
    )
    return Status(201, placed)


@router.get("/file/blank", summary="An order file to fill in", operation_id="blank_order_file")
def get_blank_file(request: HttpRequest, node_id: int | None = None) -> Any:
    """An Excel file: the columns by name in the caller's language, a row for each delivery address of the
    partner (`node_id`; a partner's own without it)."""
    actor = principal_of(request)
    actor.check(CREATE)
    return blank_file(node_id or (actor.home_id if actor.is_partner else None))


class BatchIn(Schema):
    """Which orders to confirm; none named for every submitted one."""

    ids: list[int] = Field(default_factory=list, max_length=10_000)


class BatchOut(Schema):
    """The job that confirms; follow it at /api/v1/jobs/."""

    job: UUID
    orders: int


@router.post(
    "/confirm",
    response={202: BatchOut},
    auth=require(CONFIRM),
    summary="Confirm many",
    operation_id="confirm_orders",
)
def confirm_many(request: HttpRequest, body: BatchIn) -> Any:
    """In the background, some hundred at a time; orders that cannot be confirmed are counted."""
    waiting = Order.objects.filter(status=OrderStatus.SUBMITTED, between_partners=False)
    if body.ids:
        waiting = waiting.filter(pk__in=body.ids)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    run = enqueue(confirm_batch, ids=ids)
    return Status(202, {"job": run.pk, "orders": len(ids)})
