"""Policies to look at: list, detail, read board, comparison."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.compute import compare_texts
from yunhe.channel.policies.filters import PolicyFilters, RecipientFilters
from yunhe.channel.policies.models import Policy, PolicyVersion
from yunhe.channel.policies.panels import (
    AudiencePanel,
    CompilerPanel,
    DocumentsPanel,
    ProgressPanel,
    RulesPanel,
    TextPanel,
    VersionsPanel,
)
from yunhe.channel.policies.permissions import PUBLISH, REMIND, VIEW, WRITE
from yunhe.channel.policies.queries import list_policies, progress_of, recipients_of
from yunhe.channel.policies.rules import rules_of, summarise
from yunhe.channel.policies.tables import STATE_TONES, PolicyTable, RecipientTable
from yunhe.channel.policies.transitions import MOVES
from yunhe.platform.errors import NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import DetailView, ListView, Page

LIST_CRUMB = Crumb(_("Policies"), reverse_lazy("policies:list"))


class PolicyList(ListView):
    permission, title = VIEW, _("Policies")
    subtitle = _("Written once, sent to every level at once, confirmed by each partner")
    table, filters = PolicyTable, PolicyFilters
    create_url_name, create_label, create_permission = "policies:create", _("New policy"), WRITE
    empty = Empty(
        title=_("No policy yet"),
        text=_("Write the first one: text people read, and under it rules the system executes."),
        icon="news",
    )

    def get_rows(self) -> Rows:
        return list_policies()


class PolicyDetail(DetailView):
    """A policy with its draft, else the version in force, else the latest; or the one asked for."""

    permission, model = VIEW, Policy
    panels = (
        CompilerPanel,
        TextPanel,
        RulesPanel,
        ProgressPanel,
        AudiencePanel,
        VersionsPanel,
        DocumentsPanel,
    )

    def get_queryset(self) -> QuerySet[Any]:
        return Policy.objects.select_related("node", "current")

    def get_record(self) -> Any:
        record = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise NotFound()
        return record

    @cached_property
    def version(self) -> PolicyVersion:
        versions = {v.number: v for v in self.record.versions.select_related("policy", "node")}
        if asked := self.kwargs.get("number"):
            if asked not in versions:
                raise NotFound()
            return versions[asked]
        newest = versions[max(versions)]
        if newest.state == VersionState.DRAFT or self.record.current is None:
            return newest
        return versions[self.record.current.number]

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_subtitle(self) -> str:
        return _("%(code)s · version %(number)d · %(unit)s") % {
            "code": self.record.code,
            "number": self.version.number,
            "unit": self.record.node.label,
        }

    def get_status(self) -> Badge:
        tone = STATE_TONES[VersionState(self.version.state)]
        return Badge(label=self.version.get_state_display(), tone=tone)

    def get_stats(self) -> Sequence[Stat]:
        if self.version.state == VersionState.DRAFT:
            return ()
        counts = progress_of(self.version)
        share = (
            formatting.percent(counts["confirmed"] / counts["sent"], 0) if counts["sent"] else ""
        )
        return (
            Stat(label=_("Recipients"), value=formatting.number(counts["sent"]), icon="send"),
            Stat(label=_("Opened"), value=formatting.number(counts["opened"]), icon="eye"),
            Stat(
                label=_("Confirmed"),
                value=formatting.number(counts["confirmed"]),
                icon="check",
                note=share,
            ),
        )

    def get_actions(self) -> Sequence[Button]:
        version = self.version
        buttons = []
        if version.state == VersionState.DRAFT:
            edit = reverse("policies:edit", args=[version.pk])
            buttons.append(Button(label=_("Edit"), url=edit, icon="edit", permission=WRITE))
        else:
            start = reverse("policies:start", args=[self.record.pk])
            buttons.append(
                Button(
                    label=_("New version"), url=start, method="post", icon="copy", permission=WRITE
                )
            )
        if MOVES.allows(version.state, "withdraw"):
            buttons.append(
                Button(
                    label=_("Withdraw"),
                    url=reverse("policies:withdraw", args=[version.pk]),
                    method="post",
                    style="danger",
                    permission=PUBLISH,
                    confirm=_("Withdraw the policy? Its rules stop counting at once."),
                )
            )
        if MOVES.allows(version.state, "publish"):
            buttons.append(
                Button(
                    label=_("Publish"),
                    url=reverse("policies:publish", args=[version.pk]),
                    method="post",
                    style="primary",
                    icon="send",
                    permission=PUBLISH,
                    confirm=_("Publish now? Every recipient is told and must confirm."),
                )
            )
        return buttons


class ReadBoard(ListView):
    """Who opened, who confirmed, who has not: the people behind the figures."""

    permission, title = VIEW, _("Read board")
    table, filters = RecipientTable, RecipientFilters
    empty = Empty(title=_("Nobody was sent this version"), icon="send")

    @cached_property
    def version(self) -> PolicyVersion:
        found = PolicyVersion.objects.select_related("policy").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_rows(self) -> Rows:
        return recipients_of(self.version)

    def get_subtitle(self) -> str:
        return str(self.version.policy)

    def get_crumbs(self) -> Sequence[Crumb]:
        policy = self.version.policy
        return (LIST_CRUMB, Crumb(str(policy), policy.get_absolute_url()))

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Remind those who have not confirmed"),
                url=reverse("policies:remind", args=[self.version.pk]),
                method="post",
                icon="bell",
                permission=REMIND,
                confirm=_("Remind everyone who has not confirmed? At most once a day each."),
            ),
        )


class CompareVersions(Page):
    """What a version changed against the one before it."""

    permission, title = VIEW, _("Compare versions")
    template_name = "policies/compare.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        version = PolicyVersion.objects.select_related("policy").filter(pk=kwargs["pk"]).first()
        if version is None:
            raise NotFound()
        before = (
            version.policy.versions.filter(number__lt=version.number).order_by("-number").first()
        )
        if before is None:
            raise NotFound()
        return self.render(
            version=version,
            before=before,
            text=compare_texts(before.text, version.text),
            rules=compare_texts(_sentences(before), _sentences(version)),
        )


def _sentences(version: PolicyVersion) -> str:
    return "\n".join(summarise(rule).replace("\n", " ") for rule in rules_of(version.rules))
