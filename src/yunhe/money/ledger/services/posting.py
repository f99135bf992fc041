"""Post entries: any number in a few statements, matched against open items, credit freed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from yunhe.money.ledger.choices import COUNTER_ACCOUNT, DIRECTION, EntryKind
from yunhe.money.ledger.errors import EntryRefused, KeyTaken
from yunhe.money.ledger.locks import lock_partners
from yunhe.money.ledger.models import Entry
from yunhe.money.ledger.permissions import POST
from yunhe.money.ledger.services.matching import match_open_items, refresh_limits
from yunhe.money.ledger.services.rights import check_document, check_right_on
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.language import Text, in_both_languages
from yunhe.platform.values import round_money

PAYMENT_TERM = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """What to post.

    Args:
        node_id: the partner.
        kind: an EntryKind; invoices and clawbacks raise what the partner owes, payments, credit notes and rebates
            lower it; opening balances and adjustments carry their own sign (above zero: owed to us).
        amount: in the currency, rounded to its exponent here.
        on: document date; booked on the first open day if its period is closed.
        key: identifies the posting for good; posting it again changes nothing.
        ref: business document whose credit hold it concerns, e.g. `order:17`.
        holds_credit: `ref` has committed credit for this debt, which its payment frees.
        account: counter-account when it is not the kind's usual one.
        text: what statements say of it; a lazy translation is kept in both languages.
    """

    node_id: int
    kind: str
    amount: Decimal
    on: date
    key: str
    number: str = ""
    ref: str = ""
    text: Text = ""
    due_on: date | None = None
    entity_id: int | None = None
    holds_credit: bool = False
    account: str | None = None
    currency: str = settings.CURRENCY

    @property
    def signed(self) -> Decimal:
        """The change of the receivable."""
        return round_money(self.amount * DIRECTION.get(EntryKind(self.kind), 1), self.currency)


_INSERT_ENTRIES = """
WITH asked AS (
    SELECT a.*, e.id AS entity
      FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                  %s::text[], %s::numeric[], %s::date[], %s::date[], %s::bigint[], %s::text[], %s::boolean[])
           AS a (node_id, kind, number, ref, text, text_en, key, currency, amount, document_on, due_on,
                 entity_id, account, holds_credit)
      JOIN ledger_legalentity e
        ON e.id = coalesce(a.entity_id, (SELECT min(id) FROM ledger_legalentity))
), entry AS (
    INSERT INTO ledger_entry (entity_id, node_id, kind, number, ref, text, text_en, key, currency, amount, "on",
                              document_on, due_on, recorded_at, recorded_by_id)
    SELECT entity, node_id, kind, number, ref, text, text_en, key, currency, amount,
           ledger_first_open_day(entity, document_on), document_on, due_on, %s, %s FROM asked
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, entity_id, node_id, ref, due_on, amount
), lines AS (
    INSERT INTO ledger_line (entry_id, node_id, account, amount)
    SELECT entry.id, entry.node_id, side.account, side.sign * entry.amount
      FROM entry JOIN asked USING (key)
     CROSS JOIN LATERAL (VALUES ('receivable', 1), (asked.account, -1)) AS side (account, sign)
), items AS (
    INSERT INTO ledger_openitem (entry_id, entity_id, node_id, ref, holds_credit, due_on, amount,
                                 open_amount)
    SELECT entry.id, entry.entity_id, entry.node_id, entry.ref, asked.holds_credit, entry.due_on,
           entry.amount, entry.amount
      FROM entry JOIN asked USING (key)
)
SELECT id, key FROM entry
"""


def post(entries: Sequence[NewEntry], *, actor: Principal, now: datetime) -> list[int]:
    """Post entries with their lines and open items, apply credits to debts, free or use credit.

    Returns the ids of the entries written now; keys that exist with the same content are skipped.
    The calling use case checks its permission. A handful of statements for any number of entries.
    Raises EntryRefused (zero amounts), KeyTaken.
    """
    if not entries:
        return []
    _check(entries)
    nodes = sorted({entry.node_id for entry in entries})
    with owner_access("the ledger is written by its postings alone, whoever causes them"):
        lock_partners(nodes)
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_ENTRIES, [*_columns(entries), now, actor.user_id])
            written = {key: entry_id for entry_id, key in cursor.fetchall()}
        _check_repeated([entry for entry in entries if entry.key not in written])
        if written:
            match_open_items(nodes, now=now)
            refresh_limits(nodes)
    return [written[entry.key] for entry in entries if entry.key in written]


def post_invoice(  # noqa: PLR0913  # a document has these fields; callers name each
    *,
    node_id: int,
    amount: Decimal,
    on: date,
    key: str,
    number: str,
    ref: str = "",
    text: Text = "",
    due_on: date | None = None,
    actor: Principal,
    now: datetime,
) -> list[int]:
    """Invoice a delivery, due in 30 days unless said otherwise; `ref` has committed its credit.

    The calling use case checks its permission.
    """
    entry = NewEntry(
        node_id=node_id,
        kind=EntryKind.INVOICE,
        amount=amount,
        on=on,
        key=key,
        number=number,
        ref=ref,
        text=text,
        due_on=due_on or on + PAYMENT_TERM,
        holds_credit=bool(ref),
    )
    return post([entry], actor=actor, now=now)


def post_payment(
    *,
    node_id: int,
    amount: Decimal,
    on: date,
    key: str,
    number: str = "",
    text: str = "",
    actor: Principal,
    now: datetime,
) -> list[int]:
    """Record money received. Raises NotFound, NotAllowed, EntryRefused (day, partner, amount)."""
    check_right_on(node_id, POST, actor=actor)
    check_document(node_id, on, now=now)
    entry = NewEntry(
        node_id=node_id,
        kind=EntryKind.PAYMENT,
        amount=amount,
        on=on,
        key=key,
        number=number,
        text=text,
    )
    return post([entry], actor=actor, now=now)


def post_credit_note(  # noqa: PLR0913  # a document has these fields; callers name each
    *,
    node_id: int,
    amount: Decimal,
    on: date,
    key: str,
    number: str = "",
    ref: str = "",
    text: str = "",
    rebate: bool = False,
    actor: Principal,
    now: datetime,
) -> list[int]:
    """Credit a partner for a return or (`rebate`) a settled rebate.

    Raises NotFound, NotAllowed, EntryRefused (day, partner, amount).
    """
    check_right_on(node_id, POST, actor=actor)
    check_document(node_id, on, now=now)
    entry = NewEntry(
        node_id=node_id,
        kind=EntryKind.REBATE if rebate else EntryKind.CREDIT_NOTE,
        amount=amount,
        on=on,
        key=key,
        number=number,
        ref=ref,
        text=text,
    )
    return post([entry], actor=actor, now=now)


def _check(entries: Sequence[NewEntry]) -> None:
    rows = [
        {"row": at, "message": _("The amount must be above zero.")}
        for at, entry in enumerate(entries, start=1)
        if not entry.signed or (entry.kind in DIRECTION and entry.amount < 0)
    ]
    if rows:
        raise EntryRefused(_("Some amounts cannot be posted."), field="amount", rows=rows)


def _check_repeated(entries: Sequence[NewEntry]) -> None:
    """A repeated key must repeat its content: anything else would silently lose a posting."""
    if not entries:
        return
    kept = {
        key: (node_id, kind, amount)
        for key, node_id, kind, amount in Entry.objects.filter(
            key__in=[entry.key for entry in entries]
        ).values_list("key", "node_id", "kind", "amount")
    }
    for entry in entries:
        if entry.key not in kept:
            raise EntryRefused(_("There is no legal entity to book this in."), field="entity")
        if kept[entry.key] != (entry.node_id, entry.kind, entry.signed):
            raise KeyTaken(
                _("“%(key)s” was already posted with other content.") % {"key": entry.key}
            )


def _columns(entries: Sequence[NewEntry]) -> list[list[object]]:
    texts = [in_both_languages(entry.text) for entry in entries]
    return [
        [entry.node_id for entry in entries],
        [str(entry.kind) for entry in entries],
        [entry.number for entry in entries],
        [entry.ref for entry in entries],
        [chinese[:300] for chinese, _english in texts],
        [english[:300] for _chinese, english in texts],
        [entry.key for entry in entries],
        [entry.currency for entry in entries],
        [entry.signed for entry in entries],
        [entry.on for entry in entries],
        [entry.due_on or entry.on for entry in entries],
        [entry.entity_id for entry in entries],
        [str(entry.account or COUNTER_ACCOUNT[EntryKind(entry.kind)]) for entry in entries],
        [entry.holds_credit for entry in entries],
    ]
