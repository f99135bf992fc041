"""Rule kinds: what a policy can make the system do. Higher domains register theirs.

    REBATE = register(RuleKind(code="rebate", label=_("Rebate"), form=RebateForm, …))

A rule is {"kind": code, "definition": {...}}; the definition's shape is the kind's own matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.forms import StyledForm

Text = str | Promise
Definition = Mapping[str, Any]


class Severity(StrEnum):
    """Errors block publishing, warnings must be fixed or accepted, notes only tell."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> Text:
        return {"error": _("error"), "warning": _("warning"), "note": _("hint")}[self.value]

    @property
    def tone(self) -> str:
        return {"error": "red", "warning": "amber", "note": "blue"}[self.value]


@dataclass(frozen=True)
class Finding:
    """What the compiler found, and where: `text`, `audience`, `period`, `rules.0`, `rules.0.tiers.2` …

    `code` is stable; `key` identifies the finding for acceptance and changes when it moves.
    """

    severity: Severity
    code: str
    message: Text
    where: str = ""

    @property
    def key(self) -> str:
        return f"{self.code}@{self.where}"


@dataclass(frozen=True)
class Rule:
    """A rule of the version, with its place in the list."""

    index: int
    kind: str
    definition: Definition

    @property
    def where(self) -> str:
        return f"rules.{self.index}"


@dataclass(frozen=True)
class OtherPolicy:
    """Another policy in force in the same period, with how many recipients both reach."""

    title: str
    rules: Sequence[Rule]
    shared_recipients: int


@dataclass(frozen=True)
class CompileContext:
    """What a rule kind may need to judge its rules."""

    start: date | None
    end: date | None
    today: date
    audience_count: int
    budget: Decimal | None = None
    others: Sequence[OtherPolicy] = field(default=())
    audience: tuple[Sequence[int], Sequence[str], Sequence[str], Sequence[int]] | None = None
    """Arguments of the SQL function `policies_audience`: whom the draft would reach."""


class RuleForm(StyledForm):
    """Base of the kinds' forms: turns a definition into initial values and back."""

    @classmethod
    def initial_from(cls, definition: Definition) -> dict[str, Any]:
        """Form values of a definition."""
        return dict(definition)

    def definition(self) -> dict[str, Any]:
        """The definition (JSON values only) of valid form data."""
        return dict(self.cleaned_data)


@dataclass(frozen=True, kw_only=True)
class RuleKind:
    """How rules of one kind are entered, checked, shown.

    Args:
        code, label, icon: name; icon from icons.json.
        form: a RuleForm; `template_name` renders it (context: `form`, `kind`).
        validate: raises RuleRefused for a malformed definition (API and bulk input).
        summarise: one or more sentences for people, in their language.
        check: findings on all rules of this kind in a version.
    """

    code: str
    label: Text
    form: type[RuleForm]
    validate: Callable[[Definition], None]
    summarise: Callable[[Definition], str]
    check: Callable[[Sequence[Rule], CompileContext], Iterable[Finding]]
    icon: str = "list-check"
    template_name: str = "policies/rule_fields.html"


_kinds: dict[str, RuleKind] = {}


def register(kind: RuleKind) -> RuleKind:
    """Make a kind known. Raises ValueError when the code is taken."""
    if kind.code in _kinds:
        raise ValueError(f"rule kind {kind.code} is registered twice")
    _kinds[kind.code] = kind
    return kind


def all_kinds() -> list[RuleKind]:
    """Every registered kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]


def kind_named(code: str) -> RuleKind | None:
    return _kinds.get(code)


def rules_of(stored: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """The rules of a version's JSON list."""
    return [
        Rule(index, str(rule.get("kind", "")), rule.get("definition") or {})
        for index, rule in enumerate(stored)
    ]


def summarise(rule: Rule) -> str:
    """The rule for people; a kind that is not installed is named as such."""
    kind = kind_named(rule.kind)
    if kind is None:
        return str(_("A rule of the unknown kind “%(kind)s”.") % {"kind": rule.kind})
    return kind.summarise(rule.definition)
