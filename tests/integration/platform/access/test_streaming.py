"""An answer that is read after its scope has ended would run as the owner: it is refused."""

from __future__ import annotations

import io

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from yunhe.platform.access.middleware import ScopeMiddleware
from yunhe.platform.database.elevation import current_role, set_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer():
    """Pass a view's answer through the middleware; the owner role returns afterwards."""

    def through(view):
        request = RequestFactory().get("/anything/")
        request.session = SessionBase()
        try:
            return ScopeMiddleware(view)(request)
        finally:
            if not connection.needs_rollback:
                set_role("none")

    return through


def rows():
    """What an export would be tempted to do: read while the answer is sent."""
    yield current_role().encode()


def test_rows_read_while_sending_would_be_read_outside_the_scope():
    """The danger itself: inside the request the role is restricted, while sending it is not."""
    inside = []
    response = StreamingHttpResponse(rows())

    def view(_request):
        inside.append(current_role())
        return HttpResponse()

    request = RequestFactory().get("/anything/")
    request.session = SessionBase()
    ScopeMiddleware(view)(request)
    set_role("none")  # what the end of a request's own transaction does
    assert inside == ["yunhe_scoped"]
    assert b"".join(response.streaming_content) == b"none"


def test_a_streamed_answer_is_refused(answer):
    with pytest.raises(RuntimeError, match="after its scope has ended"):
        answer(lambda _request: StreamingHttpResponse(rows()))


def test_a_file_and_a_whole_answer_pass(answer):
    file = answer(lambda _request: FileResponse(io.BytesIO(b"content")))
    assert b"".join(file.streaming_content) == b"content"
    assert answer(lambda _request: HttpResponse(b"whole")).content == b"whole"
