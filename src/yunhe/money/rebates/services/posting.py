"""Post an approved settlement: credit the accounts, sign the statements, tell the partners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.money.rebates.choices import ProgramState, SettlementKind
from yunhe.money.rebates.events import SettlementPosted
from yunhe.money.rebates.locks import lock_settlement
from yunhe.money.rebates.models import (
    Program,
    Settlement,
    Statement,
    StatementBundle,
    StatementLine,
)
from yunhe.money.rebates.permissions import SETTLE, VIEW_OWN
from yunhe.money.rebates.services.accruing import compute_accruals
from yunhe.money.rebates.services.keys import Signer, ensure_signing_key
from yunhe.money.rebates.services.settling import WRITES
from yunhe.money.rebates.services.statements import Bundle, statement_number, write_bundles
from yunhe.money.rebates.transitions import MOVES
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.events.outbox import emit
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify

POSTED = declare_kind("rebates.posted", _("A rebate was settled"), email=True)
Lines = dict[int, list[StatementLine]]

_READERS = """
SELECT DISTINCT g.user_id FROM access_grant g WHERE g.node_id = ANY (%s) AND g.role = ANY (%s)
"""


def post_settlement(settlement: Settlement, *, actor: Principal, now: datetime) -> Settlement:
    """Make an approved settlement final, all or nothing.

    Posts a rebate (below zero: a charge) to each partner's account, writes and signs one statement
    bundle a partner, notifies them, brings accruals up to date, finishes programs that are finally
    settled, emits SettlementPosted. Raises NotAllowed, IllegalMove (also for the second of two
    clicks), FactsChanged.
    """
    actor.check(SETTLE)
    with owner_access(WRITES):
        settlement = lock_settlement(settlement.pk)
        settlement.state = MOVES.check(settlement.state, "post").target
        settlement.posted_at, settlement.posted_by_id = now, actor.user_id
        programs = _programs(settlement)
        lines = _lines(settlement, programs)
        signer = ensure_signing_key(now=now)
        bundles = write_bundles(settlement, programs, lines, signer=signer)
        statements = _write_statements(settlement, lines, bundles, signer, now)
        post(_entries(settlement, statements), actor=actor, now=now)
        settlement.save(update_fields=["state", "posted_at", "posted_by"])
        settlement.parts.update(open=False)
        compute_accruals(programs, now=now)
        if settlement.kind == SettlementKind.FINAL:
            finished = Program.objects.filter(pk__in=[program.pk for program in programs])
            finished.filter(state=ProgramState.ACTIVE).update(state=ProgramState.FINISHED)
    _tell_partners(settlement, list(lines), now)
    _tell_the_house(settlement, len(statements))
    return settlement


def _programs(settlement: Settlement) -> list[Program]:
    parts = settlement.parts.select_related("program__version__policy").order_by("position")
    return [part.program for part in parts]


def _lines(settlement: Settlement, programs: Sequence[Program]) -> Lines:
    """Lines by node id, in the order of the programs."""
    place = {program.pk: at for at, program in enumerate(programs)}
    by_id = {program.pk: program for program in programs}
    found: Lines = defaultdict(list)
    rows = StatementLine.objects.filter(settlement=settlement).select_related("node")
    for line in sorted(rows, key=lambda row: (row.node.code, place[row.program_id])):
        line.program = by_id[line.program_id]
        found[line.node_id].append(line)
    return dict(found)


def _write_statements(
    settlement: Settlement, lines: Lines, bundles: Sequence[Bundle], signer: Signer, now: datetime
) -> list[Statement]:
    zero = Decimal(0)
    statements = Statement.objects.bulk_create(
        [
            Statement(
                settlement=settlement,
                node_id=bundle.node_id,
                number=statement_number(settlement, lines[bundle.node_id][0].node.code),
                kind=settlement.kind,
                cutoff=settlement.cutoff,
                on=timezone.localdate(now),
                currency=settlement.currency,
                earned=sum((line.earned for line in lines[bundle.node_id]), zero),
                paid_before=sum((line.paid_before for line in lines[bundle.node_id]), zero),
                due=sum((line.due for line in lines[bundle.node_id]), zero),
                signed_with=signer.record,
                sha256=bundle.sha256,
                size=len(bundle.content),
                posted_at=now,
            )
            for bundle in bundles
        ],
        batch_size=1000,
    )
    StatementBundle.objects.bulk_create(
        [
            StatementBundle(statement=statement, node_id=bundle.node_id, content=bundle.content)
            for statement, bundle in zip(statements, bundles, strict=True)
        ],
        batch_size=50,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rebates_statementline l SET statement_id = s.id FROM rebates_statement s"
            " WHERE s.settlement_id = %s AND l.settlement_id = s.settlement_id"
            " AND l.node_id = s.node_id",
            [settlement.pk],
        )
    return statements


def _entries(settlement: Settlement, statements: Sequence[Statement]) -> list[NewEntry]:
    """A rebate for what is due, a charge for what is taken back; nothing for zero."""
    on: date = timezone.localdate(settlement.posted_at)
    return [
        NewEntry(
            node_id=statement.node_id,
            kind=EntryKind.REBATE if statement.due > 0 else EntryKind.CLAWBACK,
            amount=abs(statement.due),
            on=on,
            key=f"rebate:{statement.number}",
            number=statement.number,
            ref=f"rebate:{settlement.number}",
            text=settlement.number,
            currency=statement.currency,
        )
        for statement in statements
        if statement.due
    ]


def _tell_partners(settlement: Settlement, node_ids: Sequence[int], now: datetime) -> None:
    roles = next(each.roles for each in all_permissions() if each.code == VIEW_OWN)
    reason = "who may read a statement is looked up for all partners at once"
    with owner_access(reason), connection.cursor() as cursor:
        cursor.execute(_READERS, [list(node_ids), sorted(roles)])
        users = [row[0] for row in cursor.fetchall()]
    notify(
        users,
        kind=POSTED,
        title=format_lazy("{} {}", _("Rebate statement"), settlement.number),
        body=_("What you earned is settled: read the steps and download the signed statement."),
        url=reverse("rebates_portal:home"),
        dedupe_key=f"{POSTED}:{settlement.pk}",
        now=now,
    )


def _tell_the_house(settlement: Settlement, statements: int) -> None:
    emit(
        SettlementPosted(
            settlement_id=settlement.pk,
            number=settlement.number,
            cutoff=settlement.cutoff,
            statements=statements,
            due=settlement.due,
            currency=settlement.currency,
        ),
        subject=settlement.number,
    )
