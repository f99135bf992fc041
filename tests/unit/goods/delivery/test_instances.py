"""Reading CVRPLIB and Solomon files, and solving small ones whose best routes are known by hand."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner

from yunhe.config.cli import main
from yunhe.goods.delivery.command import solve_file
from yunhe.goods.delivery.compute.instances import BadInstance, read_instance
from yunhe.goods.delivery.compute.problem import Fleet, Problem, Visit
from yunhe.goods.delivery.compute.published import cost_of_published, read_published
from yunhe.goods.delivery.compute.solver import solve_iterations

# The depot at (0, 0); two customers east at 3 and 6, two north at 4 and 8; a vehicle holds two.
CROSS = """NAME : cross
TYPE : CVRP
DIMENSION : 5
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 0
3 6 0
4 0 4
5 0 8
DEMAND_SECTION
1 0
2 5
3 5
4 5
5 5
DEPOT_SECTION
1
-1
EOF
"""

SOLOMON = """T1

VEHICLE
NUMBER     CAPACITY
  3         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0        100          0
    1      3         4          5          0         10          2
    2      6         8          5         20         30          2
"""


def test_distances_are_rounded_to_the_nearest_whole_number() -> None:
    instance = read_instance(CROSS.replace("2 3 0", "2 3 1"), name="x")
    # sqrt(10) = 3.16 -> 3; from (3, 1) to (6, 0) the same; to (0, 4): sqrt(18) = 4.24 -> 4
    assert instance.problem.distances[1] == [3, 0, 3, 4, 8]


# burma14 of TSPLIB: its first five towns, and the first rows of its published distances
BURMA = "1 16.47 96.10\n2 16.47 94.44\n3 20.09 92.54\n4 22.39 93.37\n5 25.23 97.24"
BURMA_KM = [153, 510, 706, 966]
PLAIN = "1 0 0\n2 3 0\n3 6 0\n4 0 4\n5 0 8"


def distances_of(kind: str, points: str) -> list[int]:
    text = CROSS.replace("EUC_2D", kind).replace(PLAIN, points)
    return read_instance(text, name="x").problem.distances[0]


@pytest.mark.parametrize(
    ("kind", "points", "expected"),
    [
        ("GEO", BURMA, BURMA_KM),
        # att48's first pair: sqrt((4501² + 1443²) / 10) = 1494.7; then roots of 3.6, 1.6 and 6.4
        ("ATT", "1 6734 1453\n2 2233 10\n3 6740 1453\n4 6734 1457\n5 6734 1461", [1495, 2, 2, 3]),
        ("MAN_2D", "1 0 0\n2 3 1\n3 6 0.6\n4 0 4\n5 0 8", [4, 7, 4, 8]),
        ("MAX_2D", "1 0 0\n2 3 1\n3 6 0.6\n4 2.4 2\n5 0 8", [3, 6, 2, 8]),
    ],
)
def test_distances_by_the_rules_of_tsplib(kind: str, points: str, expected: list[int]) -> None:
    assert distances_of(kind, points) == [0, *expected]


def test_the_cross_costs_two_out_and_back_trips(tmp_path: Path) -> None:
    file = tmp_path / "cross.vrp"
    file.write_text(CROSS)
    (tmp_path / "cross.sol").write_text("Route #1: 1 2\nRoute #2: 3 4\nCost 28\n")
    report = solve_file(file, seconds=0.2)
    # 2 x 6 east and 2 x 8 north
    assert (report.cost, report.vehicles, report.best_known, report.gap) == (28, 2, 28, 0.0)
    assert sorted(sorted(route) for route in report.routes) == [[1, 2], [3, 4]]


def test_a_solomon_table_is_solved_with_its_windows(tmp_path: Path) -> None:
    file = tmp_path / "t1.txt"
    file.write_text(SOLOMON)
    report = solve_file(file, seconds=0.2)
    # 5 to customer 1, 5 on to customer 2 (waits until 20), 10 back
    assert (report.cost, report.routes) == (20.0, [[1, 2]])
    assert report.best_known is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("EUC_2D", "XRAY1", "EDGE_WEIGHT_TYPE 'XRAY1'"),
        ("DIMENSION : 5", "DIMENSION : 6", "holds 5 of 6 nodes"),
        ("CAPACITY : 10", "CAPACITY : ten", "CAPACITY must be a whole number"),
        ("3 6 0", "3 6 east", "line 9: 'east' is not a number"),
        ("5 5\nDEPOT", "5 50\nDEPOT", "node 5 asks 50, more than a vehicle's 10"),
        ("1 0\n2 5", "1 2\n2 5", "the depot (node 1) has a demand"),
        ("-1\nEOF", "2\n-1\nEOF", "DEPOT_SECTION"),
        ("TYPE : CVRP", "TYPE : TSP", "TYPE TSP"),
        ("2 5\n3 5", "2 5\n2 5", "node 2 is unknown or given twice"),
    ],
)
def test_a_bad_file_says_what_is_wrong(old: str, new: str, message: str) -> None:
    assert old in CROSS
    with pytest.raises(BadInstance) as caught:
        read_instance(CROSS.replace(old, new, 1), name="x")
    assert message in str(caught.value)


def test_the_command_exits_with_2_on_a_bad_file(tmp_path: Path) -> None:
    file = tmp_path / "bad.vrp"
    file.write_text("hello")
    result = CliRunner().invoke(main, ["routes", "solve", str(file), "--seconds", "1"])
    assert result.exit_code == 2
    assert "neither a CVRPLIB file" in result.stderr


def test_the_command_answers_json(tmp_path: Path) -> None:
    file = tmp_path / "cross.vrp"
    file.write_text(CROSS)
    options = ["routes", "solve", str(file), "--seconds", "0.2", "--json"]
    result = CliRunner().invoke(main, options)
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {key: found[key] for key in ("instance", "cost", "vehicles", "best_known", "gap")} == {
        "instance": "cross",
        "cost": 28,
        "vehicles": 2,
        "best_known": None,
        "gap": None,
    }


def test_a_solution_that_states_another_cost_is_refused() -> None:
    instance = read_instance(CROSS, name="x")
    with pytest.raises(BadInstance, match="states cost 27, its routes cost 28"):
        cost_of_published(instance, read_published("Route #1: 1 2\nRoute #2: 3 4\nCost 27"))
    with pytest.raises(BadInstance, match="exactly once"):
        cost_of_published(instance, read_published("Route #1: 1 2\nRoute #2: 3\nCost 27"))


def test_solutions_in_json_may_write_7_as_007() -> None:
    assert read_published('{"solution": [[001, 010], [007]]}').routes == ((0, 9), (6,))


def test_the_solver_finds_the_shortest_tour_of_every_order() -> None:
    places = [(0, 0), (7, 1), (2, 9), (8, 8), (1, 4), (5, 3), (9, 5)]
    matrix = [[abs(a - c) + abs(b - d) for c, d in places] for a, b in places]
    visits = [Visit(load=(1,)) for _ in places[1:]]
    problem = Problem(visits, [Fleet(count=1, capacity=(6,))], matrix, matrix)
    best = min(
        sum(matrix[a][b] for a, b in zip((0, *order), (*order, 0), strict=True))
        for order in permutations(range(1, 7))
    )
    assert solve_iterations(problem, iterations=300).cost == best


def test_an_optional_visit_that_does_not_fit_is_left_out() -> None:
    matrix = [[0, 5, 5], [5, 0, 1], [5, 1, 0]]
    visits = [Visit(load=(4,), prize=1000), Visit(load=(3,), prize=1000)]
    problem = Problem(visits, [Fleet(count=1, capacity=(4,))], matrix, matrix)
    solved = solve_iterations(problem, iterations=50)
    assert (len(solved.left_out), solved.feasible, solved.cost) == (1, True, 10)


TRIANGLE = """NAME : triangle
TYPE : CVRP
DIMENSION : 3
EDGE_WEIGHT_TYPE : EXPLICIT
EDGE_WEIGHT_FORMAT : {shape}
CAPACITY : 10
EDGE_WEIGHT_SECTION
{values}
DEMAND_SECTION
1 0
2 5
3 5
DEPOT_SECTION
 1 -1
