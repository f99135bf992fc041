"""Verify a statement bundle alone: no database, no network, no Django.

Checks, in this order: the zip container, every member against its digests, the manifest, the
signature, and every result line and trace by computing it again. The report names the first
line that differs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Any, TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from yunhe.money.rebates.bundle import (
    CONTENT,
    MANIFEST,
    MEMBERS,
    SIGNATURE,
    Payment,
    Statement,
    compute_statement,
    key_id,
    line_digest,
    manifest_bytes,
    result_members,
    signature_bytes,
)
from yunhe.money.rebates.compute.documents import (
    Reader,
    as_list,
    as_number,
    as_text,
    check_unique_keys,
    read_fact,
    read_program,
    read_settlement,
    read_units,
)
from yunhe.money.rebates.container import (
    MAX_BUNDLE_BYTES,
    ContainerRefused,
    Stored,
    check_rebuilt,
    read_container,
)
from yunhe.money.rebates.report import Problem, VerifyReport
from yunhe.platform.values.errors import ValueRefused

Part = TypeVar("Part")

_SIGNATURE_FORM = (
    rb"\{",
    rb' "algorithm": "Ed25519",',
    rb' "public_key": "([A-Za-z0-9+/]{43}=)",',
    rb' "signature": "([A-Za-z0-9+/]{86}==)"',
    rb"\}",
    b"",
)


def verify_bundle(
    path: Path, *, public_key: Ed25519PublicKey | bytes | None = None
) -> VerifyReport:
    """Read and recompute the bundle at `path`. Never raises for what the file or the key holds.

    Args:
        public_key: whom the reader trusts, as a key or as the bytes of a key file: PEM, base64 or
            32 raw bytes. Without it a sound bundle shows its key id, to compare by eye.
    """
    try:
        trusted = read_public_key(public_key) if isinstance(public_key, bytes) else public_key
    except ValueRefused as error:
        return VerifyReport((Problem(_("given key"), None, "key", str(error)),))
    try:
        if path.stat().st_size > MAX_BUNDLE_BYTES:
            raise ContainerRefused(_("bundle"), _("larger than %s bytes") % MAX_BUNDLE_BYTES)
        data = path.read_bytes()
        members = read_container(data, MEMBERS)
    except OSError as error:
        return VerifyReport((Problem(_("bundle"), None, "unreadable", str(error)),))
    except ContainerRefused as error:
        return VerifyReport((Problem(error.member, None, "container", str(error)),))
    return _verify(data, members, trusted)


def read_public_key(data: bytes) -> Ed25519PublicKey:
    """An Ed25519 public key from PEM, base64 or 32 raw bytes. Raises ValueRefused."""
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            key = load_pem_public_key(data)
            if isinstance(key, Ed25519PublicKey):
                return key
        elif len(data) == 32:
            return Ed25519PublicKey.from_public_bytes(data)
        else:
            return Ed25519PublicKey.from_public_bytes(base64.b64decode(data.strip(), validate=True))
    except (ValueError, UnsupportedAlgorithm):
        pass
    raise ValueRefused(_("not an Ed25519 public key (PEM, base64 or 32 raw bytes)"))


def _verify(
    data: bytes, members: dict[str, Stored], trusted: Ed25519PublicKey | None
) -> VerifyReport:
    content = {name: members[name].content for name in CONTENT}
    manifest, signature = members[MANIFEST].content, members[SIGNATURE].content
    signed = _read_signature(signature)
    public = None if isinstance(signed, Problem) else signed[0]
    problems = _check_members(manifest, content)
    if isinstance(signed, Problem):
        problems.append(signed)
    else:
        problems += _check_manifest(manifest, content, signed, signature)
    recomputed, statement = _recompute(content)
    problems += recomputed
    if not isinstance(signed, Problem):
        problems += _check_signature(manifest, signature, signed, trusted)
    try:
        check_rebuilt(data, members)
    except ContainerRefused as error:
        problems.append(Problem(error.member, None, "container", str(error)))
    return VerifyReport(
        problems=tuple(problems),
        lines=content["result.jsonl"].count(b"\n"),
        facts=0 if statement is None else len(statement.facts),
        key_id="" if public is None else key_id(public),
        trusted=_same_key(public, trusted),
        about={} if statement is None else dict(statement.about),
    )


def _read_signature(data: bytes) -> tuple[Ed25519PublicKey, bytes] | Problem:
    """The public key and the signature; else the first line that is not in the written form."""
    lines = data.split(b"\n")
    matches = [re.fullmatch(form, line) for form, line in zip(_SIGNATURE_FORM, lines, strict=False)]
    if None in matches or len(lines) != len(_SIGNATURE_FORM):
        at = matches.index(None) if None in matches else len(matches)
        return Problem(SIGNATURE, at + 1, "signature", _("is not in the written form"))
    raw, value = (base64.b64decode(matches[at][1]) for at in (2, 3))  # type: ignore[index]
    public = Ed25519PublicKey.from_public_bytes(raw)
    line = first_different_line(data, signature_bytes(public, value))
    if line is not None:
        return Problem(SIGNATURE, line, "signature", _("is not in the written form"))
    return public, value


def _check_members(manifest: bytes, content: dict[str, bytes]) -> list[Problem]:
    """The first line of each member that does not match its digest in the manifest.

    A member was changed when both its SHA-256 and a line digest differ; when only one of them does,
    the manifest was changed instead.
    """
    try:
        listed = {part["name"]: part for part in _parse(manifest)["members"]}
    except (ValueRefused, KeyError, TypeError):
        return []
    problems = []
    for name, data in content.items():
        expected = listed.get(name, {})
        digests = expected.get("lines")
        found = [line_digest(line) for line in data.splitlines(keepends=True)]
        same = expected.get("sha256") == hashlib.sha256(data).hexdigest()
        if same or not isinstance(digests, list) or found == digests:
            continue
        shared = min(len(found), len(digests))
        at = next((i for i in range(shared) if found[i] != digests[i]), shared)
        problems.append(Problem(name, at + 1, "changed", _("was changed after it was written")))
    return problems


def _check_manifest(
    manifest: bytes,
    content: dict[str, bytes],
    signed: tuple[Ed25519PublicKey, bytes],
    signature: bytes,
) -> list[Problem]:
    """The manifest follows from members and key, so the line that does not follow was changed.

    When only the key id does not follow, the public key was changed, unless the signature fits
    what the manifest should be.
    """
    public, value = signed
    derived = manifest_bytes(content, key_id(public))
    line = first_different_line(manifest, derived)
    if line is None:
        return []
    pairs = zip(manifest.splitlines(), derived.splitlines(), strict=False)
    differing = [right for left, right in pairs if left != right]
    only_key = len(differing) == 1 and differing[0].lstrip().startswith(b'"key_id"')
    if only_key and not _signs(public, value, derived):
        at = _line_of(signature, "public_key")
        return [Problem(SIGNATURE, at, "key", _("the public key is not the one of %s") % MANIFEST)]
    return [Problem(MANIFEST, line, "manifest", _("does not follow from the members and the key"))]


def _check_signature(
    manifest: bytes,
    signature: bytes,
    signed: tuple[Ed25519PublicKey, bytes],
    trusted: Ed25519PublicKey | None,
) -> list[Problem]:
    public, value = signed
    problems = []
    if _same_key(public, trusted) is False:
        message = _("signed by key %s, which is not the given key") % key_id(public)
        problems.append(Problem(SIGNATURE, _line_of(signature, "public_key"), "key", message))
    if not _signs(public, value, manifest):
        at = _line_of(signature, "signature")
        message = _("does not sign %s: the statement was changed or forged") % MANIFEST
        problems.append(Problem(SIGNATURE, at, "signature", message))
    return problems


def _signs(public: Ed25519PublicKey, value: bytes, manifest: bytes) -> bool:
    try:
        public.verify(value, manifest)
    except InvalidSignature:
        return False
    return True


def _recompute(content: dict[str, bytes]) -> tuple[list[Problem], Statement | None]:
    """Every result line and its trace, computed again from the bundle's own inputs."""
    try:
        statement = _read_statement(content)
        expected = result_members(compute_statement(statement))
    except _Malformed as error:
        return [Problem(error.member, error.line, "malformed", str(error))], None
    except ValueRefused as error:
        return [Problem("inputs.json", None, "refused", str(error))], None
    problems = []
    for name, computed in expected.items():
        line = first_different_line(content[name], computed)
        if line is not None:
            message = _difference(content[name], computed, line)
            problems.append(Problem(name, line, "recomputed", message))
    return problems, statement


