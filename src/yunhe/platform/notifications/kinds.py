"""Kinds of messages are declared by the domains that send them, so that people can choose.

    CONFIRMED = declare_kind("orders.confirmed", _("An order was confirmed"), email=True)

Declare beside the code that calls `notify` (a module imported at start).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Kind:
    """`email`: whether it goes by mail unless a person says no; `required`: nobody may say no."""

    code: str
    label: str | Promise
    email: bool = False
    required: bool = False


_kinds: dict[str, Kind] = {}


def declare_kind(
    code: str, label: str | Promise, *, email: bool = False, required: bool = False
) -> str:
    """Register a kind and return its code. Raises ValueError when declared differently before."""
    kind = Kind(code, label, email, required)
    known = _kinds.setdefault(code, kind)
    if (known.email, known.required) != (email, required):
        raise ValueError(f"notification kind {code} is declared twice")
    return code


def all_kinds() -> list[Kind]:
    """Every declared kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]


def kind_of(code: str) -> Kind:
    """The declared kind; an undeclared one is shown in the app and cannot be chosen."""
    return _kinds.get(code) or Kind(code, code)
