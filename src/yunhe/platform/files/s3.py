"""Files in a bucket of an S3-compatible store (AWS, MinIO, Ceph, Alibaba OSS, Tencent COS …).

`YUNHE_FILES_URL=s3://bucket/prefix?endpoint=https://minio.example:9000&region=cn-north-1` with the usual
`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; `&style=virtual` puts the bucket into the host name.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree  # answers of the operator's own store

from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

from yunhe.platform.files.errors import FilesAway
from yunhe.platform.files.sigv4 import Credentials, sign

EMPTY = hashlib.sha256(b"").hexdigest()
IN_MEMORY, CHUNK = 2**20, 2**16
TIMEOUT_S, ATTEMPTS, PAUSE_S = 20, 3, 0.2
NOT_FOUND, SERVER_ERROR = 404, 500


@dataclass(frozen=True)
class Answer:
    """What the store said; `body` is at its beginning."""

    status: int
    headers: Mapping[str, str]
    body: BinaryIO


@deconstructible
class S3Storage(Storage):
    """Django's storage interface over the store's HTTP. Raises FilesAway when it does not answer."""

    def __init__(
        self, *, bucket: str, endpoint: str, region: str, prefix: str = "", style: str = "path"
    ) -> None:
        parts = urlsplit(endpoint)
        self.secure = parts.scheme == "https"
        self.host = f"{bucket}.{parts.netloc}" if style == "virtual" else parts.netloc
        self.base = "/" if style == "virtual" else f"/{bucket}/"
        self.prefix = f"{prefix}/" if prefix else ""
        self.region = region

    @property
    def credentials(self) -> Credentials:
        return Credentials(
            os.environ.get("AWS_ACCESS_KEY_ID", ""),
            os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
            self.region,
        )

    def exists(self, name: str) -> bool:
        """Whether there is a file, or a folder with one, of this name."""
        if self._head(name) is not None:
            return True
        return "." not in name.rpartition("/")[2] and any(self.listdir(name))

    def delete(self, name: str) -> None:
        self._call("DELETE", name)

    def size(self, name: str) -> int:
        return int(self._present(name)["content-length"])

    def get_modified_time(self, name: str) -> datetime:
        return parsedate_to_datetime(self._present(name)["last-modified"])

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files directly in a folder."""
        inside = f"{self.prefix}{path.strip('/')}/" if path.strip("/") else self.prefix
        folders: list[str] = []
        files: list[str] = []
        asked = {"delimiter": "/", "list-type": "2", "prefix": inside}
        while True:
            answer = self._call("GET", "", query=asked)
            root = ElementTree.parse(answer.body).getroot()  # noqa: S314  # the operator's own store
            space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
            for found in root.iter(f"{space}CommonPrefixes"):
                folders.append(_text(found, f"{space}Prefix").removeprefix(inside).rstrip("/"))
            for found in root.iter(f"{space}Contents"):
                files.append(_text(found, f"{space}Key").removeprefix(inside))
            following = root.findtext(f"{space}NextContinuationToken")
            if not following:
                return folders, [name for name in files if name]
            asked["continuation-token"] = following

    def _open(self, name: str, mode: str = "rb") -> File:
        answer = self._call("GET", name)
        if answer.status == NOT_FOUND:
            raise FileNotFoundError(name)
        return File(answer.body, name)

    def _save(self, name: str, content: File) -> str:
        content.seek(0)
        digest = hashlib.sha256()
        for chunk in content.chunks(CHUNK):
            digest.update(chunk)
        self._call("PUT", name, content=content, payload_hash=digest.hexdigest())
        return name

    def _head(self, name: str) -> Mapping[str, str] | None:
        answer = self._call("HEAD", name)
        return None if answer.status == NOT_FOUND else answer.headers

    def _present(self, name: str) -> Mapping[str, str]:
        headers = self._head(name)
        if headers is None:
            raise FileNotFoundError(name)
        return headers

    def _call(
        self,
        method: str,
        name: str,
        *,
        query: Mapping[str, str] | None = None,
        content: File | None = None,
        payload_hash: str = EMPTY,
    ) -> Answer:
        """One signed request, asked again when the store stumbles; 404 is an answer."""
        path = self.base + quote(f"{self.prefix}{name}" if name else "", safe="/-_.~")
        target = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        scheme = "https" if self.secure else "http"

        def send() -> Answer:
            headers = sign(
                method,
                f"{scheme}://{self.host}{target}",
                {},
                payload_hash=payload_hash,
                by=self.credentials,
                now=datetime.now(UTC),
            )
            return self._send(method, target, headers, content)

        answer = _patiently(send)
        if answer.status >= 400 and answer.status != NOT_FOUND:
            raise FilesAway(f"{method} {name}: {answer.status} {answer.body.read(300)!r}")
        return answer

    def _send(
        self, method: str, target: str, headers: dict[str, str], content: File | None
    ) -> Answer:
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = kind(self.host, timeout=TIMEOUT_S)
        try:
            if content is not None:
                content.seek(0)
                headers = headers | {"content-length": str(content.size)}
            connection.request(method, target, body=cast(Any, content), headers=headers)
            response = connection.getresponse()
            # closed by its reader
            body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
            while chunk := response.read(CHUNK):
                body.write(chunk)
            body.seek(0)
            told = {key.lower(): value for key, value in response.getheaders()}
            return Answer(response.status, told, cast(BinaryIO, body))
        finally:
            connection.close()


def _patiently(send: Callable[[], Answer]) -> Answer:
    """Ask up to ATTEMPTS times while the store is not reached or answers 5xx."""
    for _attempt in range(ATTEMPTS - 1):
        with suppress(OSError, http.client.HTTPException):
            answer = send()
            if answer.status < SERVER_ERROR:
                return answer
        time.sleep(PAUSE_S)
    try:
        return send()
    except (OSError, http.client.HTTPException) as error:
        raise FilesAway(str(error)) from error


def _text(parent: ElementTree.Element, name: str) -> str:
    return parent.findtext(name) or ""
