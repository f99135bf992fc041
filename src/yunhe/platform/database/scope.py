"""Row-level security declared beside the table.

Every concrete model of the house says who may see its rows with a class attribute:

    class Order(models.Model):
        scope = Scope.own("node")

`yunhe.platform.access.policies` turns the declarations into PostgreSQL policies and grants after
each migration. A request runs as one of two restricted roles: `yunhe_scoped` (rows of its nodes) or
`yunhe_wide` (headquarters: rows of every node). Neither may touch a table without a scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MY_NODES = "ANY ((SELECT yunhe_nodes())::bigint[])"
MY_ANCESTORS = "ANY ((SELECT yunhe_ancestors())::bigint[])"
MY_USER = "(SELECT yunhe_user())"


@dataclass(frozen=True)
class Scope:
    """Two SQL predicates over the table's own columns: which rows may be read, which written.

    `personal` predicates also bind headquarters (`yunhe_wide`); `grants` are the table rights;
    `{table}` in a predicate stands for the table's name.
    """

    read: str
    write: str
    personal: bool = False
    grants: tuple[str, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")

    @classmethod
    def own(cls, field: str = "node") -> Scope:
        """Rows that belong to a node: visible to whoever holds that node or one above it."""
        rule = f"{field}_id = {MY_NODES}"
        return cls(rule, rule)

    @classmethod
    def published(cls, field: str = "node") -> Scope:
        """Rows published from a node to its subtree: also visible from below; written from above."""
        rule = f"{field}_id = {MY_NODES}"
        return cls(f"({rule} OR {field}_id = {MY_ANCESTORS})", rule)

    @classmethod
    def either(cls, *fields: str) -> Scope:
        """Rows between several nodes (a movement, a transfer): each side sees and writes them."""
        rule = "(" + " OR ".join(f"{field}_id = {MY_NODES}" for field in fields) + ")"
        return cls(rule, rule)

    @classmethod
    def through(cls, field: str, parent_table: str) -> Scope:
        """Rows of a parent document: visible exactly when the parent is."""
        mine = f"parent.id = {{table}}.{field}_id"
        # only names that the models declare; nothing of a request ever reaches this text
        rule = f"EXISTS (SELECT 1 FROM {parent_table} parent WHERE {mine})"  # noqa: S608
        return cls(rule, rule)

    @classmethod
    def private(cls, field: str = "user") -> Scope:
        """Rows of one user, hidden from everybody else, headquarters included."""
        rule = f"{field}_id = {MY_USER}"
        return cls(rule, rule, personal=True)

    @classmethod
    def shared(cls) -> Scope:
        """Rows without an owner (units, brands): everybody reads, permissions decide who writes."""
        return cls("true", "true")

    @classmethod
    def where(cls, read: str, write: str | None = None, *, personal: bool = False) -> Scope:
        """Any other rule, as SQL over the table's columns."""
        return cls(read, write or read, personal=personal)

    @classmethod
    def system(cls) -> Scope:
        """Only the owner role (declared elevations, jobs, SECURITY DEFINER functions)."""
        return cls("false", "false", personal=True, grants=())

    @classmethod
    def inbox(cls) -> Scope:
        """Anyone may insert, nobody may read back: outbox-like tables with client-made keys."""
        return cls("false", "true", personal=True, grants=("INSERT",))

    def append_only(self) -> Scope:
        """The same rows, but the restricted roles can neither change nor delete them."""
        return replace(self, grants=("SELECT", "INSERT"))

    def read_only(self) -> Scope:
        """The same rows, written by the owner role alone."""
        return replace(self, grants=("SELECT",))
