"""The kernel against the independent oracle."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from tests.unit.money.rebates.oracle import EXPONENTS, ONE, fixed_point, oracle_lines
from tests.unit.money.rebates.reading import computed
from tests.unit.money.rebates.strategies import cases


@settings(max_examples=400, deadline=None)
@given(cases())
def test_kernel_equals_the_oracle(case: dict[str, Any]) -> None:
    digits = EXPONENTS[case["programs"][0]["currency"]]
    found = [
        (
            line.settlement.isoformat(),
            line.program,
            line.partner,
            int(line.base * ONE),
            *(int(value.scaleb(digits)) for value in (line.earned, line.paid_before, line.due)),
        )
        for line in computed(case)
    ]

    assert found == oracle_lines(case)


def test_the_oracle_reads_numbers() -> None:
    assert fixed_point("-1.25") == -1_250_000_000_000
