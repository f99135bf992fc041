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
from yunhe.platform.errors import NotFound
from yunhe.platform.intake.bring import Report, bring_file


def import_sales(
    path: Path,
    *,
    mapping: str | None = None,
    create_master: bool = False,
    node: str | None = None,
    options: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Report:
    """Import a sales file from the shell, under the system's own rights.

    `node` is the sender's code, by default headquarters; `options` are the type's (`flow`,
    `currency`). With `create_master` an empty installation gets its headquarters first. Raises
    NotFound for an unknown node, and what `bring_file` raises.
    """
    actor, now = system_principal("yunhe import sales"), timezone.now()
    if create_master and not Node.objects.exists():
        with transaction.atomic():
            headquarters = UnitRow(code="HQ", name=_("Headquarters"), name_en="Headquarters")
            ensure_units([headquarters], actor=actor, now=now)
    return bring_file(
        path,
        type_code="sales",
        actor=actor,
        now=now,
        node_id=_node_id(node),
        mapping=mapping,
        options=options,
        create_master=create_master,
        say=say,
    )


def _node_id(code: str | None) -> int | None:
    if code is None:
        return None
    found = Node.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(_("There is no node with the code “%(code)s”.") % {"code": code})
    return found
