"""Many units or partners at once: a handful of statements whatever their number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.errors import PartnerRefused
from yunhe.channel.network.permissions import CHANGE, ORGANISE
from yunhe.platform.access.models import NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """An organisation unit as it comes from outside; `parent_code` None is headquarters."""

    code: str
    name: str
    name_en: str = ""
    parent_code: str | None = None
    provinces: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PartnerRow:
    """A partner as it comes from outside, by the code of the node above it."""

    code: str
    name: str
    parent_code: str
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


_ROWS = (
    "jsonb_to_recordset(%s::jsonb) AS row (code text, name text, name_en text, parent_code text,"
    " provinces text[], level text, tier text, external_code text, province text, city text, city_en text,"
    " address text, address_en text, contact_name text, phone text, email text, opened_on date)"
)
# Only rows whose parent stands already: the path trigger needs it. Repeated level by level.
_NODES = f"""
INSERT INTO access_node (parent_id, kind, code, name, name_en, active, path)
SELECT parent.id, %s, row.code, row.name, row.name_en, true, ''
  FROM {_ROWS}
  LEFT JOIN access_node parent ON parent.code = row.parent_code
 WHERE (parent.id IS NOT NULL OR row.parent_code IS NULL)
   AND NOT EXISTS (SELECT 1 FROM access_node n WHERE n.code = row.code)
"""  # noqa: S608  # constant text
_NAMES = f"""
UPDATE access_node n SET name = row.name, name_en = row.name_en
  FROM {_ROWS}
 WHERE n.code = row.code AND (n.name, n.name_en) IS DISTINCT FROM (row.name, row.name_en)
"""  # noqa: S608  # constant text
_PLACEMENTS = f"""
INSERT INTO network_nodeplacement (node_id, parent_id, period, applied, reason, recorded_at, recorded_by_id)
SELECT n.id, n.parent_id, daterange(coalesce(row.opened_on, %s), NULL), true, '', %s, %s
  FROM {_ROWS} JOIN access_node n ON n.code = row.code
 WHERE NOT EXISTS (SELECT 1 FROM network_nodeplacement p WHERE p.node_id = n.id)
"""  # noqa: S608  # constant text
_UNITS = f"""
INSERT INTO network_organisationunit (node_id, provinces, phone)
SELECT n.id, coalesce(row.provinces, '{{}}'), '' FROM {_ROWS} JOIN access_node n ON n.code = row.code
ON CONFLICT (node_id) DO UPDATE SET provinces = excluded.provinces
"""  # noqa: S608  # constant text
_FIELDS = (
    "level, tier, external_code, province, city, city_en, address, address_en, contact_name, phone, email,"
    " opened_on"
)
_PARTNERS = f"""
INSERT INTO network_partner (node_id, {_FIELDS})
SELECT n.id, {", ".join("row." + name for name in _FIELDS.split(", "))}
  FROM {_ROWS} JOIN access_node n ON n.code = row.code
ON CONFLICT (node_id) DO UPDATE
   SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS.split(", "))}
"""  # noqa: S608  # constant text


def ensure_units(rows: Sequence[UnitRow], *, actor: Principal, now: datetime) -> dict[str, int]:
    """Create organisation units that are missing, update names and provinces of the others.

    Existing units are not moved. Returns code -> node id. Raises NotAllowed, and PartnerRefused
    naming every row whose parent does not exist.
    """
    actor.check(ORGANISE)
    return _ensure(rows, NodeKind.ORGANISATION, _UNITS, actor=actor, now=now)


def ensure_partners(
    rows: Sequence[PartnerRow], *, actor: Principal, now: datetime
) -> dict[str, int]:
    """Create partners that are missing, update the dossiers of the others; never moves one.

    About ten statements for any number of rows. Returns code -> node id. Raises NotAllowed, and
    PartnerRefused naming every row with an unknown parent, level or tier; then nothing is written.
    """
    actor.check(CHANGE)
    faults = [
        {"row": at, "code": row.code, "message": str(_("Unknown level or tier."))}
        for at, row in enumerate(rows, start=1)
        if row.level not in Level.values or row.tier not in Tier.values
    ]
    if faults:
        raise PartnerRefused(_("Some partners have an unknown level or tier."), rows=faults)
    return _ensure(rows, NodeKind.PARTNER, _PARTNERS, actor=actor, now=now)


def _ensure(
    rows: Sequence[UnitRow] | Sequence[PartnerRow],
    kind: str,
    dossiers: str,
    *,
    actor: Principal,
    now: datetime,
) -> dict[str, int]:
    if not actor.wide:
        raise PartnerRefused(_("Only headquarters imports the network in bulk."))
    packed = json.dumps([asdict(row) for row in rows], default=str)
    codes = [row.code for row in rows]
    with (
        owner_access("new nodes are in nobody's scope before they exist; headquarters was checked"),
        connection.cursor() as cursor,
    ):
        cursor.execute(_NAMES, [packed])
        while True:
            cursor.execute(_NODES, [kind, packed])
            if not cursor.rowcount:
                break
        cursor.execute("SELECT code, id FROM access_node WHERE code = ANY (%s)", [codes])
        found: dict[str, int] = dict(cursor.fetchall())
        _check_complete(rows, found)
        cursor.execute(dossiers, [packed])
        cursor.execute(_PLACEMENTS, [timezone.localdate(now), now, actor.user_id, packed])
    return found


def _check_complete(rows: Sequence[UnitRow | PartnerRow], found: dict[str, int]) -> None:
    orphans = [
        {
            "row": at,
            "code": row.code,
            "message": str(
                _("There is no node with the code %(code)s.") % {"code": row.parent_code}
            ),
        }
        for at, row in enumerate(rows, start=1)
        if row.code not in found
    ]
    if orphans:
        raise PartnerRefused(_("Some rows name a parent that does not exist."), rows=orphans)
