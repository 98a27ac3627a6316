"""Figures of one street's round, 150 tasks and 400 workers, through the same `solve` as the product.

`pytest -m benchmark tests/benchmarks/test_round_scale1.py -s`
"""

import sys

import pytest

from matching.rules import check
from matching.solve import solve
from matching.stop import Stop

from .rounds import street_round

SECONDS = 10


def tell(line):
    sys.stdout.write(line + "\n")


@pytest.mark.benchmark
@pytest.mark.parametrize(
    ("name", "tasks", "workers"), [("street", 150, 400), ("street, scarce", 150, 60), ("quarter", 300, 150)]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_round(name, tasks, workers, seed, capsys):
    problem = street_round(tasks, workers, seed=seed)
    heard = []
    result = solve(problem, stop=Stop(seconds=SECONDS), on_progress=heard.append)
    assert check(problem, result.plan) == ()
    with capsys.disabled():
        tell(f"\n{name} {tasks} x {workers}, seed {seed}: {result.seconds:.1f} s, {result.log[0]}")
        tell(f"{'level':10} {'value':>8} {'bound':>8} {'gap %':>7}  status")
        for level in result.plan.levels:
            gap = level.gap_ppm / 10_000
            tell(f"{level.name:10} {level.value:8} {level.bound:8} {gap:7.2f}  {level.status}")
        for line in result.log:
            tell(f"    {line}")


@pytest.mark.benchmark
@pytest.mark.parametrize("size", [(150, 400), (1000, 1000)])
def test_greedy(size, capsys):
    problem = street_round(*size, seed=1, size_metres=6000)
    result = solve(problem, stop=Stop(), solver="greedy")
    assert () == check(problem, result.plan)
    with capsys.disabled():
        served = result.plan.terms["served"]
        tell(f"\ngreedy {size[0]} x {size[1]}: {served} served, {result.seconds:.2f} s, {result.log[0]}")
