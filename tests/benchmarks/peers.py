"""Other solvers in a process and an interpreter of their own, and their routes as plans that our checker judges.

LINLI_BENCH_PEERS names a virtual environment with pyvroom, pyvrp and ortools:
`python -m venv peers && peers/bin/pip install pyvroom pyvrp ortools`.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from matching.formats.vroom import Case
from matching.plan import Plan
from matching.policy import Policy
from matching.problem import Problem, StartWindow
from tests.matching.brute import write

VARIABLE = "LINLI_BENCH_PEERS"
SCRIPT = Path(__file__).with_name("peer_solvers.py")
MODULES = ("vroom", "pyvrp", "ortools")
LONGEST_SECONDS = 1_800

Found = tuple[Plan, float]


def interpreter() -> str:
    """Return the Python that has the peers; skips the test where there is none."""
    if folder := os.environ.get(VARIABLE):
        return str(Path(folder) / "bin" / "python")
    missing = [name for name in MODULES if find_spec(name) is None]
    if missing:
        pytest.skip(
            f"{', '.join(missing)} not installed here, and {VARIABLE} names no environment that has them"
        )
    return sys.executable


def versions() -> str:
    """Return names and versions of the peers."""
    line = "from importlib.metadata import version; print(*(f'{p} {version(p)}' for p in %r), sep=', ')"
    command = [interpreter(), "-c", line % (("pyvroom", "pyvrp", "ortools"),)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 our words


def ask(name: str, instance: dict[str, Any], case: Case, seconds: float, folder: Path) -> Found:
    """Return a peer's routes as a plan of `case.problem`, and the seconds of its search alone."""
    problem_file, routes_file = folder / "instance.json", folder / f"{name}.json"
    problem_file.write_text(json.dumps(instance), "utf-8")
    command = [interpreter(), str(SCRIPT), name, str(problem_file), str(routes_file), str(seconds), "2"]
    subprocess.run(command, check=True, timeout=LONGEST_SECONDS, capture_output=True)  # noqa: S603 our words
    told = json.loads(routes_file.read_bytes())
    return as_plan(case.problem, told["routes"]), told["seconds"]


def as_plan(problem: Problem, routes: dict[str, list[int]]) -> Plan:
    """Return the plan of routes (worker to tasks in order), everybody as early as windows allow."""
    served = {}
    for vehicle, jobs in routes.items():
        worker = problem.worker_by_id[vehicle]
        (shift,) = worker.shifts
        now, here = shift.start, problem.place_by_id[shift.start_place]
        for job in jobs:
            task = problem.task_by_id[str(job)]
            there = problem.place_by_id[task.place]
            start = opening(task.windows, now + problem.travel.ticks(here, there, worker.mode))
            served[task.id] = (start, ((vehicle, 0),))
            now, here = start + task.duration, there
    return write(problem, Policy(), served)


def opening(windows: tuple[StartWindow, ...], now: int) -> int:
    """Return the first tick from `now` at which a task may start; `now` where there is none (the checker will say so)."""
    return next((max(now, window.earliest) for window in windows if now <= window.end), now)
