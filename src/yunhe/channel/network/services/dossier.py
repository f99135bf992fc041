"""One unit or partner at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import LEVELS_BELOW, Level, Tier
from yunhe.channel.network.errors import PartnerRefused, PlacementRefused
from yunhe.channel.network.models import Licence, NodePlacement, OrganisationUnit, Partner
from yunhe.channel.network.permissions import CHANGE, ORGANISE
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.files.services import store_file
from yunhe.platform.files.signatures import DOCUMENTS, PICTURES


@dataclass(frozen=True, kw_only=True)
class PartnerDraft:
    """What is filed about a partner, beside its place in the tree."""

    name: str
    level: str
    name_en: str = ""
    tier: str = Tier.GROWTH
    external_code: str = ""
    province: str = ""
    city: str = ""
    city_en: str = ""
    address: str = ""
    address_en: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    opened_on: date | None = None

    def dossier(self) -> dict[str, object]:
        """The fields that the Partner table holds."""
        return {
            name: value for name, value in asdict(self).items() if name not in {"name", "name_en"}
        }


def create_partner(
    parent: Node, *, code: str, draft: PartnerDraft, actor: Principal, now: datetime
) -> Partner:
    """File a new partner below `parent`; its placement begins on `opened_on` or today.

    Raises NotAllowed, PlacementRefused (level does not fit below the parent) and PartnerRefused
    (code or external code taken).
    """
    actor.check(CHANGE, path=parent.path)
    check_level_fits(draft.level, parent)
    try:
        with (
            transaction.atomic(),
            owner_access(
                "a new node is in no scope yet; the actor's right on its parent was checked"
            ),
        ):
            node = _create_node(parent, NodeKind.PARTNER, code, draft.name, draft.name_en)
            partner = Partner.objects.create(node=node, **draft.dossier())
            _place(node, draft.opened_on or timezone.localdate(now), actor=actor, now=now)
    except IntegrityError as error:
        raise PartnerRefused(_("This code is taken."), field="code") from error
    return partner


def change_partner(partner: Partner, *, draft: PartnerDraft, actor: Principal) -> Partner:
    """Replace what is filed. Raises NotAllowed, PlacementRefused, PartnerRefused."""
    actor.check(CHANGE, path=partner.node.path)
    if draft.level != partner.level:
        check_level_fits(draft.level, partner.node.parent)
        _check_children_fit(partner, draft.level)
    partner.node.name, partner.node.name_en = draft.name, draft.name_en
    for name, value in draft.dossier().items():
        setattr(partner, name, value)
    try:
        with transaction.atomic():
            partner.node.save(update_fields=["name", "name_en"])
            partner.save()
    except IntegrityError as error:
        raise PartnerRefused(_("This external code is taken."), field="external_code") from error
    return partner


def file_licence(
    licence: Licence, upload: File | None, *, actor: Principal, now: datetime
) -> Licence:
    """File a partner's qualification document, new or changed, with its scan when one was sent.

    Raises NotAllowed, FileRefused, FileTooLarge, PartnerRefused when the number is filed already.
    """
    actor.check(CHANGE, path=licence.node.path)
    if upload is not None:
        licence.file = store_file(
            upload,
            node_id=licence.node_id,
            actor=actor,
            now=now,
            allowed=DOCUMENTS | PICTURES,
        )
    try:
        with transaction.atomic():
            licence.save()
    except IntegrityError as error:
        raise PartnerRefused(_("This document is filed already."), field="number") from error
    return licence


def set_active(node: Node, active: bool, *, actor: Principal) -> Node:
    """Open or close a node for new business. Nothing is deleted. Raises NotAllowed."""
    actor.check(CHANGE if node.kind == NodeKind.PARTNER else ORGANISE, path=node.path)
    node.active = active
    node.save(update_fields=["active"])
    return node


def create_unit(
    parent: Node | None,
    *,
    code: str,
    name: str,
    name_en: str = "",
    provinces: list[str] | None = None,
    actor: Principal,
    now: datetime,
) -> Node:
    """Create an organisation unit below another unit. Raises NotAllowed, PlacementRefused, PartnerRefused."""
    actor.check(ORGANISE, path=parent.path if parent else None)
    if parent is not None and parent.kind != NodeKind.ORGANISATION:
        raise PlacementRefused(_("An organisation unit stands below another one."), field="parent")
    try:
        with (
            transaction.atomic(),
            owner_access(
                "a new node is in no scope yet; the actor's right on its parent was checked"
            ),
        ):
            node = _create_node(parent, NodeKind.ORGANISATION, code, name, name_en)
            OrganisationUnit.objects.create(node=node, provinces=provinces or [])
            _place(node, timezone.localdate(now), actor=actor, now=now)
    except IntegrityError as error:
        raise PartnerRefused(_("This code is taken."), field="code") from error
    return node


def check_level_fits(level: str, parent: Node | None) -> None:
    """Raise PlacementRefused unless a partner of this level may stand below the parent."""
    above = level_of(parent)
    if level not in LEVELS_BELOW[above]:
        raise PlacementRefused(
            _("A %(level)s cannot stand below a %(above)s.")
            % {
                "level": Level(level).label,
                "above": Level(above).label if above else _("organisation unit"),
            },
            field="parent",
        )


def level_of(node: Node | None) -> str | None:
    """The level of a node that carries a dossier; None for organisation units."""
    if node is None or node.kind == NodeKind.ORGANISATION:
        return None
    found = Partner.objects.filter(pk=node.pk).values_list("level", flat=True).first()
    return found or Level.DEALER


def _check_children_fit(partner: Partner, level: str) -> None:
    misfit = Partner.objects.filter(node__parent_id=partner.pk).exclude(
        level__in=LEVELS_BELOW[level]
    )
    if child := misfit.select_related("node").first():
        raise PlacementRefused(
            _("%(child)s stands below this partner and would not fit any more.")
            % {"child": child.node.label},
            field="level",
        )


def _create_node(parent: Node | None, kind: str, code: str, name: str, name_en: str) -> Node:
    node = Node.objects.create(parent=parent, kind=kind, code=code, name=name, name_en=name_en)
    node.refresh_from_db(fields=["path"])
    return node


def _place(node: Node, day: date, *, actor: Principal, now: datetime) -> None:
    NodePlacement.objects.create(
        node=node,
        parent_id=node.parent_id,
        period=(day, None),
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )
