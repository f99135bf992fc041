"""Yunhe (运河): channel management for a manufacturer and the partners that carry its goods."""

from __future__ import annotations

__version__ = "0.1.0"
