"""Registrations of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.files.services import store_file
from yunhe.platform.files.signatures import DOCUMENTS, PICTURES
from yunhe.trade.catalog.models import Product
from yunhe.trade.catalog.services.media import house_node
from yunhe.trade.compliance.errors import RegistrationRefused
from yunhe.trade.compliance.models import Registration
from yunhe.trade.compliance.permissions import CHANGE


@dataclass(frozen=True, kw_only=True)
class RegistrationDraft:
    """What is filed about a registration. `provinces` empty: the whole country."""

    product: Product
    kind: str
    number: str
    holder: str = ""
    provinces: Sequence[str] = ()
    issued_on: date | None = None
    expires_on: date | None = None


def save_registration(
    draft: RegistrationDraft,
    *,
    registration: Registration | None = None,
    upload: File | None = None,
    actor: Principal,
    now: datetime,
) -> Registration:
    """File a registration or replace what is filed; a document sent along replaces the old one.

    Raises NotAllowed, RegistrationRefused (dates, filed already), FileRefused, FileTooLarge.
    """
    actor.check(CHANGE)
    if draft.issued_on and draft.expires_on and draft.expires_on < draft.issued_on:
        raise RegistrationRefused(_("The last day lies before the first."), field="expires_on")
    record = registration or Registration()
    for name in ("product", "kind", "number", "holder", "issued_on", "expires_on"):
        setattr(record, name, getattr(draft, name))
    record.provinces = list(draft.provinces)
    if upload is not None:
        record.file = store_file(
            upload, node_id=house_node(), actor=actor, now=now, allowed=DOCUMENTS | PICTURES
        )
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise RegistrationRefused(_("This number is filed already."), field="number") from error
    return record


def remove_registration(registration: Registration, *, actor: Principal) -> None:
    """Take a registration off the file; the audit trail keeps it. Raises NotAllowed."""
    actor.check(CHANGE)
    registration.delete()