def _difference(stated: bytes, computed: bytes, line: int) -> str:
    """What is stated and what comes out, of the first line that differs."""
    shown = [
        lines[line - 1] if line <= len(lines) else b""
        for lines in (stated.splitlines(), computed.splitlines())
    ]
    try:
        left, right = (json.loads(text) for text in shown)
        keys = [key for key in right if left.get(key) != right[key]]
    except (ValueError, AttributeError, TypeError):
        keys = []
    if not keys or not right.get("program"):
        return _("is not what the inputs give")
    key = keys[0]
    where = f"{right['program']} {right['partner']}"
    if key == "trace":
        return _("%s: the steps are not what the inputs give") % where
    shown_as = {"where": where, "key": key, "stated": left.get(key), "computed": right[key]}
    return _("%(where)s: %(key)s is stated as %(stated)r, the inputs give %(computed)r") % shown_as


class _Malformed(ValueRefused):
    def __init__(self, member: str, line: int | None, message: str) -> None:
        super().__init__(message)
        self.member = member
        self.line = line


def _read_statement(content: dict[str, bytes]) -> Statement:
    inputs = _in_member("inputs.json", None, lambda: Reader(_parse(content["inputs.json"]), ""))
    about = _in_member("statement.json", None, lambda: _parse(content["statement.json"]))
    return Statement(
        programs=tuple(_rows(content, "programs.jsonl", read_program)),
        settlement=_in_member(
            "inputs.json", None, lambda: inputs.read("settlement", read_settlement)
        ),
        partners=tuple(
            _in_member("inputs.json", None, lambda: inputs.read("partners", as_list(as_text)))
        ),
        facts=tuple(
            _rows(content, "facts.jsonl", lambda v, at: read_fact(v, at, with_reference=True))
        ),
        paid=tuple(_rows(content, "paid.jsonl", _read_payment)),
        units=_in_member("inputs.json", None, lambda: inputs.read("units", read_units)),
        about=about if isinstance(about, dict) else {},
    )


