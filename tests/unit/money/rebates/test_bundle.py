"""A statement bundle is recomputed alone; one changed byte anywhere is found and named."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yunhe.money.rebates.bundle import (
    CONTENT,
    MANIFEST,
    MEMBERS,
    SIGNATURE,
    Payment,
    Statement,
    key_id,
    manifest_bytes,
    signature_bytes,
    write_bundle,
)
from yunhe.money.rebates.compute.program import (
    Condition,
    Fact,
    Mode,
    PayOn,
    Program,
    Settlement,
    SettlementKind,
    Tier,
    TierBy,
)
from yunhe.money.rebates.container import read_container, write_container
from yunhe.money.rebates.report import VerifyReport
from yunhe.money.rebates.verify import read_public_key, verify_bundle
from yunhe.platform.values import InvalidValue, Period, UnitTable

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))

PROGRAM = Program(
    id="R1",
    currency="CNY",
    valid=Period.year(2026),
    pay_on=PayOn.AMOUNT,
    tier_by=TierBy.AMOUNT,
    mode=Mode.RETROSPECTIVE,
    tiers=(Tier(Decimal(5000), Decimal("0.02")), Tier(Decimal(20000), Decimal("0.04"))),
    partners=frozenset({"D1", "D2"}),
    baseline={"D1": Decimal(100), "D2": Decimal(777)},
    conditions={"D1": (Condition("read", True),), "D2": (Condition("secret", False),)},
)
STATEMENT = Statement(
    programs=(PROGRAM,),
    settlement=Settlement(date(2026, 12, 31), SettlementKind.FINAL),
    partners=("D1",),
    facts=(
        Fact("D1", "P1", date(2026, 11, 9), Decimal(2), Decimal(4000), unit="case", reference="b"),
        Fact("D1", "P1", date(2026, 10, 12), Decimal(1), Decimal(3000), reference="a"),
        Fact("D1", "P2", date(2026, 12, 20), Decimal(5), Decimal(20000), reference="c"),
    ),
    paid=(Payment("R1", "D1", "2026-11-30", "S-1", Decimal(140)),),
    units=UnitTable({"P1": {"case": Decimal(24)}, "P9": {"case": Decimal(6)}}),
    policy_text="Volume rebate\n5,000: 2 %\n20,000: 4 %\n",
    about={"number": "S-2", "partner_name": "河畔商贸"},
)


@pytest.fixture
def bundle() -> bytes:
    return write_bundle(STATEMENT, key=KEY)


def verify(tmp_path: Path, data: bytes, key: Ed25519PrivateKey | None = KEY) -> VerifyReport:
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    return verify_bundle(path, public_key=None if key is None else key.public_key())


def rewritten(bundle: bytes, changes: dict[str, bytes], key: Ed25519PrivateKey | None) -> bytes:
    """The bundle with other members and a fitting manifest; signed only when a key is given."""
    members = {name: part.content for name, part in read_container(bundle, MEMBERS).items()}
    content = {name: changes.get(name, members[name]) for name in CONTENT}
    signature, signer = members[SIGNATURE], KEY if key is None else key
    manifest = manifest_bytes(content, key_id(signer.public_key()))
    if key is not None:
        signature = signature_bytes(key.public_key(), key.sign(manifest))
    return write_container({MANIFEST: manifest, SIGNATURE: signature} | content)


def member(bundle: bytes, name: str) -> bytes:
    return read_container(bundle, MEMBERS)[name].content


def test_a_sound_bundle_verifies_and_shows_940(bundle: bytes, tmp_path: Path) -> None:
    # 3,000 + 4,000 + 20,000 = 27,000 x 4 % = 1,080; less 140 paid is 940.
    report = verify(tmp_path, bundle)

    assert report.ok
    assert (report.lines, report.facts, report.trusted) == (1, 3, True)
    assert report.about == {"number": "S-2", "partner_name": "河畔商贸"}
    assert json.loads(member(bundle, "result.jsonl")) == {
        "settlement": "2026-12-31",
        "kind": "final",
        "program": "R1",
        "partner": "D1",
        "currency": "CNY",
        "base": "27000",
        "earned": "1080.00",
        "paid_before": "140.00",
        "due": "940.00",
    }


def test_equal_input_gives_equal_bytes_in_any_order_of_facts(bundle: bytes) -> None:
    turned = replace(STATEMENT, facts=tuple(reversed(STATEMENT.facts)))

    assert write_bundle(turned, key=KEY) == bundle


def test_any_zip_reader_opens_it(bundle: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        assert tuple(archive.namelist()) == MEMBERS


def test_it_says_nothing_about_other_partners(bundle: bytes) -> None:
    assert b"D2" not in bundle
    assert b"777" not in member(bundle, "programs.jsonl")
    assert b"P9" not in bundle


def test_rows_of_other_partners_are_refused() -> None:
    foreign = replace(STATEMENT, facts=(Fact("D2", "P1", date(2026, 1, 1)),))

    with pytest.raises(InvalidValue, match="D2"):
        write_bundle(foreign, key=KEY)


@pytest.mark.parametrize("name", CONTENT)
def test_a_changed_byte_in_every_line_is_named(bundle: bytes, tmp_path: Path, name: str) -> None:
    part = read_container(bundle, MEMBERS)[name]
    start = part.offset
    for number, line in enumerate(part.content.splitlines(keepends=True), start=1):
        for at in {start, start + len(line) // 2, start + len(line) - 2}:
            report = verify(tmp_path, changed(bundle, at))
            assert report.first is not None
            assert (report.first.member, report.first.line) == (name, number)
        start += len(line)


def test_a_changed_byte_in_manifest_or_signature_is_named_with_its_line(
    bundle: bytes, tmp_path: Path
) -> None:
    for name in (MANIFEST, SIGNATURE):
        part = read_container(bundle, MEMBERS)[name]
        for offset in range(0, len(part.content), 3):
            if part.content[offset] == 10:  # a lost line end joins two lines
                continue
            report = verify(tmp_path, changed(bundle, part.offset + offset))
            assert report.first is not None
            number = part.content[:offset].count(b"\n") + 1
            assert (offset, report.first.member, report.first.line) == (offset, name, number)


def test_a_changed_byte_anywhere_is_found(bundle: bytes, tmp_path: Path) -> None:
    missed = [
        at for at in range(0, len(bundle), 5) if verify(tmp_path, changed(bundle, at), None).ok
    ]

    assert missed == []


def test_a_cut_or_longer_file_is_found(bundle: bytes, tmp_path: Path) -> None:
    for data in (b"", bundle[:10], bundle[:-1], bundle + b"\n", b"\n" + bundle):
        assert not verify(tmp_path, data).ok


def test_a_changed_fact_with_fitting_hashes_names_result_and_signature(
    bundle: bytes, tmp_path: Path
) -> None:
    facts = member(bundle, "facts.jsonl").replace(b'"20000"', b'"30000"')

    report = verify(tmp_path, rewritten(bundle, {"facts.jsonl": facts}, None))

    # 37,000 x 4 % = 1,480; the stated base is 27,000.
    assert [(p.member, p.line, p.code) for p in report.problems] == [
        ("result.jsonl", 1, "recomputed"),
        ("trace.jsonl", 1, "recomputed"),
        (SIGNATURE, 4, "signature"),
    ]
    assert report.first is not None
    assert "R1 D1: base is stated as '27000', the inputs give '37000'" in report.first.message


def test_a_changed_result_signed_again_by_us_is_still_recomputed(
    bundle: bytes, tmp_path: Path
) -> None:
    result = member(bundle, "result.jsonl").replace(b'"940.00"', b'"900.00"')

    report = verify(tmp_path, rewritten(bundle, {"result.jsonl": result}, KEY))

    assert [str(problem) for problem in report.problems] == [
        "result.jsonl, line 1: R1 D1: due is stated as '900.00', the inputs give '940.00'"
    ]


def test_another_signer_is_found_only_with_a_trusted_key(bundle: bytes, tmp_path: Path) -> None:
    forged = rewritten(bundle, {}, OTHER_KEY)

    assert verify(tmp_path, forged, None).trusted is None
    assert verify(tmp_path, forged, None).ok
    report = verify(tmp_path, forged, KEY)
    assert (report.trusted, [p.code for p in report.problems]) == (False, ["key"])


def test_missing_extra_doubled_and_hostile_members_are_refused(
    bundle: bytes, tmp_path: Path
) -> None:
    members = {name: part.content for name, part in read_container(bundle, MEMBERS).items()}
    without = {name: data for name, data in members.items() if name != "paid.jsonl"}
    hostile = {"../evil" if name == "paid.jsonl" else name: d for name, d in members.items()}
    extra = members | {"extra.txt": b"x"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)

    found = [
        verify(tmp_path, data).problems[0].member
        for data in (
            write_container(without),
            write_container(hostile),
            write_container(extra),
            packed.getvalue(),
        )
    ]

    assert found == ["paid.jsonl", "paid.jsonl", "zip directory", MANIFEST]


def test_reports_for_people_and_for_programs(bundle: bytes, tmp_path: Path) -> None:
    offset = read_container(bundle, MEMBERS)["facts.jsonl"].offset

    sound = verify(tmp_path, bundle, None)
    broken = verify(tmp_path, changed(bundle, offset))

    assert sound.as_text() == (
        "sound: 1 lines recomputed from 3 facts, signed by key "
        f"{key_id(KEY.public_key())} (compare it yourself)"
    )
    assert broken.as_text().startswith("differs: facts.jsonl, line 1: was changed")
    assert broken.as_dict()["first"]["line"] == 1
    assert verify_bundle(tmp_path / "absent.zip").first is not None


def test_keys_are_read_from_pem_base64_and_raw_bytes(bundle: bytes, tmp_path: Path) -> None:
    public = KEY.public_key()
    raw = public.public_bytes_raw()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle)

    assert all(
        read_public_key(data) == public for data in (raw, pem, base64.b64encode(raw) + b"\n")
    )
    assert verify_bundle(path, public_key=pem).trusted is True
    assert verify_bundle(path, public_key=b"not a key").as_text() == (
        "differs: given key: not an Ed25519 public key (PEM, base64 or 32 raw bytes)"
    )


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
