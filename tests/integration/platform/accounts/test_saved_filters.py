"""A person names what a list shows, finds it again as a chip, renames and deletes it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from yunhe.platform.access.session import scoped, set_role
from yunhe.platform.accounts.errors import FilterRefused
from yunhe.platform.accounts.models import SavedFilter
from yunhe.platform.accounts.services.filters import is_list, save_filter
from yunhe.platform.ui.saved_filters import plain_query

pytestmark = pytest.mark.django_db
LIST, SAVE = "/orders/", "/account/filters/save/"
ASKED = {"status": "submitted", "q": "米", "sort": "-total"}


@pytest.fixture
def browser(make_user, tree):
    def sign_in(role="sales_ops", place="HQ", name="me"):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(make_user(role, tree[place], name))
        return client

    return sign_in


def open_list(client, query=None, path=LIST):
    set_role("none")
    answer = client.get(path, query or {})
    set_role("none")
    return answer.content.decode()


def post(client, path, data):
    set_role("none")
    answer = client.post(path, data)
    set_role("none")
    return answer


def keep(client, name="待办", query="status=submitted&q=&page=3&sort=-total", path=LIST):
    return post(client, SAVE, {"path": path, "name": name, "query": query})


def test_what_a_list_shows_is_saved_and_found_again(browser):
    client = browser()
    assert "Save filter" not in open_list(client), "there is nothing to name yet"
    assert 'value="q=%E7%B1%B3&amp;sort=-total&amp;status=submitted"' in open_list(client, ASKED)
    answer = keep(client)
    assert (answer.status_code, answer.url) == (302, "/orders/?sort=-total&status=submitted")
    plain = open_list(client)
    assert 'href="/orders/?sort=-total&amp;status=submitted"' in plain
    assert 'aria-current="true"' not in plain.partition("y-saved")[2].partition("</ul>")[0]
    shown = open_list(client, {"status": "submitted", "sort": "-total", "q": "", "page": "1"})
    assert "Rename" in shown
    assert "Save filter" not in shown
    assert "待办" not in open_list(client, path="/stock/"), "each list has its own"


def test_the_same_name_is_replaced_and_another_name_or_none_given(browser):
    client = browser()
    keep(client)
    keep(client, query="status=confirmed")
    saved = SavedFilter.objects.get()
    assert saved.query == "status=confirmed"
    address = f"/account/filters/{saved.pk}/"
    keep(client, name="旧名", query="status=draft")
    assert post(client, address, {"name": " 旧名 "}).url == "/orders/?status=confirmed"
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.query) == ("旧名", "status=confirmed")
    assert post(client, address, {"name": "", "delete": "1"}).url == "/orders/?status=confirmed"
    assert not SavedFilter.objects.exists()


def test_a_filter_is_its_persons_alone(browser):
    mine, other = browser(), browser(name="other")
    keep(mine)
    saved = SavedFilter.objects.get()
    assert "待办" not in open_list(other)
    assert post(other, f"/account/filters/{saved.pk}/", {"delete": "1"}).status_code == 404
    keep(other, query="status=draft")
    assert SavedFilter.objects.count() == 2
    assert SavedFilter.objects.get(pk=saved.pk).query == saved.query


@pytest.mark.parametrize(
    "given",
    [
        {"path": "//evil.example/"},
        {"path": "https://evil.example/"},
        {"path": "/account/"},
        {"path": ""},
        {"name": "  "},
        {"name": "x" * 61},
        {"query": ""},
        {"query": "page=2&q="},
        {"query": "q=" + "x" * 2000},
    ],
)
def test_what_is_no_filter_of_a_list_is_refused(browser, given):
    client = browser()
    post(client, SAVE, {"path": LIST, "name": "n", "query": "q=1"} | given)
    assert not SavedFilter.objects.exists()


def test_a_list_has_at_most_twenty(make_user, tree):
    user = make_user("sales_ops", tree["HQ"])
    with scoped(user.pk) as actor:
        told = {"actor": actor, "path": LIST, "query": "q=1"}
        for number in range(20):
            save_filter(name=str(number), **told)
        save_filter(name="19", **told)
        with pytest.raises(FilterRefused):
            save_filter(name="20", **told)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/orders/", {"status": "submitted"}),
        ("/transfers/alerts/", {"kind": "low"}),
        ("/transfers/alerts/products/", {"kind": "low"}),
        ("/transfers/alerts/all/", {"kind": "low"}),
        ("/shipping/", {"q": "1"}),
        ("/shipping/claims/", {"q": "1"}),
        ("/returns/", {"q": "1"}),
    ],
)
def test_the_lists_of_daily_work_offer_it(browser, path, query):
    assert "Save filter" in open_list(browser("director"), query, path)


@pytest.mark.parametrize(
    ("path", "found"),
    [("/rebates/7/accruals/", True), ("/rebates/7/", False), ("/nowhere/", False)],
)
def test_a_filter_is_of_a_list(path, found):
    assert is_list(path) is found


def test_the_portal_offers_it_too(browser):
    client = browser("dealer_owner", "D1")
    assert keep(client, path="/portal/orders/").url.startswith("/portal/orders/?")
    assert "待办" in open_list(client, path="/portal/orders/")


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ("", ""),
        ("b=2&a=1&page=4&size=25&export=csv", "a=1&b=2"),
        ("a=&b=%20x", "b=+x"),
        ("a=2&a=1", "a=1&a=2"),
    ],
)
def test_a_query_is_kept_in_one_form(query, plain):
    assert plain_query(query) == plain
