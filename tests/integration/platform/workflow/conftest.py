"""A kind of approval that only notes what it is told, and chains on the small tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.workflow import kinds
from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.platform.workflow.services import ChainDraft, save_chain, start_approval

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SYSTEM = system_principal("test")


def step(key: str, *roles: str, mode: str = "any", **more: object) -> dict[str, object]:
    return {"key": key, "name": f"步骤{key}", "name_en": f"step {key}", "mode": mode} | {
        "roles": list(roles),
        "users": more.pop("users", []),
        **more,
    }


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """What the kind's callbacks were told: (what, subject)."""
    told: list[tuple[str, str]] = []

    def note(what: str) -> Callable[..., None]:
        return lambda approval, *, actor, now: told.append((what, approval.subject_id))

    before = dict(kinds._kinds)
    register_kind(
        ApprovalKind(
            "test.thing",
            "测试",
            on_approved=note("approved"),
            on_rejected=note("rejected"),
            on_withdrawn=note("withdrawn"),
        )
    )
    register_kind(ApprovalKind("test.secret", "内部", internal=True))
    yield told
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def define(tree, heard):
    """`define(step(...), ...)`: a chain at HQ (or `node=`) for `test.thing`."""

    def make(*steps, node="HQ", kind="test.thing", **more):
        draft = ChainDraft(kind=kind, name=f"链{node}", steps=steps, **more)
        return save_chain(tree[node], draft=draft, actor=SYSTEM)

    return make


@pytest.fixture
def people(tree, make_user):
    """Who decides in the stories, by short name."""
    return {
        "ops": make_user("sales_ops", tree["HQ"]),
        "finance": make_user("finance", tree["HQ"]),
        "finance2": make_user("finance", tree["HQ"], "finance-2"),
        "finance3": make_user("finance", tree["HQ"], "finance-3"),
        "director": make_user("director", tree["HQ"]),
        "east": make_user("regional_manager", tree["R1"]),
        "south": make_user("regional_manager", tree["R2"]),
        "dealer": make_user("dealer_owner", tree["D1"]),
        "rival": make_user("dealer_owner", tree["D2"]),
    }


@pytest.fixture
def ask(tree, people):
    """`ask(by="dealer", amount="100")`: a request about D1."""

    def start(by="dealer", *, amount="100", subject="7", node="D1", kind="test.thing", **more):
        with scoped(people[by].pk) as principal:
            return start_approval(
                subject_kind=kind,
                subject_id=subject,
                title="订单 7",
                url="/orders/7/",
                amount=Decimal(amount),
                node_id=tree[node].pk,
                requested_by=principal,
                now=NOW,
                **more,
            )

    return start
