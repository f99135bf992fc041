"""Partners who read, a manager who writes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.services import PartnerRow, ensure_partners
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    create_policy,
    publish_version,
    save_draft,
)
from yunhe.platform.access.principal import system_principal

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SYSTEM = system_principal("test")


@pytest.fixture
def partners(tree):
    rows = [
        PartnerRow(code=code, name=tree[code].name, parent_code=parent, level=level, tier=tier)
        for code, parent, level, tier in [
            ("D1", "R1", Level.DEALER, Tier.CORE),
            ("D2", "R2", Level.DEALER, Tier.GROWTH),
            ("S1", "D1", Level.STORE, Tier.GROWTH),
            ("S2", "D2", Level.STORE, Tier.GROWTH),
        ]
    ]
    ensure_partners(rows, actor=SYSTEM, now=NOW)
    return tree


@pytest.fixture
def draft(partners):
    """`draft("P1", place="HQ", levels=("dealer",), …)`: a sound draft."""

    def make(code="P1", *, place="HQ", levels=(), tiers=(), also=(), subtrees=None, **changes):
        version = create_policy(partners[place], code=code, title=code, actor=SYSTEM, now=NOW)
        audience = Audience(
            subtree_ids=tuple(
                partners[one].pk for one in ((place,) if subtrees is None else subtrees)
            ),
            levels=levels,
            tiers=tiers,
            node_ids=tuple(partners[one].pk for one in also),
        )
        plain = {
            "title": code,
            "body": "满额返利",
            "body_en": "Rebate",
            "starts_on": date(2026, 12, 1),
            "ends_on": date(2027, 1, 1),
        }
        content = VersionDraft(audience=audience, **{**plain, **changes})
        return save_draft(version, draft=content, actor=SYSTEM)

    return make


@pytest.fixture
def published(draft):
    def make(*args, **kwargs):
        return publish_version(draft(*args, **kwargs), actor=SYSTEM, now=NOW)

    return make