"""


@pytest.mark.parametrize(
    ("shape", "values"),
    [
        ("FULL_MATRIX", "0 3 4\n3 0 5\n4 5 0"),
        ("LOWER_ROW", "3\n4 5"),
        ("LOWER_DIAG_ROW", "0 3 0 4 5 0"),
        ("UPPER_ROW", "3 4 5"),
        ("UPPER_DIAG_ROW", "0 3 4\n0 5\n0"),
        ("LOWER_COL", "3 4\n5"),
        ("UPPER_COL", "3\n4 5"),
    ],
)
def test_every_shape_of_an_explicit_matrix_is_read(shape: str, values: str) -> None:
    """Depot–2: 3, depot–3: 4, 2–3: 5 (TSPLIB 95, section 2.4); no EOF line, the depot on one line."""
    instance = read_instance(TRIANGLE.format(shape=shape, values=values), name="x")
    assert [list(row) for row in instance.problem.distances] == [[0, 3, 4], [3, 0, 5], [4, 5, 0]]


@pytest.mark.parametrize("values", ["3 4", "3 4 5 6", "3 4 5.5", "3 4 -1"])
def test_an_explicit_matrix_that_does_not_fit_is_refused(values: str) -> None:
    with pytest.raises(BadInstance):
        read_instance(TRIANGLE.format(shape="UPPER_ROW", values=values), name="x")
