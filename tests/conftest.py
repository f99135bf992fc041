"""Fixtures that every test may use: a small tree, people on it, and their scopes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# how long an example takes says how busy the machine is, not whether a law holds
hypothesis_settings.register_profile(
    "untimed",
    parent=hypothesis_settings(),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("untimed")
os.environ.setdefault("YUNHE_TEST_DATABASE", "test_yunhe")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: object
) -> None:
    """Test databases are copies of one that is migrated already."""
    from django.db import connection
    from tests.template import ensure_template

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"] |= {"TEMPLATE": ensure_template(), "MIGRATE": False}


@pytest.fixture(scope="session", autouse=True)
def emptied_tables() -> Iterator[None]:
    """A test that commits empties the tables that hold something, and no more.

    Django's `flush` would also migrate: policies, triggers and permissions of all tables made anew.
    """
    from django.test import TransactionTestCase
    from tests.emptying import empty_tables

    flushing = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda _case: empty_tables()  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = flushing  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def own_folders(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Derived data and files of a test are its own, never those of a running installation."""
    folder = tmp_path_factory.mktemp("var", numbered=True)
    settings.MART_DIR = folder / "mart"
    settings.MEDIA_ROOT = folder / "files"


@pytest.fixture
def tree(db: None) -> dict[str, object]:
    """HQ → two regions → a dealer each → a store each; by code: HQ, R1, R2, D1, D2, S1, S2."""
    from yunhe.platform.access.models import Node, NodeKind

    nodes: dict[str, Node] = {}
    places = [
        ("HQ", None, "总部", NodeKind.ORGANISATION),
        ("R1", "HQ", "华东区", NodeKind.ORGANISATION),
        ("R2", "HQ", "华南区", NodeKind.ORGANISATION),
        ("D1", "R1", "甲经销商", NodeKind.PARTNER),
        ("D2", "R2", "乙经销商", NodeKind.PARTNER),
        ("S1", "D1", "甲门店", NodeKind.PARTNER),
        ("S2", "D2", "乙门店", NodeKind.PARTNER),
    ]
    for code, parent, name, kind in places:
        nodes[code] = Node.objects.create(
            code=code, parent=nodes.get(parent or ""), name=name, name_en=f"{code} EN", kind=kind
        )
        nodes[code].refresh_from_db()
    return dict(nodes)


@pytest.fixture
def make_user(db: None) -> Callable[..., object]:
    """`make_user("dealer_owner", node)`: an account that holds the role on the node."""
    from yunhe.platform.access.models import Grant
    from yunhe.platform.accounts.models import User

    def make(role: str, node: object, username: str | None = None) -> User:
        username = username or f"{role}-{node.code}"
        user = User.objects.create_user(username, "correct-horse-42", name=username)
        Grant.objects.create(user=user, role=role, node=node)
        return user

    return make


@pytest.fixture
def client() -> object:
    """Django's test client that hands the owner role back to the test after each request.

    Inside a test's transaction the request's own transaction is a savepoint, whose local role
    would otherwise stay.
    """
    from django.db import connection
    from django.test import Client

    from yunhe.platform.database.elevation import set_role

    class OwnerClient(Client):
        def request(self, **request: object) -> object:
            try:
                return super().request(**request)
            finally:
                if connection.in_atomic_block and not connection.needs_rollback:
                    set_role("none")

    return OwnerClient()
