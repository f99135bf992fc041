"""Imports in the background."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.intake.quarantine import replay_import
from yunhe.platform.intake.runner import run_import
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job

_REASON = (
    "staging tables are out of reach of the restricted roles; rows are held to the sender's nodes"
)


@job(name="intake.run", title=_("Import a file"), reason=_REASON)
def run(progress: Progress, *, actor: Principal, import_id: int) -> dict[str, Any]:
    """Check and post an import; taken up again where it stood after a crash."""
    record = run_import(import_id, actor=actor, now=timezone.now(), progress=_reporter(progress))
    return {"import_id": record.pk, "state": record.state, "accepted": record.accepted}


@job(name="intake.replay", title=_("Release quarantined rows"), reason=_REASON)
def replay(progress: Progress, *, actor: Principal, import_id: int) -> dict[str, Any]:
    """Check an import's quarantine again and post what is good now."""
    record = replay_import(import_id, actor=actor, now=timezone.now(), progress=_reporter(progress))
    return {"import_id": record.pk, "quarantined": record.quarantined}


def _reporter(progress: Progress) -> Any:
    def report(done: int, total: int, message: str) -> None:
        progress.total, progress.done, progress.message = total, done, message
        progress.report()

    return report
