"""Header rows: find them, name their columns, recognise them again, propose a mapping."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from yunhe.platform.intake.declarations import ImportType
from yunhe.platform.intake.errors import MappingIncomplete, duplicate_headers, no_header

_BRACKETS = re.compile(r"[(\[【〔（].*?[)\]】〕）]")
_NOISE = re.compile(r"[\W_]+")


def normalise(header: str) -> str:
    """The comparable form: half-width, lower case, no brackets, blanks or punctuation."""
    folded = unicodedata.normalize("NFKC", header).lower()
    return _NOISE.sub("", _BRACKETS.sub("", folded)) or _NOISE.sub("", folded)


def fingerprint(columns: Sequence[str]) -> str:
    """Equal for files whose headers are the same but for case, blanks and punctuation."""
    joined = "\x1f".join(normalise(column) for column in columns)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def find_header(sample: Sequence[Sequence[str]], declared: ImportType) -> int:
    """Position of the header among the first rows: the one with most known names.

    Without any known name it is the first row with two filled cells (or the first filled one in a
    file of one column). Raises FileRefused when every row is blank.
    """
    known = _aliases(declared)
    best, best_hits = -1, 0
    for position, row in enumerate(sample):
        hits = sum(1 for cell in row if normalise(cell) in known)
        if hits > best_hits:
            best, best_hits = position, hits
    if best_hits >= 2:
        return best
    for enough in (2, 1):
        for position, row in enumerate(sample):
            if sum(1 for cell in row if cell.strip()) >= enough:
                return position
    raise no_header()


def column_names(header: Sequence[str]) -> list[str]:
    """Trimmed names; a blank one becomes “#3”, blanks at the end are dropped.

    Raises FileRefused (intake.duplicate_headers) naming every name that occurs twice.
    """
    names = [cell.replace("\ufeff", "").strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    named = [name or f"#{position}" for position, name in enumerate(names, start=1)]
    twice = [name for name, count in Counter(named).items() if count > 1]
    if twice:
        raise duplicate_headers(twice)
    return named


def propose_columns(columns: Sequence[str], declared: ImportType) -> dict[str, int]:
    """Field -> column position by the fields' aliases, the earlier alias winning."""
    positions: dict[str, int] = {}
    for position, column in enumerate(columns):
        positions.setdefault(normalise(column), position)
    proposed: dict[str, int] = {}
    for field in declared.fields:
        for alias in (field.name, *field.aliases):
            found = positions.get(normalise(alias))
            if found is not None and found not in proposed.values():
                proposed[field.name] = found
                break
    return proposed


def _aliases(declared: ImportType) -> set[str]:
    return {normalise(alias) for f in declared.fields for alias in (f.name, *f.aliases)}


def positions_of(named: Mapping[str, str], columns: Sequence[str]) -> dict[str, int]:
    """Field -> column position from field -> column name. Raises MappingIncomplete."""
    known = [normalise(column) for column in columns]
    positions = {}
    for field, column in named.items():
        if normalise(column) not in known:
            raise MappingIncomplete(
                _("The file has no column “%(name)s”; it has: %(names)s.")
                % {"name": column, "names": ", ".join(columns)},
                field="mapping",
            )
        positions[field] = known.index(normalise(column))
    return positions
