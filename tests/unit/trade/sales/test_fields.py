"""The words of a sales file."""

from __future__ import annotations

from yunhe.trade.catalog.choices import Unit
from yunhe.trade.sales.fields import FIELDS, UNIT_WORDS


def test_every_unit_of_the_catalogue_has_words_and_no_word_means_two_units():
    assert set(UNIT_WORDS) == set(Unit.values)
    words = [word for words in UNIT_WORDS.values() for word in words.split()]
    assert len(set(words)) == len(words)


def test_no_alias_belongs_to_two_fields():
    aliases = [alias for field in FIELDS for alias in field.aliases]
    assert sorted(set(aliases)) == sorted(aliases)
