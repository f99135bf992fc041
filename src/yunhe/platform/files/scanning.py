"""Files are shown to a virus scanner before they are kept: clamd over its own protocol.

`YUNHE_CLAMD=host:3310`; without it nothing is scanned, with it nothing is kept unscanned.
Source: clamd(8), command INSTREAM.
"""

from __future__ import annotations

import socket
import struct

from django.conf import settings
from django.core.files.base import File

from yunhe.platform.files.errors import FileInfected, ScannerAway

TIMEOUT_S, CHUNK, DEFAULT_PORT = 30, 2**16, 3310


def check_clean(upload: File) -> None:
    """Raises FileInfected with the name of what was found, ScannerAway when nobody can say."""
    address = settings.CLAMD
    if not address:
        return
    try:
        verdict = _scan(upload, address)
    except OSError as error:
        raise ScannerAway() from error
    finally:
        upload.seek(0)
    if verdict.endswith(" FOUND"):
        raise FileInfected(verdict.removeprefix("stream: ").removesuffix(" FOUND"))
    if not verdict.endswith(" OK"):
        raise ScannerAway()


def _scan(upload: File, address: str) -> str:
    host, _colon, port = address.partition(":")
    with socket.create_connection((host, int(port or DEFAULT_PORT)), TIMEOUT_S) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        upload.seek(0)
        for chunk in upload.chunks(CHUNK):
            scanner.sendall(struct.pack("!L", len(chunk)) + chunk)
        scanner.sendall(struct.pack("!L", 0))
        answer = b""
        while part := scanner.recv(1024):
            answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
