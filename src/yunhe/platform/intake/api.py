"""Files over the API."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO, Literal, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.errors import NotFound
from yunhe.platform.intake.choices import DateOrder, Decision, State
from yunhe.platform.intake.declarations import import_type
from yunhe.platform.intake.downloads import receipt_response
from yunhe.platform.intake.errors import MappingIncomplete
from yunhe.platform.intake.filters import ImportFilters, RowFilters
from yunhe.platform.intake.headers import positions_of
from yunhe.platform.intake.models import Import, ImportRow
from yunhe.platform.intake.permissions import REPLAY, RUN, VIEW
from yunhe.platform.intake.queue import (
    start_creation,
    start_decided,
    start_import,
    start_replay,
)
from yunhe.platform.intake.reasons import sentence
from yunhe.platform.intake.services import cancel_import, confirm_mapping, register_file
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["intake"])


class ImportOut(Schema):
    """Where a file stands. rows = accepted + duplicates + quarantined + discarded + pending."""

    id: int
    type: str = Field(alias="type_code")
    file: str = Field(alias="file_name")
    sha256: str
    state: State
    columns: list[str]
    mapping: dict[str, Any]
    options: dict[str, Any]
    rows: int
    accepted: int
    duplicates: int
    quarantined: int
    discarded: int
    pending: int
    amount: Decimal
    amount_accepted: Decimal
    amount_duplicates: Decimal
    amount_quarantined: Decimal
    decision: str = Field(description="skip or post, once decided about likely_repeats")
    likely_repeats: dict[str, Any] = Field(
        description="Lines that looked already reported: rows, amount, first and last day, and the"
        " same for each of files by the id of its import (null: no file). Empty: none."
    )
    error: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None


class DecisionIn(Schema):
    """What to do with lines that look already reported: leave out, post all, or post nothing."""

    decision: Decision


class RowOut(Schema):
    """A row that was not simply accepted."""

    row: int
    status: str
    reasons: list[dict[str, Any]]
    key: str
    cells: list[str]


class UploadIn(Schema):
    """What to do with the file. `mapping`: JSON {field: column name}; default: the proposal."""

    type: str = "sales"
    mapping: str = ""
    options: str = Field(
        "", description="JSON {option: value}, for this file only unless saved under a name"
    )
    save_as: str = Field("", max_length=120, description="Name for this mapping and its options")
    start: bool = True


class ReceiptQuery(Schema):
    """Which receipt."""

    format: Literal["csv", "xlsx"] = "csv"
    problems: bool = Field(False, description="Only rows that were not simply accepted")


@router.post("/imports", response={202: ImportOut}, auth=require(RUN), operation_id="uploadImport")
def upload(request: HttpRequest, file: File[UploadedFile], details: Form[UploadIn]) -> Any:
    """Send a file; it is imported in the background. The same file again answers with its import."""
    actor, now = principal_of(request), timezone.now()
    registered = register_file(
        cast(BinaryIO, file.file),
        name=file.name or "file",
        type_code=details.type,
        actor=actor,
        now=now,
    )
    record = registered.record
    said = details.mapping or details.options or details.save_as
    if record.state != State.REGISTERED or not (details.start or said):
        return Status(202, record)
    confirm_mapping(
        record,
        columns=_columns(record, details.mapping),
        options={**record.options, **_json(details.options, "options")},
        date_order=record.mapping.get("date_order", DateOrder.AUTO),
        save_as=details.save_as,
        actor=actor,
        now=now,
    )
    return Status(202, start_import(record, actor=actor) if details.start else record)


@router.get("/imports", response=Page[ImportOut], auth=require(VIEW), operation_id="listImports")
@filtered(ImportFilters)
def list_(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Imports in scope, newest first."""
    return paginate(narrow(Import.objects.all(), request), page)


@router.get(
    "/imports/{int:import_id}", response=ImportOut, auth=require(VIEW), operation_id="getImport"
)
def get(request: HttpRequest, import_id: int) -> Any:
    """State and counts of one import."""
    return _found(import_id)


@router.get(
    "/imports/{int:import_id}/rows",
    response=Page[RowOut],
    auth=require(VIEW),
    operation_id="listImportRows",
)
@filtered(RowFilters)
def rows(request: HttpRequest, import_id: int, page: Query[PageQuery]) -> Any:
    """Rows that were corrected, duplicate, quarantined, released or discarded, in file order."""
    record = _found(import_id)
    declared = import_type(record.type_code)

    def show(row: ImportRow) -> dict[str, Any]:
        reasons = [{**reason, "message": sentence(declared, reason)} for reason in row.reasons]
        told = {"row": row.row, "status": row.status, "reasons": reasons}
        return {**told, "key": row.row_key, "cells": row.cells}

    return paginate(
        narrow(ImportRow.objects.filter(source=record), request), page, by="row", show=show
    )


@router.get("/imports/{int:import_id}/receipt", auth=require(VIEW), operation_id="getReceipt")
def receipt(request: HttpRequest, import_id: int, asked: Query[ReceiptQuery]) -> Any:
    """The receipt of every row (or of the problems only) as CSV or XLSX."""
    response: HttpResponseBase = receipt_response(
        _found(import_id), file_format=asked.format, problems_only=asked.problems
    )
    return response


@router.post(
    "/imports/{int:import_id}/cancel",
    response=ImportOut,
    auth=require(RUN),
    operation_id="cancelImport",
)
def cancel(request: HttpRequest, import_id: int) -> Any:
    """Stop before the next batch; posted rows stay."""
    return cancel_import(_found(import_id), actor=principal_of(request))


@router.post(
    "/imports/{int:import_id}/start",
    response={202: ImportOut},
    auth=require(RUN),
    operation_id="startImport",
)
def start(request: HttpRequest, import_id: int) -> Any:
    """Start, post after a check, or continue a cancelled or failed import."""
    return Status(202, start_import(_found(import_id), actor=principal_of(request)))


@router.post(
    "/imports/{int:import_id}/decide",
    response={202: ImportOut},
    auth=require(RUN),
    operation_id="decideRepeats",
)
def decide(request: HttpRequest, import_id: int, decided: DecisionIn) -> Any:
    """Say what is done with lines that look already reported; the import goes on accordingly."""
    actor = principal_of(request)
    return Status(202, start_decided(_found(import_id), decided.decision, actor=actor))


@router.post(
    "/imports/{int:import_id}/replay",
    response={202: ImportOut},
    auth=require(REPLAY),
    operation_id="replayImport",
)
def replay(request: HttpRequest, import_id: int) -> Any:
    """Check the quarantine again and post what is good now, in the background."""
    return Status(202, start_replay(_found(import_id), actor=principal_of(request)))


@router.post(
    "/imports/{int:import_id}/create-missing",
    response={202: ImportOut},
    auth=require(REPLAY),
    operation_id="createMissingRecords",
)
def create_missing(request: HttpRequest, import_id: int) -> Any:
    """Create the partners and products that rows wait for, named as in the file; then post them."""
    return Status(202, start_creation(_found(import_id), actor=principal_of(request)))


def _found(import_id: int) -> Import:
    record = Import.objects.filter(pk=import_id).first()
    if record is None:
        raise NotFound()
    return record


def _columns(record: Import, mapping: str) -> dict[str, int]:
    if not mapping:
        return dict(record.mapping.get("columns", {}))
    return positions_of(_json(mapping, "mapping"), record.columns)


def _json(text: str, field: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise MappingIncomplete(
            _("“%(field)s” must be a JSON object of texts.") % {"field": field}, field=field
        )
    return found
