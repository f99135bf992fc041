"""Reads of compliance. The order path asks `refusals_for`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yunhe.channel.network.choices import LicenceKind
from yunhe.platform.database.prepared import prepared_cursor
from yunhe.platform.language import in_language
from yunhe.platform.ui.formatting import day as day_text
from yunhe.trade.compliance.choices import Demand, RegistrationKind
from yunhe.trade.compliance.compute import Finding, Reason, Verdict, compute_verdicts
from yunhe.trade.compliance.library import BY_CODE
from yunhe.trade.compliance.models import Registration, Rule

_FINDINGS = (
    "SELECT sku_id, rule_id, rule, name, name_en, demand, kind, filed, until"
    " FROM compliance_findings(%s::bigint, %s::bigint[], %s::date)"
)
_ENDING = "phase_out"
_CONCERNS = (
    f"{_FINDINGS} UNION ALL"  # noqa: S608  # constant text
    " SELECT s.id, 0, '', coalesce(r.name, ''), coalesce(r.name_en, ''), 'phase_out', '', true, NULL"
    " FROM catalog_sku s LEFT JOIN catalog_sku r ON r.id = s.replaced_by_id"
    " WHERE s.id = ANY (%s::bigint[]) AND s.status = 'phase_out'"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A partner may not buy a product: which rule says so, and the sentence for the reader."""

    sku_id: int
    rule_id: int
    rule: str
    message: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class _RuleFacts:
    code: str
    name: str
    name_en: str
    kind: str

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


def refusals_for(node_id: int, sku_ids: Collection[int], on: date) -> dict[int, Refusal]:
    """sku_id → why the partner may not buy it on a day; products that it may buy are absent.

    One statement, which ends at once when no rule is in force.
    """
    if not sku_ids:
        return {}
    return _refusals(_fetch(_FINDINGS, [node_id, list(sku_ids), on]), on)


def refusals_each(
    node_ids: Collection[int], sku_ids: Collection[int], on: date
) -> dict[int, dict[int, Refusal]]:
    """node_id → sku_id → why the partner may not buy it on a day, for many partners. One statement."""
    if not node_ids or not sku_ids:
        return {}
    statement = (
        "SELECT place.id, f.sku_id, f.rule_id, f.rule, f.name, f.name_en, f.demand, f.kind, f.filed,"
        " f.until FROM unnest(%s::bigint[]) AS place (id), compliance_findings(place.id, %s, %s) f"
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for node_id, *row in _fetch(statement, [list(node_ids), list(sku_ids), on]):
        found.setdefault(node_id, []).append(tuple(row))
    return {node_id: _refusals(rows, on) for node_id, rows in found.items()}


@dataclass(frozen=True, slots=True)
class Concerns:
    """What an order's way asks about its products: refusals, and sku_id → successor of what ends."""

    refused: dict[int, Refusal]
    phasing_out: dict[int, str]


def order_concerns(node_id: int, sku_ids: Collection[int], on: date) -> Concerns:
    """Refusals and products that are phasing out, in one statement: the order path has no room."""
    asked = list(sku_ids)
    rows = _fetch(_CONCERNS, [node_id, asked, on, asked])
    ending = {row[0]: _RuleFacts("", row[3], row[4], "").label for row in rows if row[5] == _ENDING}
    return Concerns(_refusals([row for row in rows if row[5] != _ENDING], on), ending)


def _fetch(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _refusals(rows: list[tuple[Any, ...]], on: date) -> dict[int, Refusal]:
    if not rows:
        return {}
    facts = {row[1]: _RuleFacts(row[2], row[3], row[4], row[6]) for row in rows}
    findings = [Finding(row[0], row[1], row[2], row[5], row[7], row[8]) for row in rows]
    verdicts = compute_verdicts(findings, on)
    return {sku: _refusal(verdict, facts[verdict.rule_id]) for sku, verdict in verdicts.items()}


def _refusal(verdict: Verdict, rule: _RuleFacts) -> Refusal:
    return Refusal(
        verdict.sku_id, verdict.rule_id, rule.code, sentence(verdict, rule), verdict.reason
    )


def sentence(verdict: Verdict, rule: _RuleFacts) -> str:
    """Why, in the reader's language: the rule and what is missing."""
    words = {
        "rule": rule.label,
        "code": rule.code,
        "kind": _kind_label(verdict.reason, rule.kind),
        "day": day_text(verdict.until),
    }
    return str(
        {
            Reason.MISSING: _("Needs %(kind)s, which is not on file (%(rule)s, %(code)s)."),
            Reason.EXPIRED: _("Needs %(kind)s; yours ran out on %(day)s (%(rule)s, %(code)s)."),
            Reason.UNREGISTERED: _(
                "The product has no %(kind)s for this market (%(rule)s, %(code)s)."
            ),
            Reason.REGISTRATION_EXPIRED: _(
                "The product's %(kind)s ran out on %(day)s (%(rule)s, %(code)s)."
            ),
            Reason.BANNED: _("Not to be sold in this market (%(rule)s, %(code)s)."),
        }[verdict.reason]
        % words
    )


def _kind_label(reason: Reason, kind: str) -> str:
    if reason in (Reason.UNREGISTERED, Reason.REGISTRATION_EXPIRED):
        return str(RegistrationKind(kind).label)
    return str(LicenceKind(kind).label) if kind else ""


def list_rules() -> QuerySet[Rule]:
    """The rule library, by code."""
    return Rule.objects.select_related("category", "attribute", "region").order_by("code")


def adopted_codes() -> set[str]:
    """Codes of the library's entries that are rules here, of whatever day."""
    return set(Rule.objects.filter(code__in=list(BY_CODE)).values_list("code", flat=True))


def rules_in_force(on: date) -> QuerySet[Rule]:
    """Rules that hold on a day."""
    return list_rules().filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


def list_registrations() -> QuerySet[Registration]:
    """Registrations with their products, the next to expire first."""
    return Registration.objects.select_related("product__brand").order_by("expires_on", "pk")


def expiring_registrations(until: date) -> QuerySet[Registration]:
    """Registrations whose last day is `until` or before."""
    return list_registrations().filter(expires_on__lte=until)


def registrations_expiring_on(days: Iterable[date]) -> QuerySet[Registration]:
    """Registrations whose last day is one of these."""
    return list_registrations().filter(expires_on__in=list(days))


@dataclass(frozen=True)
class RuleForPartner:
    """How a rule treats a partner: how many products it refuses, and why."""

    rule: Rule
    refused: int
    message: str


def refusals_by_rule(node_id: int, sku_ids: Collection[int], on: date) -> list[RuleForPartner]:
    """The rules that refuse a partner any of these products, by code. Two statements."""
    refusals = refusals_for(node_id, sku_ids, on)
    if not refusals:
        return []
    by_rule: dict[int, list[Refusal]] = {}
    for refusal in refusals.values():
        by_rule.setdefault(refusal.rule_id, []).append(refusal)
    rules = list_rules().filter(pk__in=by_rule)
    return [RuleForPartner(r, len(by_rule[r.pk]), by_rule[r.pk][0].message) for r in rules]


def soon(on: date, days: int) -> date:
    """The last day of the watch period that begins on a day."""
    return on + timedelta(days=days)


def demand_text(rule: Rule) -> str:
    """What a rule asks for, in words."""
    if rule.demand == Demand.LICENCE:
        return str(LicenceKind(rule.licence_kind).label)
    if rule.demand == Demand.REGISTRATION:
        return str(RegistrationKind(rule.registration_kind).label)
    return str(Demand.BAN.label)
