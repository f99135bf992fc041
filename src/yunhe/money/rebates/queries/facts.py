"""Sales facts as the kernel counts them: sums by partner, set-based, and the rows themselves.

Whose facts a partner's are: sell-in and sell-through are its own deliveries (a sub-dealer's own
deliveries are the same goods again, one level down); sell-out and opening stock are those of its
whole subtree. The tree is the present one. `recorded_on` is the day of recording in our time zone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from yunhe.money.rebates.choices import TierBy
from yunhe.money.rebates.compute.facts import FactSum, Ignored, Totals
from yunhe.money.rebates.compute.program import Fact, Flow
from yunhe.money.rebates.models import Program

OF_SUBTREE = (Flow.SELL_OUT.value, Flow.OPENING.value)
FOR_RATE = (Flow.SELL_OUT.value, Flow.OPENING.value, Flow.SELL_IN.value)
LATE = {"cutoff": Ignored.AFTER_CUTOFF, "known": Ignored.NOT_YET_KNOWN}

_WHERE = """
  f.flow = ANY (%(flows)s) AND f."on" >= %(start)s AND f."on" < %(end)s
  AND f.currency = %(currency)s AND (%(horizon)s::bigint IS NULL OR f.id <= %(horizon)s)
  AND (%(skus)s::bigint[] IS NULL OR f.sku_id = ANY (%(skus)s)) AND f.sku_id <> ALL (%(without)s)
"""
_TAKERS = """
  JOIN access_node n ON n.id = f.node_id
  JOIN access_node a ON a.id = n.id OR (f.flow = ANY (%(subtree)s) AND a.path @> n.path)
  JOIN taking t ON t.node_id = a.id
"""
_SUMS = f"""
WITH taking AS MATERIALIZED ({{takers}}), f AS MATERIALIZED (
    SELECT f.node_id, f.flow,
           CASE WHEN f."on" > %(cutoff)s THEN 'cutoff'
                WHEN (f.recorded_at AT TIME ZONE %(zone)s)::date > %(known_by)s THEN 'known'
                ELSE '' END AS late,
           count(*) AS facts, sum(f.amount) AS amount, sum(f.quantity) AS quantity
      FROM sales_salesfact f WHERE {_WHERE} GROUP BY 1, 2, 3
)
SELECT t.node_id, f.flow, f.late, sum(f.facts)::bigint, sum(f.amount), sum(f.quantity)
  FROM f {_TAKERS} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608  # constant text
_ROWS = f"""
WITH taking AS MATERIALIZED ({{takers}})
SELECT t.node_id, f.id, s.code, f.flow, f."on", (f.recorded_at AT TIME ZONE %(zone)s)::date,
       f.quantity, f.amount
  FROM sales_salesfact f JOIN catalog_sku s ON s.id = f.sku_id {_TAKERS}
 WHERE {_WHERE} ORDER BY f.id
"""  # noqa: S608  # constant text


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Which facts a program looks at, in `[start, end)`; `horizon`: the highest fact id."""

    flow: str
    tier_by: str
    currency: str
    start: date
    end: date
    sku_ids: Sequence[int] | None = None
    excluded_sku_ids: Sequence[int] = ()
    horizon: int | None = None

    @property
    def flows(self) -> list[str]:
        extra = FOR_RATE if self.tier_by == TierBy.SELL_THROUGH_RATE else ()
        return sorted({self.flow, *extra})


@dataclass(frozen=True)
class Takers:
    """Who takes part: SQL that gives node_id, with its parameters."""

    sql: str
    params: dict[str, Any] = field(default_factory=dict)


def takers_of(program: Program) -> Takers:
    """The participants of a program."""
    sql = "SELECT node_id FROM rebates_programpartner WHERE program_id = %(program)s"
    return Takers(sql, {"program": program.pk})


def counted_by(program: Program, *, horizon: int | None = None) -> Counted:
    """The facts of a program's whole period."""
    return Counted(
        flow=program.flow,
        tier_by=program.definition["tier_by"],
        currency=program.currency,
        start=program.starts_on,
        end=program.ends_on,
        sku_ids=program.sku_ids,
        excluded_sku_ids=program.excluded_sku_ids,
        horizon=horizon,
    )


def partner_totals(
    counted: Counted, takers: Takers, *, cutoff: date, known_by: date
) -> dict[int, Totals]:
    """Totals by partner's node id, as the kernel's `sum_facts` gives them; late facts beside.

    One statement for any number of partners and facts. Partners without facts are absent.
    """
    params = _params(counted, takers) | {"cutoff": cutoff, "known_by": known_by}
    totals: dict[int, Totals] = defaultdict(Totals)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(takers=takers.sql), params)
        for node_id, flow, late, count, amount, quantity in cursor.fetchall():
            sums = FactSum(count, amount, quantity)
            if late:
                _add(totals[node_id].ignored, LATE[late], sums)
            else:
                totals[node_id].by_flow[Flow(flow)] = sums
    return dict(totals)


def facts_by_partner(
    counted: Counted, takers: Takers, *, codes: dict[int, str]
) -> Iterator[tuple[int, int, Fact]]:
    """(node id, fact id, fact) of every fact in the program's period; `codes` by node id."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(takers=takers.sql), _params(counted, takers))
        while rows := cursor.fetchmany(5000):
            for node_id, fact_id, sku, flow, on, recorded, quantity, amount in rows:
                yield (
                    node_id,
                    fact_id,
                    Fact(
                        partner=codes[node_id],
                        product=sku,
                        on=on,
                        quantity=quantity,
                        amount=amount,
                        flow=Flow(flow),
                        recorded=recorded,
                        reference=str(fact_id),
                    ),
                )


def highest_fact() -> int:
    """The id of the newest fact; 0 without any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM sales_salesfact")
        return int(cursor.fetchone()[0])


def _params(counted: Counted, takers: Takers) -> dict[str, Any]:
    return takers.params | {
        "flows": counted.flows,
        "start": counted.start,
        "end": counted.end,
        "currency": counted.currency,
        "skus": None if counted.sku_ids is None else list(counted.sku_ids),
        "without": list(counted.excluded_sku_ids),
        "horizon": counted.horizon,
        "subtree": list(OF_SUBTREE),
        "zone": settings.TIME_ZONE,
    }


def _add(ignored: dict[Ignored, FactSum], reason: Ignored, sums: FactSum) -> None:
    """The reasons are by flow in the database and together in the kernel."""
    known = ignored.get(reason, FactSum())
    zero = Decimal(0)
    ignored[reason] = FactSum(
        known.count + sums.count,
        (known.amount or zero) + sums.amount,
        (known.quantity or zero) + sums.quantity,
    )
