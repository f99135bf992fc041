"""Run a folder of rebate conformance cases: one line a case, exit 1 when any differs.

The form of a case and every definition: conformance/README.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from gettext import gettext as _
from pathlib import Path
from typing import Any, TextIO

from yunhe.money.rebates.compute.documents import (
    DocumentRefused,
    Reader,
    as_date,
    as_list,
    as_number,
    as_text,
    check_unique_keys,
    read_fact,
    read_program,
    read_settlement,
    read_units,
)
from yunhe.money.rebates.compute.program import Fact, Program, Settlement
from yunhe.money.rebates.compute.settling import compute_settlements
from yunhe.money.rebates.compute.trace import Line
from yunhe.platform.values.errors import ValueRefused
from yunhe.platform.values.exact import to_text
from yunhe.platform.values.quantity import UnitTable

NUMBERS = ("base", "earned", "paid_before", "due")
MAX_BYTES = 64 * 1024 * 1024
LineKey = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """One published line; `numbers` by name."""

    key: LineKey
    numbers: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    source: str
    programs: tuple[Program, ...]
    facts: tuple[Fact, ...]
    settlements: tuple[Settlement, ...]
    units: UnitTable
    expect: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """`verdict`: "passed", "differs" or "error"; `differences`: one sentence each."""

    file: str
    name: str
    verdict: str
    lines: int
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.verdict == "passed"

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "name": self.name,
            "verdict": self.verdict,
            "lines": self.lines,
            "differences": list(self.differences),
        }


def read_case(text: str) -> Case:
    """A case from its JSON text. Raises DocumentRefused with the place of the first mistake."""
    try:
        document = json.loads(text, object_pairs_hook=check_unique_keys)
    except json.JSONDecodeError as error:
        raise DocumentRefused(
            _("line %(line)s: not JSON: %(why)s") % {"line": error.lineno, "why": error.msg}
        ) from None
    except ValueRefused:
        raise
    except ValueError:  # Python refuses to read an integer of thousands of digits
        raise DocumentRefused("document: holds a number that is too long") from None
    except RecursionError:
        raise DocumentRefused("document: nested too deeply") from None
    source = Reader(document, "")
    case = Case(
        name=source.read_or("name", "", as_text),
        source=source.read_or("source", "", as_text),
        programs=tuple(source.read("programs", as_list(read_program))),
        facts=tuple(source.read("facts", as_list(read_fact))),
        settlements=tuple(source.read("settlements", as_list(read_settlement))),
        units=source.read_or("units", UnitTable(), read_units),
        expect=tuple(source.read("expect", as_list(_read_expected))),
    )
    source.finish()
    if not case.expect:
        raise DocumentRefused("expect: must list at least one line")
    return case


def compute_case(case: Case) -> tuple[tuple[Line, ...], ...]:
    """Every line of the case, by settlement. A partner that only `expect` names gets lines, too."""
    partners = {fact.partner for fact in case.facts} | {line.key[2] for line in case.expect}
    for program in case.programs:
        partners |= program.partners or set()
    return compute_settlements(
        case.programs, case.facts, case.settlements, units=case.units, partners=partners
    )


def compare_case(case: Case) -> tuple[str, ...]:
    """Sentences about every line that differs, is missing or is not expected."""
    computed: dict[LineKey, list[Line]] = defaultdict(list)
    for lines in compute_case(case):
        for line in lines:
            computed[line.settlement, line.program, line.partner].append(line)
    differences = []
    for expected in case.expect:
        waiting = computed.get(expected.key)
        if not waiting and _is_outsider(case, expected):
            continue
        if not waiting:
            differences.append(_("%s: no such line is computed") % _show(expected.key))
            continue
        line = waiting.pop(0)
        for name, value in expected.numbers.items():
            found: Decimal = getattr(line, name)
            if found != value:
                shown = {"key": _show(expected.key), "name": name}
                shown |= {"found": to_text(found), "expected": to_text(value)}
                differences.append(
                    _("%(key)s: %(name)s is %(found)s, expected %(expected)s") % shown
                )
    for key, left in computed.items():
        differences += [
            _("%s: is not expected") % _show(key) for line in left if _moves_money(line)
        ]
    return tuple(differences)


def run_file(path: Path, name: str) -> CaseResult:
    """One case; every mistake in the file becomes a verdict "error" with its place."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentRefused(_("document: larger than %s bytes") % MAX_BYTES)
        case = read_case(path.read_text(encoding="utf-8-sig"))
        differences = compare_case(case)
    except UnicodeDecodeError as error:
        said = _("document: not UTF-8 at byte %s") % error.start
        return CaseResult(name, path.stem, "error", 0, (said,))
    except (OSError, ValueRefused) as error:
        return CaseResult(name, path.stem, "error", 0, (str(error),))
    except Exception as error:  # whatever one file holds, the others are still run
        said = _("cannot be computed: %s") % f"{type(error).__name__}: {error}"
        return CaseResult(name, path.stem, "error", 0, (said,))
    verdict = "differs" if differences else "passed"
    return CaseResult(name, case.name or path.stem, verdict, len(case.expect), differences)


def run_directory(path: Path) -> list[CaseResult]:
    """Every `*.json` below `path` (or the one file `path`), in the order of their names."""
    if path.is_file():
        return [run_file(path, path.name)]
    files = sorted(
        file for file in path.rglob("*") if file.suffix.lower() == ".json" and file.is_file()
    )
    return [run_file(file, file.relative_to(path).as_posix()) for file in files]


def run(path: Path, *, as_json: bool, out: TextIO) -> int:
    """Print one line a case and a summary. Returns 0 when all pass; 1 also without cases."""
    results = run_directory(path) if path.exists() else []
    passed = sum(result.passed for result in results)
    if as_json:
        summary = {"cases": len(results), "passed": passed}
        shown = summary | {"results": [result.as_json() for result in results]}
        out.write(_printable(json.dumps(shown, ensure_ascii=False, indent=1)) + "\n")
    else:
        verdicts = {"passed": _("passed"), "differs": _("differs"), "error": _("error")}
        for result in results:
            detail = "; ".join(result.differences) or _("%s lines") % result.lines
            line = " ".join(f"{result.file}: {detail}".split())
            out.write(_printable(f"{verdicts[result.verdict]:8} {line}") + "\n")
        counted = {"passed": passed, "cases": len(results)}
        total = _("%(passed)s of %(cases)s cases pass") % counted
        out.write(f"{total if results else _('no cases in %s') % path}\n")
    return 0 if results and passed == len(results) else 1


def _printable(text: str) -> str:
    """The text without lone surrogates, which JSON may hold and no terminal can show."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_expected(value: Any, place: str) -> Expected:
    source = Reader(value, place)
    key = (
        source.read("settlement", as_date),
        source.read("program", as_text),
        source.read("partner", as_text),
    )
    numbers = {name: source.read(name, as_number) for name in NUMBERS}
    source.finish()
    return Expected(key, numbers)


def _moves_money(line: Line) -> bool:
    """A line nobody listed is a difference only when a fact counted and it earns, owes or pays."""
    return bool(line.trace.counted) and any((line.earned, line.paid_before, line.due))


def _is_outsider(case: Case, expected: Expected) -> bool:
    """A case may list a partner outside the program's list; its line is zero throughout."""
    settlement, program_id, partner = expected.key
    return (
        not any(expected.numbers.values())
        and any(one.cutoff == settlement for one in case.settlements)
        and any(p.id == program_id and not p.includes_partner(partner) for p in case.programs)
    )


def _show(key: LineKey) -> str:
    return f"{key[0].isoformat()} {key[1]} {key[2]}"
