"""What a domain can take in: its fields, look-ups, rules and the function that posts good rows.

A domain's `imports.py` calls `register(ImportType(...))`; intake discovers the modules at start.
SQL given here is DuckDB's over the typed columns (rules, derived) or PostgreSQL's (look-ups).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.intake.errors import OptionInvalid, UnknownImportType, unknown_option

Text = str | Promise


class Kind(Enum):
    """How the characters of a cell become a value."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column of the import type.

    `aliases` are header names in any language, compared without case, spaces and punctuation.
    `scale` are the decimal places allowed (NUMBER, PERCENT); `choices` maps every accepted word to
    its value. CODE folds full-width characters; TEXT only loses surrounding blanks. A `required`
    field must have a column and a value in every row; a `filled` one a value where it has a
    column. One that is not `staged` only describes master data that may have to be created; it is
    neither checked nor posted.
    """

    name: str
    label: Text
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False
    scale: int = 4
    max_length: int = 120
    minimum: Decimal | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    staged: bool = True


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Which nodes the importer may write for, by id, and the node the file is sent for."""

    node_ids: list[int]
    node_id: int


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """Master data that a row must find.

    `sql` is PostgreSQL and returns first the key columns (one per entry of `keys`, as they are
    compared), then the columns of `gives`; parameters `%(node_ids)s` (bigint[]: the importer's
    nodes) and `%(node_id)s`. Keys are DuckDB expressions over typed columns. A row whose first key
    is NULL is not looked up. `create` makes missing records on demand, for who has
    `create_permission` on the whole tree: `(values by field, *, reach, actor, now) -> number created`.
    """

    code: str
    field: str
    keys: tuple[str, ...]
    gives: Mapping[str, str]
    sql: str
    message: Text
    key_types: tuple[str, ...] = ("VARCHAR",)
    hint: Text = ""
    master_url: str = ""
    create: Callable[..., int] | None = None
    create_permission: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row is bad when the DuckDB condition over the typed columns is true (`$today` is a date)."""

    code: str
    field: str
    bad: str
    message: Text


@dataclass(frozen=True, kw_only=True)
class Option:
    """A choice made once for the whole file; `choices` maps value to label, empty: free text.

    `fold` gives a value's stored form; `faults` says what is wrong with one, or nothing. `reserved`
    maps the values that are not a partner's to choose to the reason.
    """

    name: str
    label: Text
    default: str
    choices: Mapping[str, Text] = field(default_factory=dict)
    fold: Callable[[str], str] = str.strip
    faults: Callable[[str], Text] | None = None
    reserved: Mapping[str, Text] = field(default_factory=dict)

    def choices_for(self, actor: Principal) -> dict[str, Text]:
        """The choices without those that are not the actor's."""
        closed = self.reserved if actor.is_partner else {}
        return {value: label for value, label in self.choices.items() if value not in closed}

    def read(self, given: Any) -> str:
        """The stored form of what was given, the default for nothing. Raises OptionInvalid."""
        value = self.fold(str(given or "").strip() or self.default)
        if self.choices and value not in self.choices:
            allowed = ", ".join(self.choices)
            message = _("%(option)s: there is no “%(value)s”; choose one of: %(allowed)s.")
            told = {"option": self.label, "value": value[:40], "allowed": allowed}
            raise OptionInvalid(message % told, self.name)
        if self.faults and (fault := self.faults(value)):
            raise OptionInvalid(fault, self.name)
        return value


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Good rows `first <= row < before` of the staging table, to be posted in this transaction."""

    table: str
    first: int
    before: int
    rows: int
    import_id: int
    node_id: int
    options: Mapping[str, str]
    actor: Principal
    now: datetime

    @property
    def span(self) -> str:
        """The condition that selects the batch."""
        return f"row >= {int(self.first)} AND row < {int(self.before)}"


PostFunction = Callable[[Batch], int]
"""Posts a batch in one transaction with set-based statements and returns how many rows it wrote.

It sets `outcome` in the staging table to `duplicate` or `corrected` for rows that are so. Called
again with the same rows after a crash it must change nothing and count them as written.
"""


@dataclass(frozen=True, kw_only=True)
class Unkeyed:
    """Staged rows `table WHERE span` that nothing names but their place in the file.

    Whoever looks for them among what was posted before inserts one line a row into `found(row,
    origin, import_id, import_row, "on", told)`: the record that says the same, the file and row it
    came from (NULL: no file), its day and a name for it. Rows and origins that `found` holds already
    are taken. Their keys begin with `mark`.
    """

    table: str
    span: str
    mark: str
    found: str
    import_id: int
    node_id: int
    options: Mapping[str, str]


FindRepeats = Callable[[Unkeyed], bool]
"""Whether so much looks already reported that a person must say what to do. Posts nothing."""


@dataclass(frozen=True, kw_only=True)
class ImportType:
    """One kind of file. `total` names the typed column whose sum is reconciled.

    `keys` lists natural keys, best first, as tuples of fields, derived or looked-up columns; a row that
    has none is keyed by the file's hash and its row number. `derived` adds typed columns:
    name -> (DuckDB type, expression). `requires` lists groups of fields of which at least one must be
    mapped. `check` may refuse a
    mapping (columns by field, id of the sending node) with a domain error. `releases` names the
    look-ups, of any type, that find more after such a file: rows that wait for them are checked again.
    `create_sender` makes the node that sells where a file names none and `check` refuses its sender:
    `(*, node_id, actor, now) -> node id`, for `yunhe import --create-master`. `find_repeats` looks
    for rows without a natural key among what other files posted, so that a person can be asked; `whose` is
    the SQL expression over a staged row for the node whose records it is compared with, NULL for the sender's.
    """

    code: str
    label: Text
    fields: Sequence[Field]
    post: PostFunction
    permission: str
    lookups: Sequence[Lookup] = ()
    rules: Sequence[Rule] = ()
    derived: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    keys: Sequence[tuple[str, ...]] = ()
    requires: Sequence[tuple[str, ...]] = ()
    options: Sequence[Option] = ()
    total: str = ""
    releases: tuple[str, ...] = ()
    create_sender: Callable[..., int] | None = None
    find_repeats: FindRepeats | None = None
    whose: str = "NULL::bigint"
    check: Callable[[Mapping[str, int], int], None] | None = None
    help: Text = ""

    def field_named(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)

    def label_of(self, name: str) -> Text:
        """The label of a field; derived columns show their own name."""
        return next((f.label for f in self.fields if f.name == name), name)

    def chosen(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Every option's value: the given one, else the default.

        Raises OptionInvalid for a name that is no option of this type and for a value it refuses.
        """
        known = [option.name for option in self.options]
        for name in given:
            if name not in known:
                raise unknown_option(name, known)
        return {option.name: option.read(given.get(option.name)) for option in self.options}


_types: dict[str, ImportType] = {}


def register(import_type: ImportType) -> ImportType:
    """Make the type known. Raises ValueError when its code is taken."""
    if import_type.code in _types:
        raise ValueError(f"import type {import_type.code} is declared twice")
    _types[import_type.code] = import_type
    return import_type


def import_type(code: str) -> ImportType:
    """The declared type. Raises UnknownImportType."""
    try:
        return _types[code]
    except KeyError:
        raise UnknownImportType(code) from None


def import_types(principal: Principal | None = None) -> list[ImportType]:
    """Every declared type (that the principal may import), by code."""
    known = sorted(_types.values(), key=lambda t: t.code)
    return [t for t in known if principal is None or principal.can(t.permission)]
