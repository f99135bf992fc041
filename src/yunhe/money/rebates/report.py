"""What verifying a statement bundle found, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from gettext import gettext as _
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that differs. `line` counts from 1; None where a member has no lines."""

    member: str
    line: int | None
    code: str
    message: str

    def __str__(self) -> str:
        place = self.member
        if self.line is not None:
            place = _("%(member)s, line %(line)s") % {"member": self.member, "line": self.line}
        return f"{place}: {self.message}"

    def as_dict(self) -> dict[str, Any]:
        return {
            "member": self.member,
            "line": self.line,
            "code": self.code,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """`trusted`: signed by the given key; None when no key was given to compare with."""

    problems: tuple[Problem, ...]
    lines: int = 0
    facts: int = 0
    key_id: str = ""
    trusted: bool | None = None
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def first(self) -> Problem | None:
        return self.problems[0] if self.problems else None

    def as_dict(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "key_id": self.key_id,
            "trusted": self.trusted,
            "lines": self.lines,
            "facts": self.facts,
            "about": self.about,
            "first": None if self.first is None else self.first.as_dict(),
            "problems": [problem.as_dict() for problem in self.problems],
        }

    def as_text(self) -> str:
        """One line when sound, else one line for each problem, the first one first."""
        if self.problems:
            return "\n".join(_("differs: %s") % problem for problem in self.problems)
        counted = {"lines": self.lines, "facts": self.facts, "key": self.key_id}
        if self.trusted:
            return (
                _("sound: %(lines)s lines recomputed from %(facts)s facts, signed by the given key")
                % counted
            )
        return (
            _(
                "sound: %(lines)s lines recomputed from %(facts)s facts,"
                " signed by key %(key)s (compare it yourself)"
            )
            % counted
        )
