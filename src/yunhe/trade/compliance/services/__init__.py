"""Writes of compliance, by use case."""

from __future__ import annotations

from yunhe.trade.compliance.services.adopting import Adopted, adopt_standards
from yunhe.trade.compliance.services.registrations import (
    RegistrationDraft,
    remove_registration,
    save_registration,
)
from yunhe.trade.compliance.services.rules import RuleDraft, end_rule, save_rule

__all__ = [
    "Adopted",
    "RegistrationDraft",
    "RuleDraft",
    "adopt_standards",
    "end_rule",
    "remove_registration",
    "save_registration",
    "save_rule",
]
