"""What the compiler says about a draft."""

from __future__ import annotations

from datetime import date

import pytest

from yunhe.channel.policies.rules import CompileContext, Finding, OtherPolicy, Rule, Severity
from yunhe.channel.policies.rules.compiler import blocking, compile_policy

TODAY = date(2026, 11, 22)
QUIZ = {"question": "几月?", "options": ["一月", "二月"], "answer": 1}


def obligation(index=0, task="陈列", due="2026-12-15"):
    return Rule(index, "obligation", {"task": task, "due_on": due})


def codes(*, body="text", body_en="text", rules=None, quiz=None, **context):
    plain = {
        "start": date(2026, 12, 1),
        "end": date(2027, 1, 1),
        "today": TODAY,
        "audience_count": 3,
    }
    found = compile_policy(
        body=body,
        body_en=body_en,
        rules=[obligation()] if rules is None else list(rules),
        quiz=QUIZ if quiz is None else quiz,
        context=CompileContext(**{**plain, **context}),
    )
    return [f"{finding.severity} {finding.key}" for finding in found]


def test_a_sound_draft_has_no_findings():
    assert codes() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"body": " \n"}, ["error text.empty@text"]),
        ({"body_en": ""}, ["note text.no_english@text"]),
        ({"audience_count": 0}, ["error audience.empty@audience"]),
        (
            {"start": date(2026, 1, 1), "end": TODAY},
            ["error period.past@period", "warning obligation.outside@rules.0.due_on"],
        ),
        ({"start": date(2026, 11, 21)}, ["warning period.started@period"]),
        ({"end": None}, ["warning period.open@period"]),
        ({"rules": ()}, ["note rules.none@rules"]),
        ({"rules": (Rule(0, "magic", {}),)}, ["error rules.unknown_kind@rules.0"]),
        ({"rules": (obligation(task=""),)}, ["error rules.malformed@rules.0"]),
        ({"rules": (obligation(due="2026-11-21"),)}, ["error obligation.past@rules.0.due_on"]),
        ({"rules": (obligation(due="2027-01-01"),)}, ["warning obligation.outside@rules.0.due_on"]),
        ({"rules": (obligation(), obligation(1))}, ["error rules.repeated@rules.1"]),
        (
            {"quiz": {"question": "?", "options": ["a"], "answer": 0}},
            ["error quiz.incomplete@quiz"],
        ),
        (
            {"quiz": {"question": "?", "options": ["a", "b"], "answer": 2}},
            ["error quiz.incomplete@quiz"],
        ),
        (
            {"others": [OtherPolicy("旧政策", [obligation(4)], 2)]},
            ["warning rules.elsewhere@rules.0"],
        ),
        ({"others": [OtherPolicy("旧政策", [obligation(task="别的")], 2)]}, []),
    ],
)
def test_each_fault_is_found(change, expected):
    assert codes(**change) == expected


def test_the_gravest_comes_first():
    assert codes(body="", body_en="", end=None) == [
        "error text.empty@text",
        "warning period.open@period",
        "note text.no_english@text",
    ]


def test_errors_block_always_warnings_until_accepted_notes_never():
    error, warning, note = (Finding(severity, "x", "x", severity.value) for severity in Severity)
    assert blocking([error, warning, note], []) == [error, warning]
    assert blocking([error, warning, note], [error.key, warning.key]) == [error]
