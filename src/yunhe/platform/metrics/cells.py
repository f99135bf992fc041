"""How the values of a fact's row are shown: texts for keys and codes, amounts with their currency."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from yunhe.platform.language import reads_english
from yunhe.platform.metrics.declarations import Fact
from yunhe.platform.ui import formatting
from yunhe.platform.ui.reach import may_open

MONEY = {"amount", "due", "earned"}  # columns in the fact's currency


def cell(fact: Fact, row: dict[str, Any], column: str, *, plain: bool = False) -> Any:
    """A fact's value for the reader: texts for keys and codes; `plain` for files."""
    value = row[column]
    if f"{column}__text" in row:
        english = reads_english()
        return row[f"{column}__text_en" if english else f"{column}__text"] or value
    attribute = next((a for a in fact.attributes if a.column == column), None)
    if attribute and attribute.choices:
        return str(attribute.choices.get(str(value), value))
    if plain or value is None:
        return value
    if isinstance(value, date):
        return formatting.day(value)
    if column in MONEY and "currency" in fact.columns:
        return formatting.money(value, row.get("currency") or "")
    return formatting.number(value) if fact.columns[column].startswith("decimal") else value


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
