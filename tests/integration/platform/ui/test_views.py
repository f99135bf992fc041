"""The generic views on a real table: pages, fragments, exports, forms, bulk actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django import forms
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from yunhe.platform.access.models import Node
from yunhe.platform.errors import DomainError, NotAllowed, NotFound
from yunhe.platform.ui.filters import FilterSet, TextFilter
from yunhe.platform.ui.forms import StyledForm, unreadable_line
from yunhe.platform.ui.tables import LinkColumn, Table, TextColumn
from yunhe.platform.ui.views import BulkView, DetailView, FactsPanel, FormView, ListView, TablePanel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class Reader:
    permissions: frozenset[str] = frozenset({"places.view", "places.change"})
    user_id: int | None = 1
    name: str = "R"
    is_partner: bool = False
    extra: dict[str, str] = field(default_factory=dict)


class NodeTable(Table):
    code = LinkColumn("Code", url="ui:me", args=())
    parent = TextColumn("Above", source="parent.name")

    class Meta:
        order_by = "code"


class NodeFilters(FilterSet):
    name = TextFilter("Name")
    search = ("code", "name")


class NodeList(ListView):
    permission, title = "places.view", "Places"
    model, table, filters = Node, NodeTable, NodeFilters
    per_page = 25


class AboveFacts(FactsPanel):
    title = "Facts"
    fields = (TextColumn("Name", source="name"),)


class BelowPanel(TablePanel):
    title = "Below"
    table = NodeTable

    def rows(self) -> Any:
        return Node.objects.filter(parent=self.record)


class SecretPanel(AboveFacts):
    title = "Secret"
    permission = "places.secret"


class NodeDetail(DetailView):
    permission, model = "places.view", Node
    panels = (AboveFacts, BelowPanel, SecretPanel)


class NameForm(StyledForm):
    name = forms.CharField(label="Name", max_length=20)


class RenameNode(FormView):
    permission, model, form_class, title = "places.change", Node, NameForm, "Rename"

    def perform(self, form: NameForm) -> Node:
        if form.cleaned_data["name"] == "taken":
            raise DomainError("This name is taken.", code="places.taken", field="name")
        self.record.name = form.cleaned_data["name"]
        self.record.save()
        return self.record

    def get_success_url(self, result: Node) -> str:
        return "/me/"


class FindForm(StyledForm):
    code = forms.CharField(label="Code")
    since = forms.DateField(label="Since", required=False)

    def clean_code(self) -> Node:
        found = Node.objects.filter(code=self.cleaned_data["code"]).first()
        if found is None:
            raise NotFound()
        return found


class FindNode(FormView):
    permission, form_class, title = "places.change", FindForm, "Find"

    def perform(self, form: FindForm) -> Node:
        found: Node = form.cleaned_data["code"]
        return found

    def get_success_url(self, result: Node) -> str:
        return "/me/"


class CloseNodes(BulkView):
    permission, model, title, verb = "places.change", Node, "Close", "Close"

    def apply(self, record: Node) -> None:
        if record.code == "HQ":
            raise DomainError("Headquarters stay open.")
        record.name = f"{record.name} (closed)"
        record.save()


@pytest.fixture
def ask() -> Callable[..., HttpResponseBase]:
    def send(view: Any, request: HttpRequest, reader: Reader | None = None, **kwargs: Any) -> Any:
        request.principal = reader or Reader()  # type: ignore[attr-defined]
        request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        answer = view.as_view()(request, **kwargs)
        return answer.render() if isinstance(answer, TemplateResponse) else answer

    return send


get = RequestFactory().get
post = RequestFactory().post


def text(answer: Any) -> str:
    return str(answer.content.decode())


def make(count: int) -> None:
    top = None
    for index in range(count):
        top = Node.objects.create(
            code=f"N{index}", name=f"Node {index}", name_en="", parent=top, kind="organisation"
        )


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("headers", "queries"), [({"hx-request": "true"}, 3), ({}, 4)])
def test_list_issues_few_queries_however_long(
    ask: Any, django_assert_num_queries: Any, count: int, headers: dict[str, str], queries: int
) -> None:
    """The count, the rows, the reader's saved filters; a whole page adds the bell's count."""
    make(count)
    with django_assert_num_queries(queries):
        answer = ask(NodeList, get("/places/", headers=headers))
    assert text(answer).count("y-row-link") == count


def test_fragment_is_the_results_alone(ask: Any, tree: Any) -> None:
    answer = ask(NodeList, get("/places/?q=甲", headers={"hx-request": "true"}))
    assert text(answer).startswith('<div id="results"')
    assert text(answer).count("y-row-link") == 2


def test_boosted_request_gets_the_page(ask: Any) -> None:
    answer = ask(NodeList, get("/places/", headers={"hx-request": "true", "hx-boosted": "true"}))
    assert text(answer).startswith("<!doctype html>")


def test_empty_list_says_why(ask: Any) -> None:
    assert "Nothing here yet" in text(ask(NodeList, get("/places/")))
    assert "Nothing matches" in text(ask(NodeList, get("/places/?q=zzz")))


def test_page_out_of_range_shows_the_last(ask: Any) -> None:
    make(26)
    assert text(ask(NodeList, get("/places/?page=99"))).count("y-row-link") == 1


def test_export_keeps_filter_order_and_columns(ask: Any, tree: Any) -> None:
    answer = ask(NodeList, get("/places/?export=csv&name=经销商&sort=-code&cols=code"))
    assert b"".join(answer.streaming_content).decode() == "\ufeffCode\r\nD2\r\nD1\r\n"
    with pytest.raises(DomainError, match="no such export format"):
        ask(NodeList, get("/places/?export=pdf"))


def test_permission_and_sign_in_come_first(ask: Any) -> None:
    with pytest.raises(NotAllowed):
        ask(NodeList, get("/places/"), Reader(permissions=frozenset()))
    answer = ask(NodeList, get("/places/?q=1"), Reader(user_id=None))
    assert answer["Location"].endswith("sign-in/?next=/places/%3Fq%3D1")


def test_detail_shows_permitted_panels(ask: Any, tree: Any) -> None:
    answer = text(ask(NodeDetail, get("/places/1/"), pk=tree["R1"].pk))
    assert "Facts" in answer
    assert "Secret" not in answer
    assert answer.count("y-row-link") == 1
    with pytest.raises(NotFound):
        ask(NodeDetail, get("/places/0/"), pk=0)


def test_form_changes_and_goes_on(ask: Any, tree: Any) -> None:
    answer = ask(RenameNode, post("/places/1/", {"name": "East"}), pk=tree["R1"].pk)
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert Node.objects.get(pk=tree["R1"].pk).name == "East"


@pytest.mark.parametrize(
    ("name", "message"), [("", "This field is required."), ("taken", "This name is taken.")]
)
def test_refused_form_comes_back_with_422(ask: Any, tree: Any, name: str, message: str) -> None:
    answer = ask(RenameNode, post("/places/1/", {"name": name}), pk=tree["R1"].pk)
    assert answer.status_code == 422
    assert f'<p class="y-field-error" id="id_name_errors">{message} </p>' in text(answer)
    assert 'aria-invalid="true"' in text(answer)


def test_bulk_asks_once_then_reports_each_row(ask: Any, tree: Any) -> None:
    keys = [tree["HQ"].pk, tree["R1"].pk]
    asked = ask(CloseNodes, post("/places/close/", {"selected": keys}))
    assert "This concerns 2 entries." in text(asked)
    assert Node.objects.get(pk=tree["R1"].pk).name == "华东区"
    done = ask(CloseNodes, post("/places/close/", {"selected": keys, "confirmed": "1"}))
    assert "1 done, 1 not done." in text(done)
    assert "Headquarters stay open." in text(done)
    assert Node.objects.get(pk=tree["R1"].pk).name == "华东区 (closed)"


@pytest.mark.parametrize(
    ("selected", "message"),
    [([], "Choose at least one"), (["1 OR 1=1"], "not readable"), (["1"] * 1001, "at most 1000")],
)
def test_bulk_refuses_unusable_choices(ask: Any, selected: list[str], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        ask(CloseNodes, post("/places/close/", {"selected": selected}))


def test_a_record_that_a_form_does_not_find_is_said_beside_its_field(ask):
    answer = ask(FindNode, post("/find/", {"code": "nowhere", "since": "2026-11-22"}))
    assert answer.status_code == 422
    page = text(answer)
    assert "There is no such record" in page
    assert 'value="nowhere"' in page
    assert 'value="2026-11-22"' in page


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_refused(ask, day):
    make(1)
    answer = ask(FindNode, post("/find/", {"code": "N0", "since": day}))
    assert answer.status_code == 422
    assert "Enter a date between 1900-01-01 and 2199-12-31." in text(answer)
    assert ask(FindNode, post("/find/", {"code": "N0", "since": "2199-12-31"})).status_code == 302


def test_an_error_page_leads_back_to_where_its_reader_was(client):
    there = client.get("/nowhere/", headers={"referer": "http://testserver/me/"})
    assert there.status_code == 404
    assert 'href="http://testserver/me/" data-back' in there.content.decode()
    for came in ("https://elsewhere.example/", "http://testserver/nowhere/", ""):
        alone = client.get("/nowhere/", headers={"referer": came})
        assert "data-back" not in alone.content.decode()


def test_a_line_that_cannot_be_read_is_shown_with_the_reason():
    said = unreadable_line(3, ["LM0003,5"])
    assert said == "Line 3 cannot be read: “LM0003,5”. Put spaces or tabs between its values."
    assert len(unreadable_line(1, "x" * 5000)) < 150
