"""Terms of lists and sales channels over the API."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client, make_user, partners):
    client.force_login(make_user("sales_ops", partners["HQ"]))

    def ask(method, path, body=None):
        url = f"/api/v1/pricing/{path}"
        return getattr(client, method)(url, body, content_type="application/json")

    return ask


def test_a_draft_is_read_and_changed(send, partners):
    terms = {"name": "春", "name_en": "Spring", "valid_from": "2026-01-01"}
    made = send("post", "lists", terms | {"code": "S", "node_id": partners["R1"].pk}).json()
    answer = send("put", f"lists/{made['id']}", terms | {"priority": 5, "valid_to": "2027-01-01"})
    assert answer.status_code == 200, answer.content
    found = send("get", f"lists/{made['id']}").json()
    assert (found["priority"], found["valid_to"], found["name_en"]) == (5, "2027-01-01", "Spring")
    assert (found["status"], found["waiting"]) == ("draft", "")
    assert send("get", "lists/999999").status_code == 404


def test_sales_channels_are_set_and_read(send, partners):
    d1, d2 = partners["D1"].pk, partners["D2"].pk
    rows = [{"node_id": d1, "channel": "modern"}, {"node_id": d2, "channel": "online"}]
    assert send("post", "channels", {"channels": rows}).json() == 2
    assert send("get", "channels").json()["items"] == rows
    send("post", "channels", {"channels": [{"node_id": d1}]})
    assert send("get", "channels").json()["items"] == rows[1:]
    assert (
        send("post", "channels", {"channels": [{"node_id": d1, "channel": "x"}]}).status_code == 422
    )
    assert send("post", "channels", {"channels": [{"node_id": 2**40}]}).status_code in (403, 404)
