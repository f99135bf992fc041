"""Filing partners one at a time and in bulk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from yunhe.channel.network.choices import Level, LicenceKind, LicenceState, Tier
from yunhe.channel.network.errors import PartnerRefused, PlacementRefused
from yunhe.channel.network.models import Licence, NodePlacement, OrganisationUnit, Partner
from yunhe.channel.network.queries import search_partners
from yunhe.channel.network.services import (
    PartnerDraft,
    PartnerRow,
    UnitRow,
    change_partner,
    create_partner,
    create_unit,
    ensure_partners,
    ensure_units,
)
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SYSTEM = system_principal("test")


def test_a_regional_manager_files_a_partner_in_the_own_region_only(tree, make_user):
    user = make_user("regional_manager", tree["R1"])
    draft = PartnerDraft(name="新经销商", level=Level.DEALER, opened_on=date(2026, 10, 1))
    with scoped(user.pk) as actor:
        partner = create_partner(tree["R1"], code="D9", draft=draft, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            create_partner(tree["R2"], code="D8", draft=draft, actor=actor, now=NOW)
    assert partner.node.path == f"{tree['R1'].path}.{partner.pk}"
    placement = NodePlacement.objects.get(node=partner.node)
    assert (placement.period.lower, placement.period.upper) == (date(2026, 10, 1), None)


def test_levels_must_fit(tree):
    dealer = create_partner(
        tree["R1"],
        code="D9",
        draft=PartnerDraft(name="甲", level=Level.DEALER),
        actor=SYSTEM,
        now=NOW,
    )
    store = PartnerDraft(name="店", level=Level.STORE)
    create_partner(dealer.node, code="S9", draft=store, actor=SYSTEM, now=NOW)
    with pytest.raises(PlacementRefused):
        create_partner(
            dealer.node,
            code="D8",
            draft=PartnerDraft(name="乙", level=Level.DEALER),
            actor=SYSTEM,
            now=NOW,
        )
    with pytest.raises(PlacementRefused, match="店"):
        change_partner(dealer, draft=store, actor=SYSTEM)


def test_a_taken_code_is_refused_and_nothing_is_written(tree):
    draft = PartnerDraft(name="甲", level=Level.DEALER)
    with pytest.raises(PartnerRefused):
        create_partner(tree["R1"], code="D1", draft=draft, actor=SYSTEM, now=NOW)
    assert Partner.objects.count() == 0


def test_an_external_code_belongs_to_one_partner(tree):
    for code in ("D8", "D9"):
        create_partner(
            tree["R1"],
            code=code,
            draft=PartnerDraft(name=code, level=Level.DEALER),
            actor=SYSTEM,
            now=NOW,
        )
    first, second = Partner.objects.select_related("node").order_by("node__code")
    coded = PartnerDraft(name="x", level=Level.DEALER, external_code="ERP-1")
    change_partner(first, draft=coded, actor=SYSTEM)
    with pytest.raises(PartnerRefused):
        change_partner(second, draft=coded, actor=SYSTEM)


def rows(count):
    return [
        PartnerRow(code=f"P{at}", name=f"经销商{at}", parent_code="R1", level=Level.DEALER)
        for at in range(count)
    ] + [
        PartnerRow(
            code=f"Q{at}",
            name=f"门店{at}",
            parent_code=f"P{at}",
            level=Level.STORE,
            tier=Tier.CORE,
            opened_on=date(2026, 1, 5),
        )
        for at in range(count)
    ]


@pytest.mark.parametrize("count", [1, 50])
def test_bulk_is_a_fixed_number_of_statements(tree, count):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ids = ensure_partners(rows(count), actor=SYSTEM, now=NOW)
    assert len(queries) == 10
    assert len(ids) == 2 * count
    store = Partner.objects.select_related("node__parent").get(pk=ids["Q0"])
    assert (store.level, store.tier, store.node.parent.code) == ("store", "core", "P0")
    assert NodePlacement.objects.filter(node_id__in=ids.values()).count() == 2 * count


def test_bulk_again_updates_but_never_moves(tree):
    ensure_partners(rows(1), actor=SYSTEM, now=NOW)
    ensure_partners(
        [PartnerRow(code="P0", name="改名", parent_code="R2", level=Level.DEALER, city="苏州")],
        actor=SYSTEM,
        now=NOW,
    )
    node = Node.objects.get(code="P0")
    assert (node.name, node.parent_id, node.partner.city) == ("改名", tree["R1"].pk, "苏州")


def test_bulk_names_rows_without_a_parent(tree):
    with pytest.raises(PartnerRefused) as refused:
        ensure_partners(
            [*rows(1), PartnerRow(code="X", name="x", parent_code="nowhere", level=Level.STORE)],
            actor=SYSTEM,
            now=NOW,
        )
    assert [(row["row"], row["code"]) for row in refused.value.rows] == [(3, "X")]


def test_units_in_bulk_and_alone(db):
    ids = ensure_units(
        [
            UnitRow(code="E", name="华东", parent_code="HQ", provinces=["浙江省", "上海市"]),
            UnitRow(code="HQ", name="总部"),
        ],
        actor=SYSTEM,
        now=NOW,
    )
    assert OrganisationUnit.objects.get(pk=ids["E"]).provinces == ["浙江省", "上海市"]
    office = create_unit(Node.objects.get(code="E"), code="O", name="杭州", actor=SYSTEM, now=NOW)
    assert office.path == f"{ids['HQ']}.{ids['E']}.{office.pk}"


def test_expiry_of_documents(tree):
    licence = Licence(
        node=tree["D1"], kind=LicenceKind.FOOD, number="1", expires_on=date(2026, 12, 31)
    )
    assert licence.state_on(date(2026, 11, 1)) is LicenceState.EXPIRING  # 60 days before
    assert licence.state_on(date(2026, 10, 31)) is LicenceState.VALID
    assert licence.state_on(date(2026, 12, 31)) is LicenceState.EXPIRING
    assert licence.state_on(date(2027, 1, 1)) is LicenceState.EXPIRED


def test_a_city_is_read_and_found_in_the_readers_language(tree):
    rows = [
        PartnerRow(
            code=f"D{at}",
            name=f"商行{at}",
            parent_code="R1",
            level=Level.DEALER,
            city=city,
            city_en=english,
        )
        for at, (city, english) in enumerate([("上海", "Shanghai"), ("温岭", "")], start=8)
    ]
    ids = ensure_partners(rows, actor=SYSTEM, now=NOW)
    found = {code: Partner.objects.get(pk=pk) for code, pk in ids.items()}
    with override("en"):
        assert [found[code].city_label for code in ("D8", "D9")] == ["Shanghai", "温岭"]
    with override("zh-hans"):
        assert found["D8"].city_label == "上海"
    assert [partner.pk for partner in search_partners("shangh")] == [ids["D8"]]
