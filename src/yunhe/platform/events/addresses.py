"""Which addresses a webhook may call: public ones, resolved once and then connected to as resolved.

Resolving and connecting separately would let a name answer with a public address first and with a
private one afterwards (DNS rebinding); the connection is therefore pinned to the checked address.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from yunhe.platform.events.errors import UnsafeAddress

TIMEOUT_S = 15
TEST_TIMEOUT_S = 5
"""For a test event: somebody waits for the answer."""
ANSWER_LENGTH = 1000


@dataclass(frozen=True)
class Target:
    """A checked address: scheme, host name, port, path with query, and the address to connect to."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def private_networks_allowed() -> bool:
    """Whether webhooks may call our own network (`WEBHOOKS_ALLOW_PRIVATE`, for tests and intranets)."""
    return bool(getattr(settings, "WEBHOOKS_ALLOW_PRIVATE", False))


def check_address(url: str) -> Target:
    """Resolve the URL and refuse one that leads inside. Raises UnsafeAddress."""
    target = _parse(url)
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UnsafeAddress(
            _("The host %(host)s cannot be found.") % {"host": target.host}, field="url"
        ) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not private_networks_allowed() and not all(_is_public(address) for address in addresses):
        raise UnsafeAddress(
            _("The address leads into a private network, which webhooks may not call."), field="url"
        )
    return Target(target.scheme, target.host, target.port, target.path, addresses[0])


def post(
    target: Target, body: bytes, headers: dict[str, str], *, within: float = TIMEOUT_S
) -> tuple[int, str]:
    """POST to the checked address without following redirects; (status, beginning of the answer).

    Given up after `within` seconds in all, so that a receiver which answers byte by byte holds nobody.
    """
    kind = _PinnedTls if target.scheme == "https" else _Pinned
    connection = kind(target.host, target.port, timeout=within)
    connection.address = target.address
    watch = threading.Timer(within, connection.hang_up)
    watch.start()
    try:
        connection.request("POST", target.path, body, headers)
        answer = connection.getresponse()
        text = answer.read(ANSWER_LENGTH).decode("utf-8", "replace").replace("\x00", "")
        return answer.status, text
    finally:
        watch.cancel()
        connection.close()


class _HangsUp:
    """A connection that another thread may end."""

    sock: socket.socket | None

    def hang_up(self) -> None:
        if self.sock is not None:
            with suppress(OSError):  # the other side was faster
                self.sock.shutdown(socket.SHUT_RDWR)


class _Pinned(_HangsUp, http.client.HTTPConnection):
    address = ""

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedTls(_HangsUp, http.client.HTTPSConnection):
    address = ""

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def _parse(url: str) -> Target:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise UnsafeAddress(_("This is not a web address."), field="url") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnsafeAddress(_("The address must begin with https:// or http://."), field="url")
    if parts.username or parts.password:
        raise UnsafeAddress(_("The address may not carry a user name."), field="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path, "")


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
