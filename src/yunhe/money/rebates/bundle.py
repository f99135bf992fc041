"""Write a statement bundle: everything a partner needs to recompute a settlement alone.

Members, in this order (docs/algorithms/rebates.md has the form of each):

    manifest.json    format, key id, and for every member its size, SHA-256 and one digest a line
    signature.json   Ed25519 over the bytes of manifest.json, with the public key
    statement.json   who, when, for whom: free facts about the statement
    policy.txt       the policies as people read them
    programs.jsonl   the same as rules, without what they say about other partners
    inputs.json      settlement, partners, units
    facts.jsonl      every fact handed to the kernel, exact decimals, sorted
    paid.jsonl       the dues of earlier settlements
    result.jsonl     one line per program and partner
    trace.jsonl      the steps of each result line
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yunhe.money.rebates.compute.documents import (
    read_program,
    restrict_program,
    write_fact,
    write_program,
    write_settlement,
    write_units,
)
from yunhe.money.rebates.compute.program import Fact, Program, Settlement
from yunhe.money.rebates.compute.settling import LineKey, compute_settlement
from yunhe.money.rebates.compute.trace import Line, trace_json
from yunhe.money.rebates.container import write_container
from yunhe.platform.values.errors import InvalidValue
from yunhe.platform.values.exact import exact_sum, to_text
from yunhe.platform.values.quantity import UnitTable

FORMAT = "yunhe-rebate-statement/1"
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
CONTENT = (
    "statement.json",
    "policy.txt",
    "programs.jsonl",
    "inputs.json",
    "facts.jsonl",
    "paid.jsonl",
    "result.jsonl",
    "trace.jsonl",
)
MEMBERS = (MANIFEST, SIGNATURE, *CONTENT)


@dataclass(frozen=True, slots=True)
class Payment:
    """The due of one line of an earlier settlement; `statement` names where it was stated."""

    program: str
    partner: str
    settlement: str
    statement: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What goes into a bundle. `about` is shown to people and not computed with: texts by name.

    `partners` get a line each per program that includes them; facts and payments of anyone else are
    refused, and programs are stripped of what they say about anyone else.
    """

    programs: tuple[Program, ...]
    settlement: Settlement
    partners: tuple[str, ...]
    facts: tuple[Fact, ...]
    paid: tuple[Payment, ...] = ()
    units: UnitTable = field(default_factory=UnitTable)
    policy_text: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


def write_bundle(statement: Statement, *, key: Ed25519PrivateKey) -> bytes:
    """The signed bundle. Equal input gives equal bytes. Raises ValueRefused for foreign rows."""
    content = _content(statement)
    public = key.public_key()
    manifest = manifest_bytes(content, key_id(public))
    signature = signature_bytes(public, key.sign(manifest))
    return write_container({MANIFEST: manifest, SIGNATURE: signature} | content)


def compute_statement(statement: Statement) -> tuple[Line, ...]:
    """The lines of a statement, by the kernel."""
    return compute_settlement(
        statement.programs,
        statement.facts,
        statement.settlement,
        units=statement.units,
        paid_before=sum_paid(statement.paid),
        partners=statement.partners,
    )


def sum_paid(payments: Iterable[Payment]) -> dict[LineKey, Decimal]:
    """Σ paid before, by (program, partner)."""
    paid: dict[LineKey, Decimal] = {}
    for payment in payments:
        key = (payment.program, payment.partner)
        paid[key] = exact_sum((paid.get(key, Decimal(0)), payment.amount))
    return paid


def key_id(public: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def manifest_bytes(content: Mapping[str, bytes], signer: str) -> bytes:
    """The manifest follows from the members and the key alone, so a reader can derive it again.

    `lines` holds the first 16 hex digits of each line's SHA-256: enough to name a changed line,
    while the full `sha256` of the member is what proves it.
    """
    members = [
        {
            "name": name,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "lines": [line_digest(line) for line in data.splitlines(keepends=True)],
        }
        for name, data in content.items()
    ]
    document = {"format": FORMAT, "key_id": signer, "members": members}
    return _pretty(document)


def line_digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()[:16]


def signature_bytes(public: Ed25519PublicKey, signature: bytes) -> bytes:
    shown = {
        "algorithm": "Ed25519",
        "public_key": base64.b64encode(public.public_bytes_raw()).decode(),
        "signature": base64.b64encode(signature).decode(),
    }
    return _pretty(shown)


def canonical_line(value: Any) -> bytes:
    """One JSON value on one line: sorted keys, no blanks, UTF-8."""
    return (
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        + b"\n"
    )


def result_members(lines: Iterable[Line]) -> dict[str, bytes]:
    """`result.jsonl` and `trace.jsonl` of these lines, line for line."""
    shown = list(lines)
    return {
        "result.jsonl": b"".join(canonical_line(line.as_json(trace=False)) for line in shown),
        "trace.jsonl": b"".join(
            canonical_line(
                {"program": line.program, "partner": line.partner, "trace": trace_json(line.trace)}
            )
            for line in shown
        ),
    }


def write_payment(payment: Payment) -> dict[str, str]:
    return {
        "program": payment.program,
        "partner": payment.partner,
        "settlement": payment.settlement,
        "statement": payment.statement,
        "amount": to_text(payment.amount),
    }


def _content(statement: Statement) -> dict[str, bytes]:
    partners = frozenset(statement.partners)
    named = {fact.partner for fact in statement.facts} | {paid.partner for paid in statement.paid}
    foreign = named - partners
    if foreign:
        raise InvalidValue(f"rows of {min(foreign)} do not belong into this statement")
    written = [restrict_program(write_program(p), partners) for p in statement.programs]
    restricted = tuple(read_program(program) for program in written)
    lines = compute_statement(_with_programs(statement, restricted))
    inputs = {
        "settlement": write_settlement(statement.settlement),
        "partners": sorted(partners),
        "units": write_units(_used_units(statement)),
    }
    text = statement.policy_text
    content = {
        "statement.json": _pretty(dict(statement.about)),
        "policy.txt": (text if text.endswith("\n") or not text else text + "\n").encode(),
        "programs.jsonl": b"".join(map(canonical_line, written)),
        "inputs.json": _pretty(inputs),
        "facts.jsonl": b"".join(sorted(canonical_line(write_fact(f)) for f in statement.facts)),
        "paid.jsonl": b"".join(sorted(canonical_line(write_payment(p)) for p in statement.paid)),
    }
    return content | result_members(lines)


def _with_programs(statement: Statement, programs: tuple[Program, ...]) -> Statement:
    return Statement(
        programs=programs,
        settlement=statement.settlement,
        partners=statement.partners,
        facts=statement.facts,
        paid=statement.paid,
        units=statement.units,
    )


def _used_units(statement: Statement) -> UnitTable:
    """The packs of the products that occur; a statement does not carry the whole catalogue."""
    products = {fact.product for fact in statement.facts}
    factors = statement.units.factors
    return UnitTable({p: factors[p] for p in sorted(products & set(factors))})


def _pretty(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
