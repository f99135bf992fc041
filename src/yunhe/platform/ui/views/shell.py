"""The shell's own pages: the way home, search, the reader's page, preferences, live counters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yunhe.platform.ui import navigation, search
from yunhe.platform.ui.preferences import remember
from yunhe.platform.ui.views.base import SIGNED_IN, Page


class HomeView(Page):
    """Sends each reader to the first page of their face."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        face = self.request_face
        items = navigation.items_for(self.principal, face)
        first = next((item for item in items if item.section == "home"), None)
        if first is None and items:
            first = items[0]
        return HttpResponseRedirect(first.url if first else "/me/")


class MeView(Page):
    """The reader's own page: who, preferences, the rest of the portal's menu, sign out."""

    permission = SIGNED_IN
    face = None
    title = _("Me")
    template_name = "ui/pages/me.html"


class SearchView(Page):
    """What the search text finds; a fragment for the overlay, a page without JavaScript."""

    permission = SIGNED_IN
    face = None
    title = _("Search")
    template_name = "ui/pages/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        text = request.GET.get("q", "")[:100]
        groups = search.search(request, text, self.request_face)
        template = "ui/pages/search_results.html" if self.wants_fragment else ""
        return self.render(template=template, text=text, groups=groups)


class PulseView(Page):
    """The counters that change by themselves, as an out-of-band fragment."""

    permission = SIGNED_IN
    face = None
    template_name = "ui/shell/pulse.html"


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next", "") or request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, settings.HTTPS):
        return asked
    return "/"


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in the cookie and, for the signed-in, in the account."""
    response = HttpResponseRedirect(_back(request))
    language = request.POST.get("language", "")
    if translation.check_for_language(language):
        remember(response, language=language)
        _keep_in_account(request, language=language)
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in the cookie and, for the signed-in, in the account."""
    response = HttpResponseRedirect(_back(request))
    theme = request.POST.get("theme", "")
    remember(response, theme=theme)
    if theme in {"light", "dark", "auto"}:
        _keep_in_account(request, theme=theme)
    return response


def _keep_in_account(request: HttpRequest, **choice: str) -> None:
    principal = getattr(request, "principal", None)
    if principal is not None and principal.user_id is not None:
        get_user_model()._default_manager.filter(pk=principal.user_id).update(**choice)
