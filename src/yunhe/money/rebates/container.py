"""The zip container of a statement bundle: deterministic bytes, strict reading.

Members are stored, not compressed, in a fixed order with fixed metadata. So the same content has
the same bytes on every machine, one changed byte maps to one place, and a reader can rebuild
the whole file and compare: nothing hides in headers, comments or gaps, and no member can inflate.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _

from yunhe.platform.values.errors import ValueRefused

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
MAX_BUNDLE_BYTES = 512 * 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)


class ContainerRefused(ValueRefused):
    """The bytes are not a container as written here; `member` names the nearest place."""

    code = "rebates.container_refused"

    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


@dataclass(frozen=True, slots=True)
class Stored:
    """A member's bytes and where they begin in the file."""

    offset: int
    content: bytes


def write_container(members: Mapping[str, bytes]) -> bytes:
    """The zip with these members in this order; equal input gives equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def read_container(data: bytes, order: tuple[str, ...]) -> dict[str, Stored]:
    """The members, which must be exactly `order`. Raises ContainerRefused at the first bad header.

    Names are compared, never used as paths; sizes are taken only within the file.
    """
    if len(data) > MAX_BUNDLE_BYTES:
        raise ContainerRefused(_("bundle"), _("larger than %s bytes") % MAX_BUNDLE_BYTES)
    found: dict[str, Stored] = {}
    position = 0
    for expected in order:
        stored = _read_member(data, position, expected)
        found[expected] = stored
        position = stored.offset + len(stored.content)
    if data[position : position + 4] != CENTRAL_SIGNATURE:
        extra = data[position : position + 4] == LOCAL_SIGNATURE
        reason = _("an extra member follows %s") if extra else _("the directory does not follow %s")
        raise ContainerRefused(_("zip directory"), reason % order[-1])
    return found


def check_rebuilt(data: bytes, members: Mapping[str, Stored]) -> None:
    """Every byte of the file is what writing the members again gives. Raises ContainerRefused."""
    rebuilt = write_container({name: stored.content for name, stored in members.items()})
    if rebuilt == data:
        return
    shared = min(len(rebuilt), len(data))
    at = next((i for i in range(shared) if rebuilt[i] != data[i]), shared)
    for name, stored in members.items():
        if at < stored.offset + len(stored.content):
            raise ContainerRefused(name, _("byte %s of its zip header was changed") % at)
    raise ContainerRefused(_("zip directory"), _("byte %s of the zip directory was changed") % at)


def _read_member(data: bytes, position: int, expected: str) -> Stored:
    if position + LOCAL_HEADER.size > len(data):
        raise ContainerRefused(expected, _("the file ends before this member"))
    fields = LOCAL_HEADER.unpack_from(data, position)
    signature, _version, flags, method, *_between, packed, size, name_length, extra_length = fields
    start = position + LOCAL_HEADER.size
    name = data[start : start + name_length]
    offset = start + name_length + extra_length
    if signature != LOCAL_SIGNATURE:
        raise ContainerRefused(expected, _("is missing, or its zip header was changed"))
    if name != expected.encode():
        shown = name[:80].decode("utf-8", "replace")
        raise ContainerRefused(expected, _("expected here, found %r") % shown)
    if flags or method or extra_length or packed != size:
        raise ContainerRefused(
            expected, _("its zip header was changed (members are stored plainly)")
        )
    if offset + size > len(data):
        raise ContainerRefused(expected, _("its size in the zip header exceeds the file"))
    return Stored(offset, data[offset : offset + size])
