"""Texts that are kept in both languages, as the reader of this request wants them."""

from __future__ import annotations

from django.utils.translation import get_language


def reads_english() -> bool:
    """Whether the reader's language is English."""
    return (get_language() or "").startswith("en")


def in_language(chinese: str, english: str) -> str:
    """The text in the reader's language, Chinese when there is no other."""
    return english if english and reads_english() else chinese
