"""A district's day, 10,000 tasks and 7,300 workers on the streets of Jinan; and how time grows towards it.

`make bench ARGS="-k district"`
"""

import json
import subprocess
import sys
from math import log

import pytest

from matching.problem import encode
from tests.benchmarks.district import district
from tests.benchmarks.report import record, table
from tests.benchmarks.warm import ready

MINUTES = 15
SIZES = (1_250, 2_500, 5_000, 10_000)
SUPPLIES = ("ample", "scarce")
WORKERS = 0.73
SECONDS, GIGABYTES, GROWTH = 60, 6.0, 1.2
GAPS = {"ample": 3.0, "scarce": 5.0}
"""Per cent of service below the bound."""

CHILD = """
import json, sys
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from matching.policy import Policy
from matching.problem import decode_problem
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop

peak, over = [0], Event()

def resident():
    pids = ["self"]
    for listed in Path("/proc/self/task").glob("*/children"):
        pids += listed.read_text().split()
    lines = (line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

def watch():
    while not over.wait(0.2):
        try:
            peak[0] = max(peak[0], resident())
        except OSError:
            continue

problem, options = decode_problem(sys.stdin.buffer.read()), json.loads(sys.argv[1])
policy = Policy(levels=tuple(options["levels"]))
Thread(target=watch, daemon=True).start()
begin = perf_counter()
result = solve(problem, policy, stop=Stop(**options["stop"]))
took = perf_counter() - begin
over.set()
print(json.dumps({
    "seconds": took,
    "gigabytes": peak[0] / 2**20,
    "served": result.plan.terms["served"],
    "levels": [[level.value, level.bound, level.gap_ppm / 10_000] for level in result.plan.levels],
    "broken": len(check(problem, result.plan, policy)),
}))
"""

TEXT = """\
Doors beside the streets of central Jinan, 73 workers for each 100 tasks: 60 % volunteers on foot (1 to 3 tasks, within
990 m), 40 % staff of businesses by e-bike (4 to 8 tasks, within 2 km); one task in twenty needs two people; `scarce`: shifts
of half the length. Each in a fresh process through `matching.solve.solve`, from the problem in memory with its ways to the
checked plan; memory is the most of all its processes together. Service gap: to the bound of the same run.

{whole}

Time until service is known to be within {ample:g} % (ample) or {scarce:g} % (scarce) of the best:

{growth}

Pass: {seconds} s, {gigabytes:g} GB, those gaps, and time that grows no faster than the number of tasks to the power of
{power:g}.
"""


def measured(document, levels, stop):
    """What a fresh process reports of one solve."""
    options = json.dumps({"levels": levels, "stop": stop})
    command = [sys.executable, "-c", CHILD, options]
    done = subprocess.run(command, input=document, stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own code
    found = json.loads(done.stdout)
    assert found["broken"] == 0
    return found


@pytest.mark.benchmark
def test_a_district():
    ready()
    whole, growth, powers = [], [], []
    for supply in SUPPLIES:
        times, stop = [], {"seconds": 600, "gap_ppm": round(GAPS[supply] * 10_000)}
        for tasks in SIZES:
            document = encode(district(tasks, round(WORKERS * tasks), supply=supply, seed=1))
            found = measured(document, ["service"], stop)
            times.append(found["seconds"])
            row = (supply, f"{tasks:,}", f"{times[-1]:.1f}", f"{found['levels'][0][2]:.2f}")
            growth.append((*row, f"{found['gigabytes']:.2f}"))
        powers.append(log(times[-1] / times[0]) / log(SIZES[-1] / SIZES[0]))
        found = measured(document, ["service", "travel"], {"seconds": SECONDS})
        (points, bound, gap), travel = found["levels"][0], found["levels"][1]
        row = (supply, f"{found['served']:,}", f"{points:,}", f"{bound:,}", f"{gap:.2f}", f"{travel[0]:,}")
        whole.append((*row, f"{travel[2]:.1f}", f"{found['seconds']:.1f}", f"{found['gigabytes']:.2f}"))
        assert gap <= GAPS[supply]
        assert found["gigabytes"] <= GIGABYTES
        assert found["seconds"] <= SECONDS
    record(
        "A district",
        TEXT.format(
            whole=table(
                ("supply", "served", "points", "bound", "gap %", "travel min", "gap %", "s", "GB"), whole
            ),
            growth=table(("supply", "tasks", "s", "gap %", "GB"), growth),
            **GAPS,
            seconds=SECONDS,
            gigabytes=GIGABYTES,
            power=GROWTH,
        ),
    )
    assert max(powers) <= GROWTH
