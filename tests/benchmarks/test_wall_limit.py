"""What was allowed and what was taken, where the limit is far too short for the size.

`pytest -m benchmark tests/benchmarks/test_wall_limit.py -s`
"""

import sys
from time import process_time

import pytest

from matching.rules import check
from matching.solve import solve
from matching.stop import Stop

from .rounds import street_round

SIZES = ((150, 400), (400, 90), (300, 150), (1000, 500), (1000, 1000))


@pytest.mark.benchmark
@pytest.mark.parametrize("seconds", [2, 10])
def test_taken_against_the_limit(seconds, capsys):
    lines = [f"\n{'size':>12} {'limit s':>8} {'taken s':>8} {'CPU s':>6}  plan"]
    for tasks, workers in SIZES:
        problem = street_round(tasks, workers, seed=1)
        cpu = process_time()
        result = solve(problem, stop=Stop(seconds=seconds))
        cpu = process_time() - cpu
        assert () == check(problem, result.plan)
        levels = ", ".join(f"{v.name} {v.value} of {v.bound}" for v in result.plan.levels)
        size = f"{tasks} x {workers}"
        lines.append(
            f"{size:>12} {seconds:8} {result.seconds:8.1f} {cpu:6.1f}  {result.plan.solver}: {levels}"
        )
    with capsys.disabled():
        sys.stdout.write("\n".join(lines) + "\n")
