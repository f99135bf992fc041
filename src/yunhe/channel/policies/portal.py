"""Policies on the dealer's phone: what awaits me, read to the end, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.compute import compare_texts
from yunhe.channel.policies.errors import ReadingIncomplete
from yunhe.channel.policies.models import PolicyReading, PolicyRecipient, PolicyVersion
from yunhe.channel.policies.opening import serve_document
from yunhe.channel.policies.permissions import CONFIRM, READ
from yunhe.channel.policies.queries import (
    documents_of,
    my_policies,
    previous_version,
    recipient_for,
)
from yunhe.channel.policies.rules import rules_of, summarise
from yunhe.channel.policies.services import confirm_reading, open_reading, reach_end
from yunhe.channel.policies.services.reading import seconds_left
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Crumb, Empty
from yunhe.platform.ui.components.lists import CardItem, CardList
from yunhe.platform.ui.views import Page

LIST_LIMIT = 200


class MyPolicies(Page):
    permission, title, face = READ, _("Policies"), "portal"
    template_name = "policies/portal_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cards = [_card(recipient) for recipient in my_policies(self.principal)[:LIST_LIMIT]]
        empty = Empty(title=_("No policy for you yet"), icon="news")
        return self.render(cards=CardList(items=cards, label=_("Policies"), empty=empty))


def _card(recipient: PolicyRecipient) -> CardItem:
    version = recipient.version
    return CardItem(
        title=version.policy.label,
        text=_("Version %(number)d · %(day)s")
        % {"number": version.number, "day": formatting.day(version.published_at)},
        url=reverse("policies_portal:read", args=[version.pk]),
        badge=_badge(recipient),
    )


def _badge(recipient: PolicyRecipient) -> Badge:
    if recipient.version.state == VersionState.WITHDRAWN:
        return Badge(label=_("withdrawn"), tone="grey")
    if recipient.confirmed_at:
        return Badge(label=_("confirmed"), tone="green", icon="check")
    return Badge(label=_("please confirm"), tone="amber", icon="alert-circle")


class ReadingPage(Page):
    """Base: one version that was sent to the reader's partner."""

    permission, face = READ, "portal"

    @cached_property
    def recipient(self) -> PolicyRecipient:
        return recipient_for(self.kwargs["pk"], self.principal)

    @property
    def version(self) -> Any:
        return self.recipient.version

    def reading_context(self, reading: PolicyReading | None) -> dict[str, Any]:
        left = seconds_left(reading, now=self.now) if reading else 0
        ready = reading is not None and reading.reached_end_at is not None and not left
        return {
            "recipient": self.recipient,
            "version": self.version,
            "reading": reading,
            "seconds_left": left,
            "ready": ready,
            "may_confirm": self.can(CONFIRM),
            "in_force": self.version.state == VersionState.PUBLISHED,
        }


class ReadPolicy(ReadingPage):
    model, template_name = PolicyVersion, "policies/portal_read.html"

    @property
    def record(self) -> PolicyVersion:
        return self.recipient.version

    def get_title(self) -> str:
        return str(self.version.policy)

    def get_subtitle(self) -> str:
        return _("Version %(number)d · %(day)s") % {
            "number": self.version.number,
            "day": formatting.day(self.version.published_at),
        }

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Policies"), reverse("policies_portal:list")),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        before = previous_version(self.version)
        changes = compare_texts(before.text, self.version.text) if before else []
        return self.render(
            **self.reading_context(self._latest_reading()),
            rules=[summarise(rule) for rule in rules_of(self.version.rules)],
            changes=changes,
            attachments=documents_of(self.version),
            opens="policies_portal:document",
        )

    def _latest_reading(self) -> PolicyReading | None:
        mine = PolicyReading.objects.filter(
            version=self.version, user_id=self.principal.user_id, node_id=self.recipient.node_id
        )
        return mine.select_related("version").order_by("-opened_at").first()


class ReadDocument(ReadingPage):
    """A document of a version that was sent to the reader's partner."""

    permission = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return serve_document(request, self.version, kwargs["file"])


class ReadingStep(ReadingPage):
    """Base: a step of the reading; answers with the state as a fragment, or goes back to the page."""

    http_method_names = ["post"]
    template_name = "policies/portal_reading.html"

    def step(self) -> PolicyReading:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reading = self.step()
        if self.wants_fragment:
            return self.render(**self.reading_context(reading))
        return HttpResponseRedirect(
            reverse("policies_portal:read", args=[self.version.pk]) + "#reading"
        )


class OpenReading(ReadingStep):
    permission = READ

    def step(self) -> PolicyReading:
        return open_reading(self.version, actor=self.principal, now=self.now)


class ReachEnd(ReadingStep):
    permission = READ

    def step(self) -> PolicyReading:
        reading = open_reading(self.version, actor=self.principal, now=self.now)
        return reach_end(reading, actor=self.principal, now=self.now)


class ConfirmReading(ReadingPage):
    """Confirm; a refusal sends the reader back to the text. A wrong answer is counted all the same."""

    permission = CONFIRM
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reading = open_reading(self.version, actor=self.principal, now=self.now)
        answer = request.POST.get("answer", "")
        try:
            confirm_reading(
                reading,
                answer=int(answer) if answer.isdecimal() else None,
                actor=self.principal,
                now=self.now,
            )
        except ReadingIncomplete as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("policies_portal:read", args=[self.version.pk]))
        messages.success(request, str(_("Thank you: confirmed.")))
        return HttpResponseRedirect(reverse("policies_portal:list"))
