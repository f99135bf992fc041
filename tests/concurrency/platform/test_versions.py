"""Two systems change one record over the API at the same moment, both from the version they read."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests.concurrency.test_capacity import in_threads

from yunhe.channel.network.models import DeliveryAddress, Partner
from yunhe.channel.network.services import AddressDraft, save_address
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.accounts.models import User
from yunhe.platform.api import versions

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system_principal("test")
ADDRESS = {
    "receiver": "王仓",
    "phone": "13912345678",
    "province": "330000",
    "city": "杭州",
    "district": "西湖",
    "street": "文三路1号",
}


@pytest.fixture
def user(transactional_db: None) -> User:
    hq = Node.objects.create(code="HQ", name="总部", kind="organisation")
    dealer = Node.objects.create(code="D1", name="经销商", kind="partner", parent=hq)
    Partner.objects.create(node=dealer, level="dealer", tier="growth")
    with transaction.atomic():
        save_address(dealer, AddressDraft(**ADDRESS), actor=ACTOR)
    seller = User.objects.create_user("seller", "correct-horse-42", name="seller")
    Grant.objects.create(user=seller, role="sales_ops", node=hq)
    return seller


def race(user: User, monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """Two conditional changes that have both compared, if they may, before either writes."""
    address = DeliveryAddress.objects.get()
    url = f"/api/v1/network/addresses/{address.pk}"
    meet = threading.Barrier(2, timeout=2)
    compare = versions._compare

    def together(*args: Any, **kwargs: Any) -> None:
        compare(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            meet.wait()

    monkeypatch.setattr(versions, "_compare", together)
    read = threading.Barrier(2, timeout=30)

    def change(number: int) -> int:
        client = Client()
        client.force_login(user)
        tag = client.get(url)["ETag"]
        read.wait()
        body = json.dumps(ADDRESS | {"street": f"文三路{number}号"})
        sent = {"content_type": "application/json", "headers": {"If-Match": tag}}
        return client.put(url, body, **sent).status_code

    return dict(in_threads(2, change))


def test_without_holding_the_record_both_changes_pass(user, monkeypatch):
    monkeypatch.setattr(versions._Asked, "hold", lambda self: None)
    assert race(user, monkeypatch) == {200: 2}


def test_of_two_changes_from_one_version_one_is_told(user, monkeypatch):
    assert race(user, monkeypatch) == {200: 1, 412: 1}
