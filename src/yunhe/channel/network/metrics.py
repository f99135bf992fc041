"""Partners as a dimension of every number, and how many there are."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.platform.metrics.declarations import Attribute, Entity, Fact, Metric, Watch
from yunhe.platform.metrics.registry import declare
from yunhe.platform.ui.provinces import PROVINCES, province_name

PROVINCE_NAMES = {code: lazy(province_name, str)(code) for code in PROVINCES}
CHANNEL_MANAGEMENT = _("Channel management")

PARTNERS = declare(
    Entity(
        name="partner",
        label=_("Partner and its place in the channel"),
        sql="""
SELECT n.id, n.name, coalesce(nullif(n.name_en, ''), n.name) AS name_en,
       p.level, p.tier, nullif(p.province, '') AS province, nullif(p.city, '') AS city,
       nullif(p.city_en, '') AS city_en,
       region.id AS region_id, region.name AS region,
       coalesce(nullif(region.name_en, ''), region.name) AS region_en,
       dealer.id AS dealer_id, dealer.name AS dealer,
       coalesce(nullif(dealer.name_en, ''), dealer.name) AS dealer_en,
       CASE WHEN p.level = 'store' THEN n.id END AS store_id
  FROM access_node n
  LEFT JOIN network_partner p ON p.node_id = n.id
  LEFT JOIN access_node region ON region.kind = 'organisation' AND nlevel(n.path) > 1
        AND region.id = (CASE WHEN nlevel(n.path) > 1 THEN subpath(n.path, 1, 1)::text END)::bigint
  LEFT JOIN access_node dealer ON dealer.id = network_dealer_of(n.id)""",
        columns={
            "id": "int64",
            "name": "string",
            "name_en": "string",
            "level": "string",
            "tier": "string",
            "province": "string",
            "city": "string",
            "city_en": "string",
            "region_id": "int64",
            "region": "string",
            "region_en": "string",
            "dealer_id": "int64",
            "dealer": "string",
            "dealer_en": "string",
            "store_id": "int64",
        },
        key="id",
        watches=(Watch(table="access_node"), Watch(table="network_partner")),
        attributes=(
            Attribute(
                name="region",
                label=_("Region"),
                column="region_id",
                text="region",
                text_en="region_en",
                is_node=True,
            ),
            Attribute(
                name="dealer",
                label=_("Dealer"),
                column="dealer_id",
                text="dealer",
                text_en="dealer_en",
                is_node=True,
            ),
            Attribute(
                name="store",
                label=_("Store"),
                column="store_id",
                text="name",
                text_en="name_en",
                is_node=True,
            ),
            Attribute(
                name="partner",
                label=_("Partner"),
                column="id",
                text="name",
                text_en="name_en",
                is_node=True,
            ),
            Attribute(
                name="province", label=_("Province"), column="province", choices=PROVINCE_NAMES
            ),
            Attribute(name="city", label=_("City"), column="city", text="city", text_en="city_en"),
            Attribute(name="level", label=_("Level"), column="level", choices=dict(Level.choices)),
            Attribute(name="tier", label=_("Tier"), column="tier", choices=dict(Tier.choices)),
        ),
    )
)

MEMBERSHIP = declare(
    Fact(
        name="partners",
        label=_("Active partners"),
        grain=_("one active partner, on the day it joined"),
        sql="""
SELECT p.node_id AS id, p.node_id, p.level, coalesce(p.opened_on, DATE '2000-01-01') AS "on",
       1::bigint AS one
  FROM network_partner p JOIN access_node n ON n.id = p.node_id WHERE n.active""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "level": "string",
            "on": "date",
            "one": "int64",
        },
        key="id",
        entities={"partner": "node_id"},
        watches=(Watch(table="access_node"), Watch(table="network_partner")),
        sources=(_("Partner file: entry by hand, import, onboarding"),),
        shown=(("on", _("Partner since")), ("node_id", _("Partner"))),
        document=("network:node", "node_id"),
        words={"one": _("how many"), "level": _("Level")},
        codes={"level": dict(Level.choices)},
    )
)

ACTIVE_STORES = declare(
    Metric(
        name="active_stores",
        label=_("Active stores"),
        description=_(
            "Stores that are active today and had joined by the end of the period. Stores closed"
            " since then are not counted for the past either."
        ),
        formula=MEMBERSHIP.closing("one", level=Level.STORE.value),
        unit="count",
        counted=_("stores"),
        owner=CHANNEL_MANAGEMENT,
    )
)
ACTIVE_DEALERS = declare(
    Metric(
        name="active_dealers",
        label=_("Active dealers"),
        description=_("Dealers that are active today and had joined by the end of the period."),
        formula=MEMBERSHIP.closing("one", level=Level.DEALER.value),
        unit="count",
        counted=_("dealers"),
        owner=CHANNEL_MANAGEMENT,
    )
)
