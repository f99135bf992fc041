"""Excel workbooks: a guard against zip bombs, then the cells as texts."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from yunhe.platform.intake.errors import (
    empty_file,
    expands_too_far,
    no_workbook,
    password_protected,
    wrong_type,
)
from yunhe.platform.intake.reading.limits import (
    MAX_UNPACKED_BYTES,
    MAX_UNPACKED_RATIO,
    MEGABYTE,
    RATIO_MATTERS_FROM,
    SAMPLE_ROWS,
)

_LOCAL_HEADER = struct.Struct("<4s2B4HL2L2H")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 256 * 1024


def check_workbook(path: Path, name: str) -> None:
    """Unpack every member into nothing, counting; sizes that the archive states are not believed.

    Raises FileRefused: no workbook inside, damaged, or more bytes than the limits allow.
    """
    packed = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as handle:
            members = archive.infolist()
            if not any(m.filename.startswith("xl/workbook") for m in members):
                raise wrong_type(name)
            total = 0
            for member in members:
                for size in _unpacked_sizes(handle, member):
                    total += size
                    _check_size(total, packed)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError) as error:
        raise no_workbook(name) from error


def check_no_password(path: Path, name: str) -> None:
    """Raises FileRefused for a workbook that Excel keeps encrypted: it says so in its directory."""
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(_ENCRYPTED) >= 0:
            raise password_protected(name)


def _check_size(unpacked: int, packed: int) -> None:
    too_dense = unpacked > RATIO_MATTERS_FROM and unpacked > packed * MAX_UNPACKED_RATIO
    if unpacked > MAX_UNPACKED_BYTES or too_dense:
        limit = RATIO_MATTERS_FROM if too_dense else MAX_UNPACKED_BYTES
        raise expands_too_far(limit // MEGABYTE)


def _unpacked_sizes(handle: BinaryIO, member: zipfile.ZipInfo) -> Iterator[int]:
    handle.seek(member.header_offset)
    header = _LOCAL_HEADER.unpack(handle.read(_LOCAL_HEADER.size))
    handle.seek(header[-2] + header[-1], 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        yield left
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (data := handle.read(min(_CHUNK, left))):
        left -= len(data)
        while data:
            yield len(inflater.decompress(data, _CHUNK))
            data = inflater.unconsumed_tail


def sheets(path: Path, name: str) -> CalamineWorkbook:
    """The opened workbook. Raises FileRefused when it is damaged or has no sheet."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise password_protected(name) from error
    except (CalamineError, OSError) as error:
        raise no_workbook(name) from error
    if not workbook.sheet_names:
        raise empty_file()
    return workbook


def sheet_rows(
    workbook: CalamineWorkbook, position: int, *, skip: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """(row number as Excel shows it, cells as text) for every filled row after `skip` rows."""
    sheet = workbook.get_sheet_by_index(position)
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        if number > skip and any(cell not in ("", None) for cell in cells):
            yield number, [as_text(cell) for cell in cells]


def sample_sheet(workbook: CalamineWorkbook, position: int) -> list[tuple[int, list[str]]]:
    """The first filled rows of a sheet."""
    rows = []
    for pair in sheet_rows(workbook, position):
        rows.append(pair)
        if len(rows) >= SAMPLE_ROWS:
            break
    return rows


def as_text(cell: Any) -> str:
    """A cell as the text a careful clerk would type.

    Numbers keep the 15 digits that Excel itself keeps (so 0.1+0.2 is 0.3); dates are ISO.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
