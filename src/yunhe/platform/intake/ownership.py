"""Whose an import is: a partner leaves the files of headquarters alone."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from yunhe.platform.access.models import NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.intake.declarations import ImportType, import_type
from yunhe.platform.intake.errors import OptionReserved
from yunhe.platform.intake.models import Import


def check_reserved(declared: ImportType, chosen: Mapping[str, str], actor: Principal) -> None:
    """Raises OptionReserved when a partner chose what is headquarters' to choose."""
    if not actor.is_partner:
        return
    for option in declared.options:
        if message := option.reserved.get(chosen.get(option.name, "")):
            raise OptionReserved(message, field=option.name)


def check_handling(record: Import, actor: Principal, permission: str) -> None:
    """Raises NotAllowed: no permission, or a partner touches a file that headquarters sent."""
    actor.check(permission)
    check_reserved(import_type(record.type_code), record.options, actor)
    if actor.is_partner and not sent_by_partner(record):
        raise NotAllowed(_("Headquarters sent this file; ask them to change it."))


def may_handle(record: Import, actor: Principal, permission: str) -> bool:
    """Whether `check_handling` lets the actor."""
    try:
        check_handling(record, actor, permission)
    except NotAllowed:
        return False
    return True


def sent_by_partner(record: Import) -> bool:
    """Whether a partner's person sent the file, not the house or one of its jobs."""
    sender = record.created_by
    if sender is None:
        return False
    kinds = set(sender.grants.values_list("node__kind", flat=True))
    return kinds == {NodeKind.PARTNER}
