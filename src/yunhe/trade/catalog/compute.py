"""Pure rules of the catalogue: GTIN check digits and search keys."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

GTIN_LENGTHS = (8, 12, 13, 14)
MAX_TEXT = 200
FUZZY_LENGTH = 4
_SPACES = re.compile(r"\s+")


def gtin_check_digit(body: str) -> int:
    """Check digit for a GTIN without its last digit (7, 11, 12 or 13 digits).

    GS1 General Specifications, section 7.9: weights 3 and 1 alternate from the right, the sum is
    filled up to the next ten.
    """
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body)))
    return -total % 10


def is_gtin(text: str) -> bool:
    """Whether the text is a GTIN-8, -12, -13 or -14 with the right check digit."""
    if len(text) not in GTIN_LENGTHS or not (text.isascii() and text.isdigit()):
        return False
    return int(text[-1]) == gtin_check_digit(text[:-1])


def search_key(*parts: str) -> str:
    """What a search looks into: the parts, and the pinyin initials and syllables of Chinese ones."""
    words = [normalise(part) for part in parts if part]
    chinese = [word for word in words if any("一" <= letter <= "鿿" for letter in word)]
    if not chinese:
        return " ".join(dict.fromkeys(map(normalise, words)))
    # imported here: its dictionaries take a quarter of a second
    from pypinyin import Style, lazy_pinyin

    initials = ["".join(lazy_pinyin(word, style=Style.FIRST_LETTER)) for word in chinese]
    syllables = ["".join(lazy_pinyin(word)) for word in chinese]
    return " ".join(dict.fromkeys(normalise(word) for word in (*words, *initials, *syllables)))


def spelled(word: str) -> str:
    """A word as it sounds: Chinese in syllables, all else as it stands ("可口kl" → "kekoukl")."""
    # imported here: its dictionaries take a quarter of a second
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(word))


def is_fuzzy(word: str) -> bool:
    """Whether a slip in the word is forgiven: long enough, and no number, which would be another one."""
    return len(word) >= FUZZY_LENGTH and not any(letter.isdigit() for letter in word)


def normalise(text: str) -> str:
    """Lower case, half-width letters, single spaces: how keys and questions are compared."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


@dataclass(frozen=True)
class Trait:
    """A typed attribute: `kind` is text, number, choice or flag; `options` those of a choice."""

    code: str
    kind: str
    options: tuple[str, ...] = ()
    required: bool = False


def read_value(trait: Trait, given: Any) -> tuple[Any, str]:
    """The value as it is stored, and what is wrong with it: "", required, number, choice or text.

    Nothing given is None. Numbers are stored as decimal text, so that none is rounded; flags as
    true or false.
    """
    if trait.kind == "flag":
        return str(given).lower() in ("true", "1", "on", "yes", "是"), ""
    text = "" if given is None else str(given).strip()
    if not text:
        return None, "required" if trait.required else ""
    if trait.kind == "number":
        try:
            number = Decimal(unicodedata.normalize("NFKC", text))
        except InvalidOperation:
            return None, "number"
        return (format(number.normalize(), "f"), "") if number.is_finite() else (None, "number")
    if trait.kind == "choice":
        return (text, "") if text in trait.options else (None, "choice")
    return (text, "") if len(text) <= MAX_TEXT else (None, "text")
