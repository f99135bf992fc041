"""Texts that are kept in both languages, as the reader of this request wants them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language, override

Text = str | Promise


def reads_english() -> bool:
    """Whether the reader's language is English."""
    return (get_language() or "").startswith("en")


def in_language(chinese: str, english: str) -> str:
    """The text in the reader's language, Chinese when there is no other."""
    return english if english and reads_english() else chinese


def in_both_languages(text: Text) -> tuple[str, str]:
    """A text as it is kept for any reader, in Chinese and in English: a lazy one is put into words twice."""
    if not isinstance(text, Promise):
        return text, text
    found = []
    for language in ("zh-hans", "en"):
        with override(language):
            found.append(str(text))
    return found[0], found[1]
