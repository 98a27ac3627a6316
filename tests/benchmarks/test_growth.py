"""Memory and time as problems grow, and what a reproducible search costs; each in a process of its own.

`make bench ARGS="-k growth"`
"""

import json
import subprocess
import sys

import pytest

from tests.benchmarks.report import record, table
from tests.benchmarks.warm import ready

MINUTES = 5
SIZES = (500, 1_000, 2_000, 4_000)
SECONDS = 20
UNITS = 10
MOST_GIGABYTES_PER_THOUSAND = 1.0

CHILD = """
import json, resource, sys
from time import perf_counter

from matching.rules import check
from matching.solve import solve
from matching.stop import Stop
from tests.benchmarks.community import POLICY, community
from tests.benchmarks.warm import ready

tasks, solver, limit, deterministic = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4] == "yes"
if solver != "greedy":
    ready()
problem = community(tasks, tasks // 2, seed=1, size_metres=round(2_500 * (tasks / 300) ** 0.5))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
begin = perf_counter()
stop = Stop(deterministic=limit) if deterministic else Stop(seconds=limit)
result = solve(problem, POLICY, stop=stop, solver=solver, deterministic=deterministic)
took = perf_counter() - begin
print(json.dumps({
    "seconds": took,
    "before": before,
    "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    "served": len(result.plan.assignments),
    "levels": [[level.value, level.gap_ppm / 10_000] for level in result.plan.levels],
    "broken": len(check(problem, result.plan, POLICY)),
}))
"""

TEXT = """\
Days like the community's, growing (half as many workers as tasks, area in proportion), each solved in a fresh process
through `matching.solve.solve`. The clock covers everything from the problem in memory to the checked plan; memory is
the peak of the process with all its libraries, which alone are {libraries:.2f} GB. `First plan`: solver `greedy`,
which ends by itself. `{seconds} s`: solver `auto`. Pass: at most {most:g} GB for each 1,000 tasks.

{sizes}

The same day of 300 tasks by the clock and reproducibly (`deterministic=True`: work is counted instead of seconds, and
the same input gives the same bytes):

{modes}
"""


def run(tasks, solver, limit, deterministic="no"):
    """Figures of one solve in a fresh process."""
    command = [sys.executable, "-c", CHILD, str(tasks), solver, str(limit), deterministic]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 our own words
    told = json.loads(done.stdout)
    assert 0 == told["broken"]
    return told


@pytest.mark.benchmark
def test_growth():
    ready()
    rows, heaviest, libraries = [], 0.0, 0.0
    for tasks in SIZES:
        first, best = run(tasks, "greedy", 600), run(tasks, "auto", SECONDS)
        libraries = best["before"]
        heaviest = max(heaviest, (best["gigabytes"] - libraries) / tasks * 1000)
        (points, gap), (cost, _) = best["levels"]
        rows.append(
            (
                *(f"{tasks:,} x {tasks // 2:,}", f"{first['seconds']:.1f}", f"{first['gigabytes']:.2f}"),
                f"{1000 * first['seconds'] / tasks:.1f}",
                *(f"{best['seconds']:.1f}", f"{best['gigabytes']:.2f}", f"{best['served']:,}", f"{points:,}"),
                *(f"{gap:.2f}", f"{cost:,}"),
            )
        )
    headings = (
        *("tasks x workers", "first plan s", "GB", "s per 1,000 tasks"),
        *(f"{SECONDS} s: s", "GB", "served", "points", "gap %", "experience"),
    )
    text = TEXT.format(
        libraries=libraries,
        seconds=SECONDS,
        most=MOST_GIGABYTES_PER_THOUSAND,
        sizes=table(headings, rows),
        modes=table(("search", "s", "points", "gap %", "experience", "gap %"), modes()),
    )
    record("Time and memory", text)
    assert heaviest <= MOST_GIGABYTES_PER_THOUSAND


def modes():
    """The same day by the clock and reproducibly."""
    for name, deterministic in ((f"{UNITS} s", "no"), (f"{UNITS} units of work", "yes")):
        told = run(300, "auto", UNITS, deterministic)
        cells = [cell for value, gap in told["levels"] for cell in (f"{value:,}", f"{gap:.2f}")]
        yield name, f"{told['seconds']:.1f}", *cells
