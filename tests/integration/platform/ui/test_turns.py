"""Two windows with one form: who saves second is told, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from yunhe.trade.catalog.models import Category

pytestmark = pytest.mark.django_db


def opened(client: Client, url: str) -> str:
    """The version that the opened form carries."""
    page = client.get(url).content.decode()
    found = re.search(r'name="shown_version" value="(\d+)"', page)
    assert found, page
    return found[1]


def saved(client: Client, url: str, name: str, version: str):
    return client.post(url, {"code": "WINE", "name": name, "shown_version": version})


@pytest.fixture
def category() -> Category:
    return Category.objects.create(code="WINE", name="酒")


def test_the_second_to_save_is_told_and_may_overwrite(category, tree, make_user):
    url = reverse("catalog:category_change", args=[category.pk])
    first, second = Client(), Client()
    user = make_user("data_steward", tree["HQ"])
    first.force_login(user)
    second.force_login(user)
    version = opened(first, url)
    assert opened(second, url) == version

    assert saved(first, url, "葡萄酒", version).status_code == 302
    refused = saved(second, url, "白酒", version)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "白酒" in page
    assert "他人已修改" in page
    category.refresh_from_db()
    assert category.name == "葡萄酒"

    renewed = re.search(r'name="shown_version" value="(\d+)"', page)
    assert renewed
    assert renewed[1] != version
    assert saved(second, url, "白酒", renewed[1]).status_code == 302
    category.refresh_from_db()
    assert category.name == "白酒"


def test_a_form_for_a_new_record_shows_no_version(tree, make_user, client):
    client.force_login(make_user("data_steward", tree["HQ"]))
    page = client.get(reverse("catalog:category_create")).content.decode()
    assert "shown_version" not in page
