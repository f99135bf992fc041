"""Receipts as answers to a request."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from django.http import FileResponse, HttpResponseBase

from yunhe.platform.intake.models import Import
from yunhe.platform.intake.receipts import receipt_csv, write_receipt_xlsx
from yunhe.platform.intake.workdirs import scratch_file

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def receipt_response(record: Import, *, file_format: str, problems_only: bool) -> HttpResponseBase:
    """The receipt as a download: `xlsx`, anything else is CSV.

    It is written to a scratch file first: the request's transaction, whose scope guards the rows,
    ends before a streamed answer is read.
    """
    stem = PurePath(record.file_name).stem
    handle = scratch_file()
    if file_format == "xlsx":
        write_receipt_xlsx(record, handle, problems_only=problems_only)
    else:
        handle.writelines(receipt_csv(record, problems_only=problems_only))
    handle.seek(0)
    suffix = "xlsx" if file_format == "xlsx" else "csv"
    response = FileResponse(
        handle, content_type=_XLSX if suffix == "xlsx" else "text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(f'{stem}-receipt.{suffix}')}"
    )
    return response
