"""Names of sources."""

from __future__ import annotations


def source_name(flow: str, node_id: int, kind: str = "") -> str:
    """The name under which a sender's line keys are unique."""
    return f"{flow}:{node_id}{':' + kind if kind else ''}"
