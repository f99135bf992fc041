"""A scanner in this process that speaks clamd's protocol and knows the EICAR test file."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile

from yunhe.platform.files.errors import FileInfected, ScannerAway
from yunhe.platform.files.scanning import check_clean

# https://www.eicar.org/download-anti-malware-testfile/, in two parts: scanners read sources too
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _read(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += connection.recv(count - len(data))
    return data


def _serve(listener: socket.socket, answers: dict[str, bytes]) -> None:
    while True:
        try:
            connection, _address = listener.accept()
        except OSError:
            return
        with connection:
            assert _read(connection, 10) == b"zINSTREAM\0"
            data = b""
            while size := struct.unpack("!L", _read(connection, 4))[0]:
                data += _read(connection, size)
            answers["seen"] = data
            found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
            connection.sendall(answers.get("fixed", found))


@pytest.fixture
def scanner(settings: Any) -> Iterator[dict[str, bytes]]:
    listener = socket.create_server(("127.0.0.1", 0))
    answers: dict[str, bytes] = {}
    threading.Thread(target=_serve, args=(listener, answers), daemon=True).start()
    settings.CLAMD = f"127.0.0.1:{listener.getsockname()[1]}"
    yield answers
    listener.close()


def test_a_clean_file_passes_and_stands_at_its_beginning(scanner: dict[str, bytes]) -> None:
    data = b"evidence" * 50_000
    upload = ContentFile(data)
    check_clean(upload)
    assert scanner["seen"] == data
    assert upload.read() == data


def test_what_the_scanner_finds_is_named(scanner: dict[str, bytes]) -> None:
    with pytest.raises(FileInfected) as told:
        check_clean(ContentFile(b"before " + EICAR))
    assert "Eicar-Test-Signature" in str(told.value)
    assert (told.value.code, told.value.status) == ("files.infected", 422)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_without_a_verdict_nothing_is_kept(scanner: dict[str, bytes], answer: bytes) -> None:
    scanner["fixed"] = answer
    with pytest.raises(ScannerAway):
        check_clean(ContentFile(b"x"))


def test_a_scanner_that_is_away_is_told(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.CLAMD = f"127.0.0.1:{port}"
    with pytest.raises(ScannerAway):
        check_clean(ContentFile(b"x"))


def test_without_a_scanner_nothing_is_asked(settings: Any) -> None:
    settings.CLAMD = ""
    check_clean(ContentFile(EICAR))
