"""Addresses of other domains' pages: empty where an installation leaves the domain out."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def link(name: str, *args: object) -> str:
    """The page's address, or "" when there is none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
