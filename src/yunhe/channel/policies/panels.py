"""What a policy's page is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.permissions import VIEW, WRITE
from yunhe.channel.policies.queries import (
    audience_count,
    compile_version,
    documents_of,
    progress_by_region,
)
from yunhe.channel.policies.rules import Rule, Severity, all_kinds, kind_named, rules_of, summarise
from yunhe.channel.policies.tables import RegionTable, VersionTable
from yunhe.platform.access.models import Node
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FactsPanel, Panel, TablePanel, TemplatePanel


@dataclass(frozen=True)
class ShownRule:
    """A rule with its sentence and what can be done with it."""

    rule: Rule
    label: Any
    icon: str
    sentence: str
    change_url: str
    remove_url: str


class VersionPanel(Panel):
    """Base of panels about the version that the page shows."""

    @property
    def version(self) -> PolicyVersion:
        return self.view.version  # type: ignore[attr-defined]  # PolicyDetail's own


class TextPanel(VersionPanel, TemplatePanel):
    """The text people read."""

    title, icon = _("Text"), "file-text"
    template_name = "policies/panel_text.html"

    def context(self) -> dict[str, Any]:
        return {"version": self.version}


class CompilerPanel(VersionPanel, TemplatePanel):
    """What the compiler says about the draft; warnings can be accepted here."""

    title, icon = _("Compiler"), "stethoscope"
    template_name = "policies/panel_compiler.html"

    def shown(self) -> bool:
        return self.version.state == VersionState.DRAFT

    def context(self) -> dict[str, Any]:
        version = self.version
        findings = compile_version(version, today=timezone.localdate(self.view.now))
        accepted = set(version.acknowledged)
        return {
            "version": version,
            "findings": [
                {
                    "finding": finding,
                    "accepted": finding.key in accepted,
                    "acceptable": finding.severity is Severity.WARNING
                    and finding.key not in accepted
                    and self.view.can(WRITE),
                }
                for finding in findings
            ],
        }


class RulesPanel(VersionPanel, TemplatePanel):
    """What the system executes."""

    title, icon = _("Rules"), "list-check"
    template_name = "policies/panel_rules.html"

    def actions(self) -> Sequence[Button]:
        version = self.version
        if version.state != VersionState.DRAFT:
            return ()
        return [
            Button(
                label=_("Add: %(kind)s") % {"kind": kind.label},
                url=reverse("policies:rule_add", args=[version.pk, kind.code]),
                icon="plus",
                size="small",
                permission=WRITE,
            )
            for kind in all_kinds()
        ]

    def context(self) -> dict[str, Any]:
        version = self.version
        changeable = version.state == VersionState.DRAFT and self.view.can(WRITE)
        shown = []
        for rule in rules_of(version.rules):
            kind = kind_named(rule.kind)
            args = [version.pk, rule.index]
            shown.append(
                ShownRule(
                    rule=rule,
                    label=kind.label if kind else rule.kind,
                    icon=kind.icon if kind else "help-circle",
                    sentence=summarise(rule),
                    change_url=reverse("policies:rule_change", args=args)
                    if changeable and kind
                    else "",
                    remove_url=reverse("policies:rule_remove", args=args) if changeable else "",
                )
            )
        return {"rules": shown}


class AudiencePanel(VersionPanel, FactsPanel):
    """Whom the version reaches, when, and under which reading conditions."""

    title, icon, side, columns = _("Audience and period"), "users", True, 1

    def facts(self) -> Sequence[Fact]:
        version = self.version
        named = {node.pk: node.label for node in Node.objects.filter(pk__in=self._nodes(version))}
        draft = version.state == VersionState.DRAFT
        reached = audience_count(version) if draft else version.recipient_count
        levels = [str(Level(level).label) for level in version.levels]
        tiers = [str(Tier(tier).label) for tier in version.tiers]
        return [
            Fact(_("Recipients"), formatting.number(reached), numeric=True),
            Fact(_("Regions"), _joined(named.get(pk) for pk in version.subtree_ids)),
            Fact(_("Levels"), _joined(levels) if levels else _("every level")),
            Fact(_("Tiers"), _joined(tiers) if tiers else _("every tier")),
            Fact(_("Further partners"), _joined(named.get(pk) for pk in version.node_ids)),
            Fact(_("First day"), formatting.day(version.period.lower)),
            Fact(_("Last day"), formatting.last_day(version.period.upper)),
            Fact(_("Budget"), formatting.money(version.budget)),
            Fact(_("Least reading time in seconds"), str(version.min_dwell_s), numeric=True),
            Fact(_("Comprehension question"), version.quiz.get("question") or _("none")),
        ]

    def _nodes(self, version: Any) -> list[int]:
        return [*version.subtree_ids, *version.node_ids]


def _joined(names: Any) -> str:
    return "、".join(str(name) for name in names if name) or formatting.NOTHING


class ProgressPanel(VersionPanel, TablePanel):
    """The read board in short: by region."""

    title, icon, table = _("Read board"), "eye", RegionTable
    permission = VIEW

    def shown(self) -> bool:
        return self.version.state != VersionState.DRAFT

    def actions(self) -> Sequence[Button]:
        url = reverse("policies:readers", args=[self.version.pk])
        return [Button(label=_("Who read it"), url=url, icon="users", size="small")]

    def rows(self) -> Rows:
        return progress_by_region(self.version)


class VersionsPanel(VersionPanel, TablePanel):
    """Every version of the policy."""

    title, icon, side, table = _("Versions"), "history", True, VersionTable
    empty = Empty(title=_("Nothing here yet"))

    def actions(self) -> Sequence[Button]:
        if self.version.number < 2:
            return ()
        url = reverse("policies:compare", args=[self.version.pk])
        return [Button(label=_("Compare"), url=url, icon="arrows-exchange", size="small")]

    def rows(self) -> Rows:
        return self.record.versions.all()


class DocumentsPanel(VersionPanel, TemplatePanel):
    """Documents attached to the version."""

    title, icon, side = _("Documents"), "paperclip", True
    template_name = "policies/panel_documents.html"

    def actions(self) -> Sequence[Button]:
        if self.version.state != VersionState.DRAFT:
            return ()
        url = reverse("policies:document_add", args=[self.version.pk])
        return [Button(label=_("Add"), url=url, icon="plus", size="small", permission=WRITE)]

    def context(self) -> dict[str, Any]:
        version = self.version
        editable = version.state == VersionState.DRAFT and self.view.can(WRITE)
        return {
            "attachments": documents_of(version),
            "version": version,
            "editable": editable,
            "opens": "policies:document",
        }
