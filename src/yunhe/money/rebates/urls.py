"""Addresses of rebates."""

from __future__ import annotations

urlpatterns: list = []
portal_patterns: list = []
