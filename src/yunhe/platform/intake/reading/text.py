"""Text tables: encoding, line length, separator, header position."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from pathlib import Path

from yunhe.platform.intake.errors import (
    line_too_long,
    not_decodable,
    wrong_type,
)
from yunhe.platform.intake.reading.limits import (
    MAX_LINE_BYTES,
    MEGABYTE,
    SAMPLE_BYTES,
    SAMPLE_ROWS,
)

SEPARATORS = (",", "\t", ";", "|", "，")
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def detect_encoding(path: Path, name: str) -> str:
    """`utf-8-sig`, `utf-16` or `gb18030`, proven on every byte of the file, which its sender calls `name`.

    Raises FileRefused: a line beyond the limit, a byte that neither encoding knows.
    """
    with path.open("rb") as handle:
        mark = handle.read(2)
    if mark in UTF16_MARKS:
        _decode_all(path, "utf-16")
        return "utf-16"
    _check_lines(path, name)
    try:
        _decode_all(path, "utf-8-sig")
    except UnicodeDecodeError:
        try:
            _decode_all(path, "gb18030")
        except UnicodeDecodeError as error:
            raise not_decodable(error.start) from error
        return "gb18030"
    return "utf-8-sig"


def _check_lines(path: Path, name: str) -> None:
    """Refuse binary bytes and lines beyond the limit without ever holding one in memory."""
    open_line = 0
    with path.open("rb") as handle:
        while chunk := handle.read(MAX_LINE_BYTES):
            if b"\0" in chunk:
                raise wrong_type(name)
            ends = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
            if open_line + (min(ends) if ends else len(chunk)) > MAX_LINE_BYTES:
                raise line_too_long(MAX_LINE_BYTES // MEGABYTE)
            last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            open_line = len(chunk) - last - 1 if last >= 0 else open_line + len(chunk)


def _decode_all(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    position = 0
    with path.open("rb") as handle:
        while chunk := handle.read(MEGABYTE):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                error.start += position
                raise
            position += len(chunk)
    decoder.decode(b"", final=True)


def sample_text(path: Path, encoding: str) -> str:
    """The first characters of the file, up to the last whole line."""
    with path.open("rb") as handle:
        data = handle.read(SAMPLE_BYTES)
        complete = len(data) < SAMPLE_BYTES
    text = codecs.getincrementaldecoder(encoding)().decode(data, final=False)
    return text if complete else text[: text.rfind("\n") + 1] or text


def sniff_separator(text: str) -> str:
    """The separator that cuts most sample lines into the same number (> 1) of cells."""
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths = [len(row) for row, _ in sample_rows(text, separator)]
        if not widths:
            continue
        width, count = max(
            Counter(widths).items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0])
        )
        score = (count / len(widths), width)
        if width > 1 and score > best_score:
            best, best_score = separator, score
    return best


def sample_rows(text: str, separator: str) -> list[tuple[list[str], int]]:
    """The first filled rows and the physical line on which each ends."""
    rows = []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((row, reader.line_num))
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # the sample may end inside quotes; reading the whole file says where it breaks
    return rows


def as_utf8(path: Path, encoding: str, workdir: Path) -> Path:
    """The file itself when it is UTF-8, else a transcoded copy in `workdir`."""
    if encoding == "utf-8-sig":
        return path
    copy = workdir / "utf8.csv"
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as source, copy.open("w", encoding="utf-8", newline="") as target:
        while chunk := source.read(MEGABYTE):
            target.write(decoder.decode(chunk))
        target.write(decoder.decode(b"", final=True))
    return copy
