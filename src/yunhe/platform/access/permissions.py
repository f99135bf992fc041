"""Permissions are declared by the domains, next to what they protect.

A domain's `permissions.py` declares each permission with the roles that hold it by default:

    VIEW = declare("orders.view", _("See orders"), roles=(SALES_OPS, DEALER_OWNER))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise


@dataclass(frozen=True)
class Permission:
    code: str
    label: str | Promise
    roles: frozenset[str]


_registry: dict[str, Permission] = {}


def declare(code: str, label: str | Promise, *, roles: Iterable[str]) -> str:
    """Register a permission and return its code. Raises ValueError when declared twice."""
    if code in _registry:
        raise ValueError(f"permission {code} is declared twice")
    _registry[code] = Permission(code, label, frozenset(roles))
    permissions_of.cache_clear()
    return code


def all_permissions() -> list[Permission]:
    """Every declared permission, by code."""
    return sorted(_registry.values(), key=lambda permission: permission.code)


@cache
def permissions_of(role: str) -> frozenset[str]:
    """Codes of the permissions that a role holds."""
    return frozenset(p.code for p in _registry.values() if role in p.roles)
