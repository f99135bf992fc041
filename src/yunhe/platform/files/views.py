"""Hand files out."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase

from yunhe.platform.files.downloads import answer_with_file
from yunhe.platform.files.permissions import VIEW
from yunhe.platform.ui.views import Page


class DownloadView(Page):
    """The bytes of a file of the reader's scope."""

    permission: ClassVar[str] = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answer_with_file(request, kwargs["pk"])
