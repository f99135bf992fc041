"""What compliance refuses."""

from __future__ import annotations

from yunhe.platform.errors import DomainError


class RuleRefused(DomainError):
    """A rule that contradicts itself or whose code is taken."""

    code = "compliance.rule"


class RegistrationRefused(DomainError):
    """A registration that contradicts itself or is filed already."""

    code = "compliance.registration"
