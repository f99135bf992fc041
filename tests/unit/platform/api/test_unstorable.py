"""A value that the database cannot hold is refused by the API, not a fault."""

from __future__ import annotations

import json

from django.db import DataError
from django.test import RequestFactory

from yunhe.platform.api.problems import _database


def test_the_api_refuses_it_with_a_code():
    request = RequestFactory().get("/api/v1/orders/?q=%00")
    answer = _database(request, DataError("PostgreSQL text fields cannot contain NUL bytes"))
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "unstorable"
