"""How the values of a fact's row are shown: texts for keys and codes, amounts with their currency."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from yunhe.platform.language import in_language
from yunhe.platform.metrics.declarations import Fact
from yunhe.platform.ui import formatting
from yunhe.platform.ui.reach import may_open

MONEY = {"amount", "due", "earned"}  # columns in the fact's currency


def cell(fact: Fact, row: dict[str, Any], column: str, *, plain: bool = False) -> Any:
    """A fact's value for the reader: texts for keys and codes; `plain` for files."""
    value = row[column]
    if (text := _text(fact, row, column)) is not None:
        return text
    if plain or value is None:
        return value
    if isinstance(value, date):
        return formatting.day(value)
    if column in MONEY and "currency" in fact.columns:
        return formatting.money(value, row.get("currency") or "")
    return formatting.number(value) if fact.columns[column].startswith("decimal") else value


def _text(fact: Fact, row: dict[str, Any], column: str) -> Any:
    """What a key, a code or a text with an English twin says to the reader; None for other values."""
    value = row[column]
    if f"{column}__text" in row:
        return in_language(row[f"{column}__text"], row[f"{column}__text_en"]) or value
    if f"{column}_en" in fact.columns:
        return in_language(value, row[f"{column}_en"])
    attribute = next((a for a in fact.attributes if a.column == column), None)
    if attribute and attribute.choices:
        return str(attribute.choices.get(str(value), value))
    return None


def align(fact: Fact, column: str) -> str:
    """Numbers stand at the right, what names something at the left."""
    return "end" if fact.columns[column].startswith("decimal") else "start"


def document_url(fact: Fact, row: dict[str, Any]) -> str:
    """The page of the document behind a row, when the fact knows one that the reader may open."""
    if fact.document is None or row.get(fact.document[1]) is None:
        return ""
    name, column = fact.document
    url = reverse(name, args=[row[column]])
    return url if may_open(url, name=name) else ""
