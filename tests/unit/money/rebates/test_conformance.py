"""The runner, and both folders of cases."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from yunhe.money.rebates.conformance import run, run_directory

ROOT = Path(__file__).parents[4]
OWN = ROOT / "conformance" / "rebates"
SHARED = ROOT.parent / "shared" / "conformance"


def test_own_cases_pass() -> None:
    results = run_directory(OWN)

    assert len(results) >= 40
    assert [result for result in results if not result.passed] == []


def test_every_own_case_shows_its_arithmetic() -> None:
    for path in OWN.glob("*.json"):
        case = json.loads(path.read_text())
        assert (case["name"], case["source"].startswith("hand: ")) == (path.stem, True)


@pytest.mark.skipif(not SHARED.exists(), reason=f"SHARED CASES NOT RUN: {SHARED} is absent")
def test_shared_cases_pass() -> None:
    results = run_directory(SHARED)

    assert len(results) >= 8
    assert [result for result in results if not result.passed] == []


@pytest.fixture
def case() -> dict[str, Any]:
    return json.loads((OWN / "cutoff-day-is-included.json").read_text())  # type: ignore[no-any-return]


def verdict(tmp_path: Path, text: str) -> tuple[str, tuple[str, ...]]:
    (tmp_path / "case.json").write_text(text)
    (result,) = run_directory(tmp_path)
    return result.verdict, result.differences


def test_a_wrong_answer_is_named(tmp_path: Path, case: dict[str, Any]) -> None:
    case["expect"][1]["due"] = "20.01"

    assert verdict(tmp_path, json.dumps(case)) == (
        "differs",
        ("2026-12-31 R1 A: due is 20, expected 20.01",),
    )


def test_missing_and_unexpected_lines_are_named(tmp_path: Path, case: dict[str, Any]) -> None:
    case["expect"][0]["program"] = "R9"

    assert verdict(tmp_path, json.dumps(case)) == (
        "differs",
        ("2026-06-30 R9 A: no such line is computed", "2026-06-30 R1 A: is not expected"),
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(extra=1), "document: unknown key 'extra'"),
        (lambda c: c.pop("facts"), "facts: is missing"),
        (lambda c: c.update(expect=[]), "expect: must list at least one line"),
        (lambda c: c["facts"][1].update(amount=2.5), "facts[1].amount: must be a string"),
        (lambda c: c["facts"][0].update(amount="1,000"), "facts[0].amount: not an exact decimal"),
        (lambda c: c["facts"][0].update(amount="NaN"), "facts[0].amount: not an exact decimal"),
        (lambda c: c["facts"][0].update(on="2026-02-30"), "facts[0].on: must be a date"),
        (lambda c: c["facts"][0].update(unit="case"), "product P1 has no unit 'case'"),
        (lambda c: c["programs"][0].update(colour="red"), "programs[0]: unknown key 'colour'"),
        (lambda c: c["programs"][0].update(currency="XYZ"), "programs[0]: unknown currency"),
        (lambda c: c["programs"][0].update(kind="per_unit"), "kind per_unit needs pay_on quantity"),
        (lambda c: c["programs"][0].update(net_of=["R0"]), "net_of R0 is not listed before it"),
        (lambda c: c["programs"][0]["tiers"].append({"from": "0", "rate": "1"}), "must ascend"),
        (lambda c: c["programs"][0].update(mode="marginal", tier_by="quantity"), "needs tier_by"),
        (
            lambda c: c["settlements"][0].update(kind="partial"),
            "settlements[0].kind: must be one of",
        ),
        (lambda c: c["programs"].append(c["programs"][0]), "program R1 is defined twice"),
    ],
)
def test_a_malformed_case_is_an_error_with_its_place(
    tmp_path: Path, case: dict[str, Any], change: Any, message: str
) -> None:
    change(case)

    found, (difference,) = verdict(tmp_path, json.dumps(case))

    assert found == "error"
    assert message in difference


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"name": "a", "name": "b"}', "[" * 100_000, "\udcff"]
)
def test_what_is_no_case_is_an_error_never_a_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / "case.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    (result,) = run_directory(tmp_path)

    assert result.verdict == "error"


def test_one_line_a_case_and_the_exit_code(tmp_path: Path, case: dict[str, Any]) -> None:
    (tmp_path / "nested").mkdir()
    (tmp_path / "nested" / "good.json").write_text(json.dumps(case))
    good, bad, nothing = io.StringIO(), io.StringIO(), io.StringIO()

    assert run(tmp_path, as_json=False, out=good) == 0
    (tmp_path / "bad.json").write_text("{}")
    assert run(tmp_path, as_json=True, out=bad) == 1
    assert run(tmp_path / "absent", as_json=False, out=nothing) == 1

    assert good.getvalue() == "passed   nested/good.json: 2 lines\n1 of 1 cases pass\n"
    assert json.loads(bad.getvalue())["passed"] == 1
    assert nothing.getvalue().startswith("no cases in ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: not JSON"),
        (b"[]", "document: must be an object"),
        (b"null", "document: must be an object"),
        (b"[" * 100_000, "document: nested too deeply"),
        (b'{"x": ' + b"9" * 10_000 + b"}", "document: holds a number that is too long"),
        (b'{"x": 1, "x": 2}', "x: is written twice"),
        (b"\xff\xfe{\x00", "document: not UTF-8 at byte 0"),
        (b"\xef\xbb\xbf{}", "programs: is missing"),
        (b'{"name": 1e999}', "name: must be a text"),
    ],
)
def test_a_malformed_case_is_one_line_and_the_others_still_run(
    tmp_path: Path, case: dict[str, Any], content: bytes, said: str
) -> None:
    (tmp_path / "a-bad.json").write_bytes(content)
    (tmp_path / "b-good.JSON").write_text(json.dumps(case))
    out = io.StringIO()

    assert run(tmp_path, as_json=False, out=out) == 1
    bad, good, summary = out.getvalue().splitlines()
    assert bad.startswith("error    a-bad.json: ")
    assert said in bad
    assert good.startswith("passed   b-good.JSON")
    assert summary == "1 of 2 cases pass"


def test_what_a_terminal_cannot_show_is_escaped(tmp_path: Path, case: dict[str, Any]) -> None:
    case["facts"][0]["\ud800\n"] = 1
    (tmp_path / "case.json").write_text(json.dumps(case))
    for as_json in (False, True):
        out = io.StringIO()
        assert run(tmp_path, as_json=as_json, out=out) == 1
        assert out.getvalue().encode("utf-8")
