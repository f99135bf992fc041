"""Messages: the list, opening one, reading all, preferences."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from yunhe.platform.notifications.queries import choices_of, notifications_for, unread_count
from yunhe.platform.notifications.services import (
    change_preferences,
    open_notification,
    read_all,
)
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.components.controls import Tab, Tabs
from yunhe.platform.ui.views import Page
from yunhe.platform.ui.views.base import SIGNED_IN

PER_PAGE = 30
LIST = reverse_lazy("notifications:list")


class MessageList(Page):
    """One's messages, newest first, all or the unread."""

    permission = SIGNED_IN
    face = None
    title = _("Messages")
    template_name = "notifications/list.html"

    def get_actions(self) -> list[Button]:
        return [
            Button(
                label=_("Message preferences"),
                url=reverse("notifications:preferences"),
                style="quiet",
            )
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        only_unread = self.request.GET.get("show") == "unread"
        rows = notifications_for(self.principal.user_id, unread=only_unread)
        waiting = unread_count(self.principal.user_id)
        tabs = (
            Tab(_("All"), str(LIST), active=not only_unread),
            Tab(_("Unread"), f"{LIST}?show=unread", active=only_unread, count=waiting),
        )
        return super().context(
            page=Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page")),
            tabs=Tabs(tabs=tabs, label=_("Which messages")),
            waiting=waiting,
            **extra,
        )


class OpenMessage(Page):
    """POST: mark as read and go where the message leads."""

    permission = SIGNED_IN
    face = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = open_notification(actor=self.principal, notification_id=kwargs["pk"], now=self.now)
        local = url_has_allowed_host_and_scheme(found.url, {request.get_host()})
        return HttpResponseRedirect(found.url if found.url and local else str(LIST))


class ReadAll(Page):
    """POST: mark everything as read."""

    permission = SIGNED_IN
    face = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        read_all(actor=self.principal, now=self.now)
        return HttpResponseRedirect(str(LIST))


class Preferences(Page):
    """What to be told of, in the app and by mail."""

    permission = SIGNED_IN
    face = None
    title = _("Message preferences")
    template_name = "notifications/preferences.html"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("Messages"), str(LIST))]

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(choices=choices_of(self.principal.user_id), **extra)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        in_app, email = request.POST.getlist("in_app"), request.POST.getlist("email")
        codes = [choice.kind.code for choice in choices_of(self.principal.user_id)]
        change_preferences(
            actor=self.principal, choices={code: (code in in_app, code in email) for code in codes}
        )
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("notifications:preferences"))
