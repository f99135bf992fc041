"""Names of sources."""

from __future__ import annotations

_DOCUMENTS = ("orders", "returns")


def source_name(flow: str, node_id: int, kind: str = "") -> str:
    """The name under which a sender's line keys are unique."""
    return f"{flow}:{node_id}{':' + kind if kind else ''}"


def sender_of(source: str) -> int | None:
    """The node that names the lines of a source; None when documents of the house do."""
    sender = source.split(":")[1] if ":" in source else ""
    return int(sender) if sender.isdigit() else None


def is_of_documents(source: str) -> bool:
    """Whether orders or returns write the source: their lines are corrected by documents."""
    return source.rpartition(":")[2] in _DOCUMENTS
