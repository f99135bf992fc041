"""The storage against a store in this process that keeps objects and checks who asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.files.base import ContentFile

from yunhe.platform.files.errors import FilesAway
from yunhe.platform.files.s3 import BucketStorage

KEY, SECRET, REGION, PAGE = "key", "secret", "cn-1", 2


class Store(BaseHTTPRequestHandler):
    """Enough of S3: objects by path, a listing by folder in pages of two, signatures."""

    server: Any

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked += 1
        if self.server.faults:
            self.server.faults -= 1
            return self._answer(503, b"slow down")
        if not self._signed():
            return self._answer(403, b"<Code>SignatureDoesNotMatch</Code>")
        name = unquote(urlsplit(self.path).path).removeprefix("/bucket/")
        query = parse_qs(urlsplit(self.path).query)
        if self.command == "GET" and "delimiter" in query:
            return self._answer(200, self._listed(query))
        return self._object(name, body)

    def _object(self, name: str, body: bytes) -> None:
        if self.command == "PUT":
            self.server.objects[name] = body
            return self._answer(200)
        if self.command == "DELETE":
            self.server.objects.pop(name, None)
            return self._answer(204)
        if name not in self.server.objects:
            return self._answer(404, b"<Code>NoSuchKey</Code>")
        return self._answer(
            200, self.server.objects[name], Last_Modified=format_datetime(self.server.now, True)
        )

    def _signed(self) -> bool:
        """Whether the known key signed, for this region; the signature itself is the library's."""
        told = self.headers.get("authorization", "")
        return (
            told.startswith("AWS4-HMAC-SHA256 ") and f"Credential={KEY}/" in told and REGION in told
        )

    def _listed(self, query: dict[str, list[str]]) -> bytes:
        prefix = query["prefix"][0]
        start = int(query.get("marker", ["0"])[0])
        names = sorted(name for name in self.server.objects if name.startswith(prefix))
        keys = [name for name in names if "/" not in name.removeprefix(prefix)]
        folders = {
            prefix + name.removeprefix(prefix).split("/")[0] + "/"
            for name in set(names) - set(keys)
        }
        parts = [f"<Contents><Key>{key}</Key></Contents>" for key in keys]
        parts += [f"<CommonPrefixes><Prefix>{x}</Prefix></CommonPrefixes>" for x in sorted(folders)]
        page, rest = parts[start : start + PAGE], parts[start + PAGE :]
        more = f"<NextMarker>{start + PAGE}</NextMarker>" if rest else ""
        more += f"<IsTruncated>{str(bool(rest)).lower()}</IsTruncated>"
        space = "http://s3.amazonaws.com/doc/2006-03-01/"
        return (
            f'<ListBucketResult xmlns="{space}">{"".join(page)}{more}</ListBucketResult>'
        ).encode()

    do_GET = do_HEAD = do_PUT = do_DELETE = _handle  # noqa: N815  # names of http.server


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    server.objects, server.faults, server.asked = {}, 0, 0
    server.now = datetime(2026, 11, 30, 7, tzinfo=UTC)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def storage(store: Any) -> BucketStorage:
    endpoint = f"http://127.0.0.1:{store.server_address[1]}"
    return BucketStorage(bucket="bucket", endpoint=endpoint, region=REGION, prefix="files")


def test_a_file_goes_in_and_comes_out(store: Any, storage: BucketStorage) -> None:
    data = bytes(range(256)) * 20_000  # five megabytes: more than is held in memory
    assert not storage.exists("2026/11/30/照片 1.jpg")
    assert storage.save("2026/11/30/照片 1.jpg", ContentFile(data)) == "2026/11/30/照片 1.jpg"
    assert list(store.objects) == ["files/2026/11/30/照片 1.jpg"]
    with storage.open("2026/11/30/照片 1.jpg") as found:
        assert found.read() == data
    assert storage.size("2026/11/30/照片 1.jpg") == len(data)
    assert storage.get_modified_time("2026/11/30/照片 1.jpg") == store.now
    storage.delete("2026/11/30/照片 1.jpg")
    assert store.objects == {}


def test_folders_are_listed_over_all_pages(storage: BucketStorage) -> None:
    for name in ("a/1.txt", "a/2.txt", "a/3.txt", "a/b/4.txt", "a/c/5.txt", "6.txt"):
        storage.save(name, ContentFile(b"x"))
    assert storage.listdir("a") == (["b", "c"], ["1.txt", "2.txt", "3.txt"])
    assert storage.listdir("") == (["a"], ["6.txt"])
    assert [storage.exists(name) for name in ("6.txt", "a/9.txt")] == [True, False]
    assert storage.listdir("z") == ([], [])


def test_what_is_not_there_is_not_found(storage: BucketStorage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open("none.txt")
    with pytest.raises(FileNotFoundError):
        storage.size("none.txt")
    storage.delete("none.txt")


def test_a_store_that_stumbles_is_asked_again(store: Any, storage: BucketStorage) -> None:
    store.faults = 2
    storage.save("a.txt", ContentFile(b"again"))
    assert store.objects == {"files/a.txt": b"again"}
    store.faults = 3
    with pytest.raises(FilesAway):
        storage.open("a.txt")


def test_an_unknown_key_is_told(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "wrong")
    endpoint = f"http://127.0.0.1:{store.server_address[1]}"
    storage = BucketStorage(bucket="bucket", endpoint=endpoint, region=REGION)
    with pytest.raises(FilesAway) as told:
        storage.open("a.txt")
    assert "403" in told.value.reason


def test_a_store_that_is_away_is_told(store: Any, storage: BucketStorage) -> None:
    store.shutdown()
    store.server_close()
    with pytest.raises(FilesAway):
        storage.exists("a.txt")


def test_the_bucket_may_stand_in_the_host_name(store: Any) -> None:
    made = {
        "bucket": "yunhe",
        "endpoint": "https://oss.example",
        "region": REGION,
        "prefix": "files",
    }
    assert BucketStorage(**made).url("a").startswith("https://oss.example/yunhe/files/a?")
    virtual = BucketStorage(**made, style="virtual")
    assert virtual.url("a").startswith("https://yunhe.oss.example/files/a?")
