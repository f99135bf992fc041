"""What intake tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class ImportFinished(Event):
    """A file went through; its good rows are facts now, the others wait in quarantine."""

    type: ClassVar = "yunhe.intake.import.finished.v1"

    import_id: int
    type_code: str
    rows: int
    accepted: int
    quarantined: int


@dataclass(frozen=True, kw_only=True)
class RowsReleased(Event):
    """Quarantined rows became good and were posted."""

    type: ClassVar = "yunhe.intake.rows.released.v1"

    import_id: int
    type_code: str
    rows: int
