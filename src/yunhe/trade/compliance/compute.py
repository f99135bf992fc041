"""Which rule refuses which product, and why. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Reason(StrEnum):
    """Why a product is refused."""

    MISSING = "missing"
    EXPIRED = "expired"
    UNREGISTERED = "unregistered"
    REGISTRATION_EXPIRED = "registration_expired"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that concerns a product for a partner, and the best document that was found for it.

    `demand` is licence, registration or ban; `found` whether any document of the kind is filed;
    `until` the last day of the one that is valid longest (None with `found`: without end).
    """

    sku_id: int
    rule_id: int
    rule: str
    demand: str
    found: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A product is refused by a rule. `until` is the day a document ran out, if one did."""

    sku_id: int
    rule_id: int
    reason: Reason
    until: date | None = None


def compute_verdicts(findings: Iterable[Finding], on: date) -> dict[int, Verdict]:
    """sku_id → the verdict of the first rule (by code) that refuses it on a day; allowed ones absent.

    The last day of a document counts as valid. A ban refuses whatever is filed.
    """
    refused: dict[int, Verdict] = {}
    for finding in sorted(findings, key=lambda each: (each.sku_id, each.rule)):
        if finding.sku_id in refused:
            continue
        reason = _reason(finding, on)
        if reason is not None:
            until = finding.until if finding.found else None
            refused[finding.sku_id] = Verdict(finding.sku_id, finding.rule_id, reason, until)
    return refused


def _reason(finding: Finding, on: date) -> Reason | None:
    if finding.demand == "ban":
        return Reason.BANNED
    of_product = finding.demand == "registration"
    if not finding.found:
        return Reason.UNREGISTERED if of_product else Reason.MISSING
    if finding.until is not None and finding.until < on:
        return Reason.REGISTRATION_EXPIRED if of_product else Reason.EXPIRED
    return None
