"""What policies execute: rule kinds, their registry, the compiler."""

from __future__ import annotations

from yunhe.channel.policies.rules.registry import (
    CompileContext,
    Definition,
    Finding,
    OtherPolicy,
    Rule,
    RuleForm,
    RuleKind,
    Severity,
    all_kinds,
    kind_named,
    register,
    rules_of,
    summarise,
)

__all__ = [
    "CompileContext",
    "Definition",
    "Finding",
    "OtherPolicy",
    "Rule",
    "RuleForm",
    "RuleKind",
    "Severity",
    "all_kinds",
    "kind_named",
    "register",
    "rules_of",
    "summarise",
]
