"""The tail of the set-based twin: totals to lines in 128-bit integers, by level of `net_of`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa

from yunhe.money.rebates.compute.planning import MONEY_SCALE, Plan, scaled
from yunhe.money.rebates.compute.program import PayOn, Settlement, SettlementKind, TierBy
from yunhe.money.rebates.compute.settling import LineKey
from yunhe.money.rebates.compute.workspace import Workspace
from yunhe.platform.values.exact import ZERO

_PROGRAM = {
    "program": "INTEGER",
    "id": "VARCHAR",
    "currency": "VARCHAR",
    "level": "INTEGER",
    "pay_on": "VARCHAR",
    "tier_by": "VARCHAR",
    "needs_baseline": "INTEGER",
    "starts": "DATE",
    "round_by": "HUGEINT",
    "minor_value": "HUGEINT",
    "minor_money": "HUGEINT",
    "cap": "HUGEINT",
    "minimum": "HUGEINT",
    "clawback": "INTEGER",
}


def load_programs(work: Workspace, plan: Plan) -> None:
    """Programs, tiers, baselines, conditions and partner lists, as small tables."""
    scales = plan.scales
    total = scales.value + scales.rate
    rows = [
        (
            number,
            program.id,
            program.currency,
            plan.levels[number],
            program.pay_on.value,
            program.tier_by.value,
            int(program.needs_baseline),
            program.valid.start,
            10 ** (total - program.exponent),
            10 ** (scales.value - program.exponent),
            10 ** (MONEY_SCALE - program.exponent),
            plan.cap_minor(program),
            plan.minimum_minor(program),
            int(program.clawback),
        )
        for number, program in enumerate(plan.programs)
    ]
    work.load("program", _PROGRAM, rows)
    work.load(
        "tier",
        {"program": "INTEGER"} | dict.fromkeys(("first", "next", "base_from", "slope"), "HUGEINT"),
        [(t.program, t.start, t.end, t.offset, t.slope) for t in plan.tier_lines()],
    )
    _load_partner_parts(work, plan)
    ids = {program.id: number for number, program in enumerate(plan.programs)}
    work.load(
        "net",
        {"program": "INTEGER", "other": "INTEGER"},
        [(ids[program.id], ids[other]) for program in plan.programs for other in program.net_of],
    )


def _load_partner_parts(work: Workspace, plan: Plan) -> None:
    """What programs say about single partners: baselines, unmet conditions, who is listed."""
    scales = plan.scales
    work.load(
        "baseline",
        {"program": "INTEGER", "partner": "VARCHAR", "amount": "HUGEINT"},
        [
            (number, partner, scaled(amount, scales.value))
            for number, program in enumerate(plan.programs)
            for partner, amount in program.baseline.items()
            if program.needs_baseline
        ],
    )
    work.load(
        "unmet",
        {"program": "INTEGER", "partner": "VARCHAR"},
        [
            (number, partner)
            for number, program in enumerate(plan.programs)
            for partner, conditions in program.conditions.items()
            if not all(condition.met for condition in conditions)
        ],
    )
    listed = [
        (number, partner)
        for number, program in enumerate(plan.programs)
        for partner in program.partners or ()
    ]
    work.load("listed", {"program": "INTEGER", "partner": "VARCHAR"}, listed)
    unlisted = [(n,) for n, program in enumerate(plan.programs) if program.partners is None]
    work.load("unlisted", {"program": "INTEGER"}, unlisted)


def load_members(work: Workspace, *, listed_too: bool) -> None:
    """(program, partner) of every line. `listed_too`: listed partners beyond `everyone`."""
    join = "LEFT JOIN" if listed_too else "JOIN"
    work.create(
        "member",
        "SELECT program, partner, number FROM {unlisted}, {everyone}"  # noqa: S608 - two constants
        " UNION ALL SELECT program, partner, number"
        f" FROM {{listed}} {join} {{everyone}} USING (partner)",
    )


def compute_lines(work: Workspace, plan: Plan, paid_before: Mapping[LineKey, Decimal]) -> None:
    """Fill `line`: settlement by settlement, and within one level by level of `net_of`."""
    numbers = {program.id: number for number, program in enumerate(plan.programs)}
    work.load(
        "paid",
        {"program": "INTEGER", "partner": "VARCHAR", "amount": "HUGEINT"},
        [
            (numbers[key[0]], key[1], scaled(paid, plan.programs[numbers[key[0]]].exponent))
            for key, paid in paid_before.items()
            if key[0] in numbers and paid != ZERO
        ],
    )
    work.create(
        "line",
        "SELECT 0 AS settlement, program, partner, amount AS facts, amount AS base,"
        " amount AS earned, amount AS paid, amount AS due FROM {paid} WHERE false",
    )
    for number, settlement in enumerate(plan.settlements):
        for level in range(max(plan.levels, default=-1) + 1):
            work.execute(f"INSERT INTO {{line}} {_lines_sql(plan, number, settlement, level)}")


def read_lines(work: Workspace, plan: Plan) -> pa.Table:
    """The lines as Arrow, ordered, with exact decimals."""
    values, money = plan.scales.value, MONEY_SCALE
    work.load(
        "settlement",
        {"settlement": "INTEGER", "cutoff": "DATE"},
        [(number, one.cutoff) for number, one in enumerate(plan.settlements)],
    )

    def shown(column: str, places: int) -> str:
        unit = f"{Decimal(1).scaleb(-places):f}::DECIMAL({places + 1}, {places})"
        return f"({column})::DECIMAL(38, 0) * {unit}"

    return work.arrow(
        f"""SELECT l.settlement AS settlement_number, s.cutoff AS settlement, p.id AS program,
            l.partner, p.currency, {shown("l.base", values)} AS base,
            {shown("l.earned * p.minor_money", money)} AS earned,
            {shown("l.paid * p.minor_money", money)} AS paid_before,
            {shown("l.due * p.minor_money", money)} AS due, l.facts::BIGINT AS facts
        FROM {{line}} l JOIN {{program}} p USING (program) JOIN {{settlement}} s USING (settlement)
        ORDER BY l.settlement, l.program, l.partner"""  # noqa: S608 - our own names and numbers
    )


def _lines_sql(plan: Plan, number: int, settlement: Settlement, level: int) -> str:
    """One settlement and level: measure, find the tier, earn on its line, round once, settle."""
    minimum = "minimum" if settlement.kind is SettlementKind.INTERIM else "0"
    return f"""
    WITH earned AS ({_earned_sql(plan, number, settlement, level)}),
    paid AS (
        SELECT program, partner, sum(amount) AS paid FROM (
            SELECT program, partner, amount FROM {{paid}}
            UNION ALL SELECT program, partner, due FROM {{line}} WHERE settlement < {number}
        ) GROUP BY 1, 2
    ),
    owed AS (
        SELECT e.*, coalesce(paid.paid, 0) AS paid_before, e.earned - coalesce(paid.paid, 0) AS open
        FROM earned e LEFT JOIN paid USING (program, partner)
    )
    SELECT {number}, program, partner, facts, base, earned, paid_before,
        CASE WHEN open < 0 AND clawback = 0 THEN 0
             WHEN open > 0 AND open < {minimum} THEN 0
             ELSE open END
    FROM owed"""  # noqa: S608


def _earned_sql(plan: Plan, number: int, settlement: Settlement, level: int) -> str:
    rate_unit = f"{10**plan.scales.rate}::HUGEINT"
    return f"""
    WITH measured AS ({_measured_sql(plan, number, level)})
    SELECT m.program, m.partner, m.facts, m.base, m.clawback, m.minimum,
        CASE WHEN t.program IS NULL OR u.program IS NOT NULL OR m.base < 0
                  OR m.starts > DATE '{settlement.cutoff}'
                  OR (m.needs_baseline = 1 AND m.reference <= 0) THEN 0
             ELSE least(
                (2 * (t.base_from + t.slope * m.base) + m.round_by) // (2 * m.round_by),
                coalesce(m.cap, {2**126}::HUGEINT)) END AS earned
    FROM measured m
    LEFT JOIN {{tier}} t ON t.program = m.program AND m.denominator > 0
        AND m.numerator * {rate_unit} >= t.first * m.denominator
        AND (t.next IS NULL OR m.numerator * {rate_unit} < t.next * m.denominator)
    LEFT JOIN {{unmet}} u ON u.program = m.program AND u.partner = m.partner"""  # noqa: S608


def _measured_sql(plan: Plan, number: int, level: int) -> str:
    """Amount net of earlier programs, base, and the tier metric as numerator and denominator."""
    one = f"{10**plan.scales.value}::HUGEINT"
    increase = "CASE WHEN reference > 0 THEN greatest(amount - reference, 0) ELSE 0 END"
    return f"""
    WITH netted AS (
        SELECT n.program, l.partner, sum(l.earned * p.minor_value) AS subtracted
        FROM {{net}} n JOIN {{line}} l ON l.program = n.other AND l.settlement = {number}
        JOIN {{program}} p ON p.program = n.other GROUP BY 1, 2
    ),
    gathered AS (
        SELECT p.*, m.partner, coalesce(t.facts, 0) AS facts, coalesce(t.sold, 0) AS sold,
            coalesce(t.amount, 0) - coalesce(n.subtracted, 0) AS amount,
            coalesce(t.quantity, 0) AS quantity, coalesce(t.available, 0) AS available,
            coalesce(b.amount, 0) AS reference
        FROM {{member}} m JOIN {{program}} p ON p.program = m.program AND p.level = {level}
        LEFT JOIN {{totals}} t ON t.settlement = {number} AND t.program = m.program
            AND t.number = m.number
        LEFT JOIN netted n ON n.program = m.program AND n.partner = m.partner
        LEFT JOIN {{baseline}} b ON b.program = m.program AND b.partner = m.partner
    )
    SELECT *,
        CASE pay_on WHEN '{PayOn.AMOUNT}' THEN amount WHEN '{PayOn.QUANTITY}' THEN quantity
            ELSE {increase} END AS base,
        CASE tier_by WHEN '{TierBy.AMOUNT}' THEN amount WHEN '{TierBy.QUANTITY}' THEN quantity
            WHEN '{TierBy.INCREASE_AMOUNT}' THEN {increase}
            WHEN '{TierBy.GROWTH_RATIO}' THEN amount - reference ELSE sold END AS numerator,
        CASE tier_by WHEN '{TierBy.GROWTH_RATIO}' THEN reference
            WHEN '{TierBy.SELL_THROUGH_RATE}' THEN available ELSE {one} END AS denominator
    FROM gathered"""  # noqa: S608
