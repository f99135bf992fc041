"""Rules, licences and registrations in the database; the order line that they refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.integration.channel.world import SYSTEM, file_partners

from yunhe.channel.network.models import Licence, Partner
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.platform.notifications.models import Notification
from yunhe.trade.catalog.models import Attribute, Category, Product
from yunhe.trade.catalog.services import SkuRow, ensure_catalog, set_attributes
from yunhe.trade.compliance.compute import Reason
from yunhe.trade.compliance.errors import RegistrationRefused, RuleRefused
from yunhe.trade.compliance.jobs import watch_registrations
from yunhe.trade.compliance.queries import refusals_by_rule, refusals_for
from yunhe.trade.compliance.services import (
    RegistrationDraft,
    RuleDraft,
    end_rule,
    save_registration,
    save_rule,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)
SHANGHAI, GUANGDONG = "310000", "440000"


def row(code, *path):
    return SkuRow(
        code=code,
        name=f"商品{code}",
        brand=("B", "澜禾", "Lanhe"),
        category=tuple((part, part, part) for part in path),
        product=(f"P-{code}", f"产品{code}", ""),
    )


@pytest.fixture
def world(tree):
    """Dealers D1 (Shanghai) and D2 (Guangdong); wine below drinks, bread, thermometers."""
    file_partners(tree)
    Partner.objects.filter(node=tree["D1"]).update(province=SHANGHAI)
    Partner.objects.filter(node=tree["D2"]).update(province=GUANGDONG)
    skus = ensure_catalog(
        [row("WINE", "DRINK", "ALC"), row("BREAD", "FOOD"), row("THERMO", "HEALTH")], actor=SYSTEM
    )
    return tree | {"skus": skus}


def rule(**changes):
    plain = {
        "code": "R1",
        "name": "酒类须备案",
        "name_en": "Alcohol needs a filing",
        "category_id": Category.objects.get(code="DRINK").pk,
        "licence_kind": "alcohol",
        "starts_on": date(2026, 1, 1),
    }
    return save_rule(RuleDraft(**plain | changes), actor=SYSTEM)


def reasons(world, node="D1", on=DAY):
    found = refusals_for(world[node].pk, list(world["skus"].values()), on)
    codes = {pk: code for code, pk in world["skus"].items()}
    return {codes[pk]: refusal.reason for pk, refusal in found.items()}


def test_without_a_rule_one_statement_refuses_nothing(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert reasons(world) == {}


def test_a_rule_of_a_category_covers_what_is_below_it(world, django_assert_num_queries):
    rule()
    with django_assert_num_queries(1):
        assert reasons(world) == {"WINE": Reason.MISSING}


def test_the_licence_that_is_valid_longest_counts(world):
    rule()
    licences = [("old", date(2026, 3, 1)), ("new", DAY)]
    for number, until in licences:
        Licence.objects.create(node=world["D1"], kind="alcohol", number=number, expires_on=until)
    assert reasons(world) == {}
    assert reasons(world, on=DAY + timedelta(days=1)) == {"WINE": Reason.EXPIRED}
    Licence.objects.create(node=world["D1"], kind="alcohol", number="forever")
    assert reasons(world, on=date(2040, 1, 1)) == {}


def test_a_licence_counts_from_the_day_it_was_issued(world):
    rule()
    Licence.objects.create(
        node=world["D1"], kind="alcohol", number="1", issued_on=DAY + timedelta(days=1)
    )
    assert reasons(world) == {"WINE": Reason.MISSING}
    assert reasons(world, on=DAY + timedelta(days=1)) == {}


def test_a_rule_holds_in_its_province_region_level_and_period_only(world):
    rule(provinces=(SHANGHAI,))
    assert (reasons(world), reasons(world, "D2")) == ({"WINE": Reason.MISSING}, {})
    save_rule(
        RuleDraft(
            code="R2",
            name="x",
            category_id=Category.objects.get(code="FOOD").pk,
            licence_kind="food",
            region_id=world["R2"].pk,
            levels=("store",),
            starts_on=DAY,
            ends_on=DAY + timedelta(days=1),
        ),
        actor=SYSTEM,
    )
    assert reasons(world, "D2") == {}
    assert reasons(world, "S2") == {"BREAD": Reason.MISSING}
    assert reasons(world, "S2", DAY - timedelta(days=1)) == {}
    assert reasons(world, "S2", DAY + timedelta(days=1)) == {}
    assert reasons(world, "S1") == {}  # nobody filed a province for the store of the other region


def test_a_rule_of_an_attribute_asks_for_the_products_registration(world):
    attribute = Attribute.objects.create(
        code="device_class", name="器械类别", kind="choice", options=["I", "II", "III"]
    )
    product = Product.objects.get(code="P-THERMO")
    set_attributes(product, {"device_class": "II"}, actor=SYSTEM)
    rule(
        category_id=None,
        attribute_id=attribute.pk,
        value="II",
        demand="registration",
        licence_kind="",
        registration_kind="medical",
    )
    assert reasons(world) == {"THERMO": Reason.UNREGISTERED}
    draft = RegistrationDraft(
        product=product, kind="medical", number="沪械注准1", provinces=(SHANGHAI,), expires_on=DAY
    )
    save_registration(draft, actor=SYSTEM, now=NOW)
    assert (reasons(world), reasons(world, "D2")) == ({}, {"THERMO": Reason.UNREGISTERED})
    late = DAY + timedelta(days=1)
    assert reasons(world, on=late) == {"THERMO": Reason.REGISTRATION_EXPIRED}


def test_a_ban_needs_no_document_and_ends_with_its_rule(world):
    banned = rule(demand="ban", licence_kind="")
    assert reasons(world) == {"WINE": Reason.BANNED}
    end_rule(banned, on=DAY + timedelta(days=1), actor=SYSTEM)
    assert reasons(world) == {"WINE": Reason.BANNED}
    assert reasons(world, on=DAY + timedelta(days=1)) == {}


def test_rules_are_summed_up_for_a_partner(world):
    mine = rule()
    found = refusals_by_rule(world["D1"].pk, list(world["skus"].values()), DAY)
    assert [(each.rule, each.refused) for each in found] == [(mine, 1)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category_id": None}, "category"),
        ({"licence_kind": ""}, "licence_kind"),
        ({"demand": "registration"}, "registration_kind"),
        ({"ends_on": date(2026, 1, 1)}, "ends_on"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(world, changes, field):
    with pytest.raises(RuleRefused) as refused:
        rule(**changes)
    assert refused.value.field == field


def test_a_code_is_taken_once(world):
    rule()
    with pytest.raises(RuleRefused) as refused:
        rule()
    assert refused.value.field == "code"


def test_a_registration_ends_after_it_began_and_is_filed_once(world):
    product = Product.objects.get(code="P-WINE")
    draft = RegistrationDraft(product=product, kind="import", number="1", issued_on=DAY)
    save_registration(draft, actor=SYSTEM, now=NOW)
    with pytest.raises(RegistrationRefused):
        save_registration(draft, actor=SYSTEM, now=NOW)


def test_dealers_read_rules_but_do_not_write_them(world, make_user):
    with scoped(make_user("dealer_owner", world["D1"]).pk) as dealer, pytest.raises(NotAllowed):
        save_rule(
            RuleDraft(code="X", name="x", demand="ban", category_id=1, starts_on=DAY), actor=dealer
        )


def test_keepers_are_told_before_a_registration_runs_out_once(world, make_user):
    steward = make_user("data_steward", world["HQ"])
    make_user("dealer_owner", world["D1"])
    product = Product.objects.get(code="P-WINE")
    for number, ahead in (("1", 30), ("2", 31)):
        save_registration(
            RegistrationDraft(
                product=product,
                kind="import",
                number=number,
                expires_on=timezone.localdate() + timedelta(days=ahead),
            ),
            actor=SYSTEM,
            now=NOW,
        )
    for _run in range(2):
        watch_registrations.function(None, actor=SYSTEM)
    told = Notification.objects.filter(kind="compliance.registration_expiring")
    assert [message.user_id for message in told] == [steward.pk]


def test_the_scan_of_a_registration_opens_for_a_dealer(world, make_user, client):
    product = Product.objects.get(code="P-WINE")
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 scan")
    filed = save_registration(
        RegistrationDraft(product=product, kind="import", number="1"),
        upload=scan,
        actor=SYSTEM,
        now=NOW,
    )
    client.force_login(make_user("dealer_owner", world["D1"]))
    answer = client.get(f"/compliance/registrations/{filed.pk}/file/")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"%PDF-1.7 scan")
