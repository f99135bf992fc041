"""Legal moves of a run: action → (states it may start from, state it leads to)."""

from __future__ import annotations

from yunhe.platform.jobs.choices import RunState

MOVES: dict[str, tuple[frozenset[RunState], RunState]] = {
    "start": (frozenset({RunState.QUEUED, RunState.RUNNING}), RunState.RUNNING),
    "succeed": (frozenset({RunState.RUNNING}), RunState.SUCCEEDED),
    "fail": (frozenset({RunState.QUEUED, RunState.RUNNING}), RunState.FAILED),
    "cancel": (frozenset({RunState.QUEUED, RunState.RUNNING}), RunState.CANCELLED),
    "restart": (frozenset({RunState.FAILED, RunState.CANCELLED}), RunState.QUEUED),
}
"""A running run may start again: its worker died and another took it over."""
