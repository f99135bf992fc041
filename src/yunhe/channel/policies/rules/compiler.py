"""The policy compiler: what is wrong or doubtful about a draft."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.errors import RuleRefused
from yunhe.channel.policies.rules.registry import (
    CompileContext,
    Finding,
    OtherPolicy,
    Rule,
    Severity,
    all_kinds,
    kind_named,
)

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def compile_policy(
    *,
    body: str,
    body_en: str,
    rules: Sequence[Rule],
    quiz: Mapping[str, Any],
    context: CompileContext,
) -> list[Finding]:
    """Everything that is wrong or doubtful about a draft, the gravest first, then by place."""
    found = [
        *_text(body, body_en, quiz),
        *_audience_and_period(context),
        *_shape(rules),
        *_repeated(rules),
        *_elsewhere(rules, context.others),
    ]
    for kind in all_kinds():
        sound = [rule for rule in rules if rule.kind == kind.code and _is_sound(rule)]
        if sound:
            found += kind.check(sound, context)
    return sorted(found, key=lambda finding: (_ORDER[finding.severity], finding.where))


def blocking(findings: Iterable[Finding], acknowledged: Iterable[str]) -> list[Finding]:
    """The findings that stand in the way of publishing."""
    accepted = set(acknowledged)
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR
        or (finding.severity is Severity.WARNING and finding.key not in accepted)
    ]


def _text(body: str, body_en: str, quiz: Mapping[str, Any]) -> Iterator[Finding]:
    if not body.strip():
        yield Finding(Severity.ERROR, "text.empty", _("The policy has no text."), "text")
    if not body_en.strip():
        yield Finding(
            Severity.NOTE,
            "text.no_english",
            _("There is no English text: all read Chinese."),
            "text",
        )
    if quiz:
        options, answer = quiz.get("options") or [], quiz.get("answer")
        sound = len(options) >= 2 and isinstance(answer, int) and 0 <= answer < len(options)
        if not (quiz.get("question") and sound):
            yield Finding(
                Severity.ERROR,
                "quiz.incomplete",
                _("The question needs at least two answers, one of them right."),
                "quiz",
            )


def _audience_and_period(context: CompileContext) -> Iterator[Finding]:
    if context.audience_count == 0:
        yield Finding(
            Severity.ERROR,
            "audience.empty",
            _("No active partner belongs to the audience."),
            "audience",
        )
    if context.end is not None and context.end <= context.today:
        yield Finding(Severity.ERROR, "period.past", _("The period is over already."), "period")
    elif context.start is not None and context.start < context.today:
        yield Finding(
            Severity.WARNING,
            "period.started",
            _("The period began in the past: the rules count from then on."),
            "period",
        )
    if context.end is None:
        yield Finding(Severity.WARNING, "period.open", _("The period has no end."), "period")


def _shape(rules: Sequence[Rule]) -> Iterator[Finding]:
    if not rules:
        yield Finding(
            Severity.NOTE, "rules.none", _("There are no rules: the policy is text only."), "rules"
        )
    for rule in rules:
        kind = kind_named(rule.kind)
        if kind is None:
            message = _("The rule is of an unknown kind.")
            yield Finding(Severity.ERROR, "rules.unknown_kind", message, rule.where)
            continue
        try:
            kind.validate(rule.definition)
        except RuleRefused as error:
            yield Finding(Severity.ERROR, "rules.malformed", error.message, rule.where)


def _is_sound(rule: Rule) -> bool:
    kind = kind_named(rule.kind)
    try:
        if kind is not None:
            kind.validate(rule.definition)
    except RuleRefused:
        return False
    return kind is not None


def _repeated(rules: Sequence[Rule]) -> Iterator[Finding]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(_fingerprint(rule), rule)
        if first is not rule:
            yield Finding(
                Severity.ERROR,
                "rules.repeated",
                _("This rule repeats rule %(number)d.") % {"number": first.index + 1},
                rule.where,
            )


def _elsewhere(rules: Sequence[Rule], others: Sequence[OtherPolicy]) -> Iterator[Finding]:
    for rule in rules:
        for other in others:
            if any(_fingerprint(rule) == _fingerprint(theirs) for theirs in other.rules):
                yield Finding(
                    Severity.WARNING,
                    "rules.elsewhere",
                    _("The same rule is in force in “%(title)s” for %(count)d of the recipients.")
                    % {"title": other.title, "count": other.shared_recipients},
                    rule.where,
                )


def _fingerprint(rule: Rule) -> str:
    return json.dumps([rule.kind, rule.definition], sort_keys=True, default=str)
