"""`yunhe import sales FILE`: bring your own sales."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.channel.network.services.bulk import UnitRow, ensure_units
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake.bring import How, Report, bring_own, silent


def import_sales(
    path: Path,
    *,
    mapping: str | None = None,
    create_master: bool = False,
    node: str | None = None,
    options: Mapping[str, str] | None = None,
    say: Callable[[str], None] = silent,
) -> Report:
    """Import a sales file from the shell, under the system's own rights.

    `node` is the sender's code, by default headquarters; `options` are the type's (`flow`,
    `currency`). With `create_master` an empty installation gets its headquarters first. Raises
    NotFound for an unknown node, and what `bring_file` raises.
    """
    if create_master and not Node.objects.exists():
        actor = system_principal("yunhe import sales")
        headquarters = UnitRow(code="HQ", name=_("Headquarters"), name_en="Headquarters")
        with transaction.atomic():
            ensure_units([headquarters], actor=actor, now=timezone.now())
    how = How(mapping=mapping, create_master=create_master)
    return bring_own(path, type_code="sales", node=node, options=options, how=how, say=say)
