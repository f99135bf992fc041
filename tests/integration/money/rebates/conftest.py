"""Two dealers with a store each, three products, a rebate policy, people who settle."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.services import PartnerRow, ensure_partners
from yunhe.channel.policies.queries import compile_version
from yunhe.channel.policies.rules import Severity
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    accept_warning,
    add_rule,
    create_policy,
    publish_version,
    save_draft,
    start_version,
)
from yunhe.money.rebates.services import create_programs
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.trade.catalog.services.bulk import SkuRow, ensure_catalog
from yunhe.trade.sales.services import FactLine, record_facts

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SYSTEM = system_principal("test")
TIERS = [{"from": "0", "rate": "0.01"}, {"from": "1000", "rate": "0.02"}]
RULE = {
    "flow": "sell_in",
    "pay_on": "amount",
    "mode": "retrospective",
    "tiers": TIERS,
    "frequency": "quarterly",
}


@pytest.fixture
def partners(tree):
    rows = [
        PartnerRow(code=code, name=tree[code].name, parent_code=parent, level=level, tier=Tier.CORE)
        for code, parent, level in [
            ("D1", "R1", Level.DEALER),
            ("D2", "R2", Level.DEALER),
            ("S1", "D1", Level.STORE),
            ("S2", "D2", Level.STORE),
        ]
    ]
    ensure_partners(rows, actor=SYSTEM, now=NOW)
    return tree


@pytest.fixture
def catalog(db):
    rows = [
        SkuRow(
            code=code,
            name=code,
            brand=(brand, brand, brand),
            category=(("C", "饮料", "Drinks"),),
            product=(code, code, code),
        )
        for code, brand in [("COLA", "B1"), ("WATER", "B1"), ("TEA", "B2")]
    ]
    return ensure_catalog(rows, actor=SYSTEM)


@pytest.fixture
def sell(partners, catalog):
    """`sell("D1", "COLA", "800", on=…, flow=…)`: a fact; quantity is a tenth of the amount."""
    count = iter(range(10**6))

    def record(node, sku, amount, *, on=date(2026, 10, 10), flow="sell_in", now=NOW, quantity=None):
        value = Decimal(amount)
        line = FactLine(
            line_key=str(next(count)),
            node_id=partners[node].pk,
            sku_id=catalog[sku],
            on=on,
            quantity=value / 10 if quantity is None else Decimal(quantity),
            amount=value,
        )
        record_facts([line], flow=flow, source=f"test:{flow}", now=now)

    return record


@pytest.fixture
def draft(partners, catalog):
    """`draft(RULE, …, code="P1")`: a draft for all dealers, 1 October to 31 December 2026."""

    def make(*rules, code="P1", **changes):
        version = create_policy(partners["HQ"], code=code, title=code, actor=SYSTEM, now=NOW)
        plain = {
            "title": f"{code}政策",
            "title_en": f"{code} policy",
            "body": "满额返利",
            "body_en": "Rebate",
            "starts_on": date(2026, 10, 1),
            "ends_on": date(2027, 1, 1),
            "audience": Audience(subtree_ids=(partners["HQ"].pk,), levels=(Level.DEALER,)),
        }
        version = save_draft(version, draft=VersionDraft(**{**plain, **changes}), actor=SYSTEM)
        for rule in rules or (RULE,):
            version = add_rule(version, kind="rebate", definition=rule, actor=SYSTEM)
        return version

    return make


def publish(version, now=NOW):
    """Accept the warnings, publish, make the programs."""
    for finding in compile_version(version, today=TODAY):
        if finding.severity is Severity.WARNING:
            version = accept_warning(version, finding.key, actor=SYSTEM)
    version = publish_version(version, actor=SYSTEM, now=now)
    return create_programs(version, now=now)


@pytest.fixture
def programs(draft):
    """`programs(RULE, …)`: the programs of a published policy."""

    def make(*rules, **changes):
        return publish(draft(*rules, **changes))

    return make


@pytest.fixture
def again(draft):
    """`again(version, RULE)`: the next version of a policy with this one rule, published."""

    def make(version, rule, **changes):
        version = start_version(version.policy, actor=SYSTEM, now=NOW)
        version.rules = []
        version.save()
        if changes:
            version.period = changes["period"]
            version.save()
            version.refresh_from_db()
        return publish(add_rule(version, kind="rebate", definition=rule, actor=SYSTEM))

    return make


@pytest.fixture
def people(make_user, partners):
    return {
        "finance": make_user("finance", partners["HQ"]),
        "director": make_user("director", partners["HQ"]),
        "manager": make_user("policy_manager", partners["HQ"]),
        "regional": make_user("regional_manager", partners["R1"]),
        "dealer": make_user("dealer_owner", partners["D1"]),
        "other": make_user("dealer_owner", partners["D2"]),
        "store": make_user("store", partners["S1"]),
    }


@pytest.fixture
def settled(people):
    """`settled(programs, cutoff=…)`: opened and posted by finance, approved by the director."""
    from yunhe.money.rebates.services import approve_settlement, open_settlement, post_settlement

    def make(programs, *, cutoff=TODAY, now=NOW, **options):
        with scoped(people["finance"].pk) as finance:
            settlement = open_settlement(programs, cutoff=cutoff, actor=finance, now=now, **options)
        with scoped(people["director"].pk) as director:
            approve_settlement(settlement, actor=director, now=now)
        with scoped(people["finance"].pk) as finance:
            return post_settlement(settlement, actor=finance, now=now)

    return make
