"""Which chain applies, and what comes next in it: pure, on values. No Django.

An *engine* answers one question: given a frozen chain, the facts of the subject, who may decide and
what was decided, is the request approved, refused, or which steps are open? The table-driven engine
here runs steps one after another. An engine that runs a drawn definition (BPMN) takes its place by
answering the same question; everything else (seats, inbox, log, reminders) stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

Mode = Literal["any", "all", "quorum"]
Verdict = Literal["approved", "rejected"]
Outcome = Literal["open", "approved", "rejected"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chain that applies by kind and place; amounts are half-open, `depth` 1 is the root."""

    id: int
    depth: int
    level: str = ""
    amount_from: Decimal = Decimal(0)
    amount_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the table-driven chain. `roles` are sought at the subject's node and above it."""

    key: str
    mode: Mode = "any"
    quorum: int = 1
    roles: tuple[str, ...] = ()
    users: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A person may decide a step; an `escalated` seat alone settles it."""

    step: str
    person: int
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`person` decided for the seats of `seats` (own, and those stood in for)."""

    step: str
    person: int
    verdict: Verdict
    seats: frozenset[int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a request stands: the outcome so far, and the steps that are open now."""

    outcome: Outcome
    open_steps: tuple[str, ...] = ()


class Engine(Protocol):
    """What runs a chain."""

    def next_steps(
        self,
        definition: Mapping[str, Any],
        facts: Mapping[str, Any],
        decisions: Sequence[Decision],
        seats: Sequence[Seat],
    ) -> Progress:
        """What is open after these decisions. Equal arguments give equal answers.

        Args:
            definition: the frozen chain, as JSON.
            facts: what the subject's domain said of it at submission.
            decisions, seats: everything so far, in any order.
        """
        ...


class TableEngine:
    """Steps in the order of the table; each is settled before the next one opens."""

    def next_steps(
        self,
        definition: Mapping[str, Any],
        facts: Mapping[str, Any],
        decisions: Sequence[Decision],
        seats: Sequence[Seat],
    ) -> Progress:
        for step in steps_of(definition):
            outcome = settle(
                step,
                [seat for seat in seats if seat.step == step.key],
                [decision for decision in decisions if decision.step == step.key],
            )
            if outcome == "rejected":
                return Progress("rejected")
            if outcome == "open":
                return Progress("open", (step.key,))
        return Progress("approved")


ENGINES: dict[str, Engine] = {"table": TableEngine()}


def choose(
    candidates: Iterable[Candidate], *, amount: Decimal, level: str = ""
) -> Candidate | None:
    """The most specific chain whose band contains the amount: deepest place, then level named.

    Bands of one kind, place and level never overlap (the database refuses it), so there is no tie.
    """
    fitting = [
        one
        for one in candidates
        if one.level in ("", level)
        and one.amount_from <= amount
        and (one.amount_to is None or amount < one.amount_to)
    ]
    return max(fitting, key=lambda one: (one.depth, bool(one.level)), default=None)


def settle(step: Step, seats: Sequence[Seat], decisions: Sequence[Decision]) -> Outcome:
    """What a step's decisions amount to, whatever their order.

    any: the first verdict. all: one refusal refuses, every seat must be answered. quorum: `quorum`
    different people agree; refused once they can no longer be found. A verdict from an escalated
    seat settles the step at once; a refusal goes before an agreement.
    """
    high = {seat.person for seat in seats if seat.escalated}
    final = [one for one in decisions if one.person in high or high & one.seats]
    if final:
        return _first_refusal(final)
    agreed = [one for one in decisions if one.verdict == "approved"]
    refused = [one for one in decisions if one.verdict == "rejected"]
    if step.mode == "quorum":
        return _settle_quorum(step.quorum, seats, agreed, refused)
    if refused:
        return "rejected"
    answered = frozenset[int]().union(*(one.seats for one in agreed))
    owners = {seat.person for seat in seats}
    if agreed and (step.mode == "any" or owners <= answered):
        return "approved"
    return "open"


def _first_refusal(decisions: Sequence[Decision]) -> Outcome:
    return "rejected" if any(one.verdict == "rejected" for one in decisions) else "approved"


def _settle_quorum(
    needed: int, seats: Sequence[Seat], agreed: Sequence[Decision], refused: Sequence[Decision]
) -> Outcome:
    people = {one.person for one in agreed}
    if len(people) >= needed:
        return "approved"
    answered = frozenset[int]().union(*(one.seats for one in (*agreed, *refused)))
    waiting = {seat.person for seat in seats} - answered
    return "rejected" if refused and len(people) + len(waiting) < needed else "open"


def steps_of(definition: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps of a table-driven chain, in order."""
    return tuple(
        Step(
            key=str(row["key"]),
            mode=row.get("mode", "any"),
            quorum=int(row.get("quorum", 1)),
            roles=tuple(row.get("roles", ())),
            users=tuple(row.get("users", ())),
        )
        for row in definition["steps"]
    )


def covers(definition: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a chain asks everybody that the other asks, in the same manner; keys and order do not count."""
    mine, theirs = (Counter(map(_asks, steps_of(one))) for one in (definition, other))
    return theirs <= mine


def _asks(step: Step) -> tuple[str, int, frozenset[str], frozenset[int]]:
    quorum = step.quorum if step.mode == "quorum" else 1
    return step.mode, quorum, frozenset(step.roles), frozenset(step.users)


def faults_of(definition: Mapping[str, Any]) -> list[tuple[int, str]]:
    """What no engine could run: (1-based step, fault code); step 0 is the chain as a whole."""
    rows = definition.get("steps", ())
    faults = [] if rows else [(0, "empty")]
    keys: set[str] = set()
    for at, step in enumerate(steps_of(definition), start=1):
        if step.key in keys:
            faults.append((at, "repeated"))
        keys.add(step.key)
        if not step.roles and not step.users:
            faults.append((at, "nobody"))
        if step.mode not in ("any", "all", "quorum"):
            faults.append((at, "mode"))
        if step.mode == "quorum" and (
            step.quorum < 1 or (not step.roles and step.quorum > len(set(step.users)))
        ):
            faults.append((at, "quorum"))
    return faults
