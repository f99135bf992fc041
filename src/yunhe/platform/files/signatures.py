"""What a file is, told by its bytes and never by its name. Pure: bytes in, media type out."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

HEAD_BYTES = 4096
TEXT_ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True)
class Kind:
    """A kind of file: media type, stored extension, whether browsers may show it in place."""

    media_type: str
    extension: str
    inline: bool = False


JPEG = Kind("image/jpeg", "jpg", True)
PNG = Kind("image/png", "png", True)
GIF = Kind("image/gif", "gif", True)
WEBP = Kind("image/webp", "webp", True)
HEIC = Kind("image/heic", "heic")
MP4 = Kind("video/mp4", "mp4", True)
QUICKTIME = Kind("video/quicktime", "mov", True)
WEBM = Kind("video/webm", "webm", True)
PDF = Kind("application/pdf", "pdf")
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
PPTX = Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx")
OLE = Kind("application/x-ole-storage", "xls")
ZIP = Kind("application/zip", "zip")
PARQUET = Kind("application/vnd.apache.parquet", "parquet")
TEXT = Kind("text/plain", "txt")

PICTURES = frozenset({JPEG, PNG, GIF, WEBP, HEIC})
VIDEOS = frozenset({MP4, QUICKTIME, WEBM})
DOCUMENTS = frozenset({PDF, DOCX, PPTX, XLSX})
TABLES = frozenset({XLSX, OLE, TEXT, PARQUET})
EVIDENCE = PICTURES | VIDEOS
ANY = EVIDENCE | DOCUMENTS | TABLES | {ZIP}

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"PAR1", PARQUET),
)
_OFFICE = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_HEIC_BRANDS = {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}


def detect(head: bytes) -> Kind | None:
    """The kind of a file by its first bytes; None when it is none that we take.

    A zip container needs `detect_zip` for what is inside.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _HEIC_BRANDS:
            return HEIC
        return QUICKTIME if brand == b"qt  " else MP4
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    return TEXT if _is_text(head) else None


def detect_zip(content: io.BufferedIOBase) -> Kind | None:
    """What a zip container is: an office document, a plain zip; None when broken or with macros."""
    try:
        with zipfile.ZipFile(content) as container:
            names = container.namelist()
    except (zipfile.BadZipFile, OSError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "[Content_Types].xml" not in names:
        return ZIP
    return next((kind for folder, kind in _OFFICE if any(n.startswith(folder) for n in names)), ZIP)


def _is_text(head: bytes) -> bool:
    """Printable text in UTF-8 or GB 18030; a character cut at the end of the sample is forgiven."""
    if not head or any(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in head):
        return False
    for encoding in TEXT_ENCODINGS:
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