def _read_payment(value: Any, place: str) -> Payment:
    source = Reader(value, place)
    payment = Payment(
        program=source.read("program", as_text),
        partner=source.read("partner", as_text),
        settlement=source.read("settlement", as_text),
        statement=source.read_or("statement", "", lambda text, _: str(text)),
        amount=source.read("amount", as_number),
    )
    source.finish()
    return payment


def _rows(
    content: dict[str, bytes], member: str, read: Callable[[Any, str], Part]
) -> Iterator[Part]:
    for number, line in enumerate(content[member].splitlines(), start=1):
        yield _in_member(member, number, partial(_read_line, line, read))


def _read_line(line: bytes, read: Callable[[Any, str], Part]) -> Part:
    return read(_parse(line), "")


def _in_member(member: str, line: int | None, read: Callable[[], Part]) -> Part:
    try:
        return read()
    except ValueRefused as error:
        raise _Malformed(member, line, _("cannot be read: %s") % error) from error


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=check_unique_keys)
    except (ValueError, RecursionError) as error:
        if isinstance(error, ValueRefused):
            raise
        raise ValueRefused(_("not JSON")) from None


def first_different_line(left: bytes, right: bytes) -> int | None:
    """The number, from 1, of the first line that differs; None when equal."""
    if left == right:
        return None
    ours, theirs = left.splitlines(keepends=True), right.splitlines(keepends=True)
    shared = min(len(ours), len(theirs))
    return next((i for i in range(shared) if ours[i] != theirs[i]), shared) + 1


def _line_of(data: bytes, key: str) -> int | None:
    quoted = f'"{key}"'.encode()
    lines = data.splitlines()
    return next((at for at, line in enumerate(lines, start=1) if quoted in line), None)


def _same_key(public: Ed25519PublicKey | None, trusted: Ed25519PublicKey | None) -> bool | None:
    if trusted is None:
        return None
    return public is not None and public.public_bytes_raw() == trusted.public_bytes_raw()
