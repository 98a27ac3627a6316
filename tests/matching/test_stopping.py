"""When a solve ends: limits, cancelling, interrupts; and what it begins with."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matching.errors import OptionsError
from matching.plan import decode_plan, encode_plan
from matching.policy import Policy
from matching.problem import Pin, encode
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop
from tests.benchmarks.rounds import street_round

from .builders import TASK, WORKER, change, problem

ROOT = Path(__file__).parents[2]
STREET = street_round(40, 15, seed=1)


def rank(plan):
    levels = {level.name: level.value for level in plan.levels}
    return -levels["service"], -plan.terms["served"], levels["travel"]


def test_rounds_end_a_search():
    few = solve(STREET, stop=Stop(iterations=500), solver="local", processes=1)
    assert any("500 rounds" in line for line in few.log)
    assert few.status == "feasible"


def test_a_search_that_finds_nothing_better_ends():
    result = solve(STREET, stop=Stop(no_improvement_iterations=1000), solver="local", processes=1)
    assert result.plan.terms["served"] > 0
    tired = solve(STREET, stop=Stop(seconds=60, no_improvement_seconds=0.2), solver="local")
    assert tired.seconds < 50


def test_near_enough_is_enough():
    of = street_round(80, 30, seed=1)
    loose = solve(of, stop=Stop(deterministic=4, gap_ppm=400_000), deterministic=True)
    assert all(level.gap_ppm <= 400_000 for level in loose.plan.levels)
    exact = solve(of, stop=Stop(deterministic=4), deterministic=True)
    assert not any(" columns: " in line for line in loose.log)
    assert any(" columns: " in line for line in exact.log)


def test_gaps_are_honest_about_must_serve_tasks():
    must = change(STREET, tasks=tuple(change(t, mandatory=i < 6) for i, t in enumerate(STREET.tasks)))
    result = solve(must, stop=Stop(deterministic=5, gap_ppm=500_000), deterministic=True)
    proven = solve(must, stop=Stop(deterministic=20), deterministic=True, solver="cpsat")
    bounds = {level.name: level.bound for level in result.plan.levels}
    assert bounds["mandatory"] >= {level.name: level.value for level in proven.plan.levels}["mandatory"]


@pytest.mark.parametrize("asked", [0, 1, 3, 10, 100, 1000])
def test_cancelling_returns_the_best_plan(asked):
    times = 0

    def cancelled():
        nonlocal times
        times += 1
        return times > asked

    result = solve(STREET, stop=Stop(), cancelled=cancelled)
    assert check(STREET, result.plan, Policy()) == ()
    assert result.status == "interrupted" or asked == 1000


@pytest.mark.parametrize("stage", ["candidates", "greedy", "local", "bound", "columns", "service"])
def test_an_interrupt_at_any_stage_returns_a_checked_plan(stage):
    def listen(progress):
        if progress.stage == stage:
            raise KeyboardInterrupt

    result = solve(STREET, stop=Stop(deterministic=5), deterministic=True, on_progress=listen)
    assert check(STREET, result.plan, Policy()) == ()
    assert result.status in {"interrupted", "optimal"}


CHILD = """
import sys
from matching.plan import encode_plan
from matching.problem import decode_problem
from matching.solve import solve
from matching.solvers.territory import split
from matching.stop import Stop

split.MOST_TASKS = int(sys.argv[1])
def tell(progress):
    print(progress.stage, file=sys.stderr, flush=True)
result = solve(decode_problem(sys.stdin.buffer.read()), stop=Stop(seconds=300), on_progress=tell)
assert result.status == "interrupted", result.status
sys.stdout.buffer.write(encode_plan(result.plan))
"""


@pytest.mark.parametrize(("most", "stage"), [(10_000, "local"), (20, "parts")])
def test_a_signal_ends_a_solve_with_a_plan(most, stage):
    of = street_round(60, 20, seed=5)
    child = subprocess.Popen(  # noqa: S603 - our own code in a fresh interpreter
        [sys.executable, "-c", CHILD, str(most)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    child.stdin.write(encode(of))
    child.stdin.close()
    while child.stderr.readline().decode().strip() not in {stage, ""}:
        pass
    child.send_signal(signal.SIGINT)
    out, said = child.stdout.read(), child.stderr.read()
    assert child.wait() == 0, said.decode()
    assert check(of, decode_plan(out), Policy()) == ()
    child.stdout.close()
    child.stderr.close()


def test_a_warm_start_is_never_made_worse():
    first = solve(STREET, stop=Stop(deterministic=5), deterministic=True).plan
    for stop in (Stop(seconds=0), Stop(iterations=0), Stop(deterministic=1)):
        for solver in ("auto", "greedy", "local"):
            again = solve(STREET, stop=stop, solver=solver, warm_start=first, seed=9).plan
            assert rank(again) <= rank(first)


def test_a_warm_start_that_no_longer_holds_is_mended():
    first = solve(STREET, stop=Stop(deterministic=2), deterministic=True).plan
    gone = change(STREET, workers=STREET.workers[3:], tasks=STREET.tasks[1:])
    again = solve(gone, stop=Stop(deterministic=2), deterministic=True, warm_start=first).plan
    assert check(gone, again, Policy()) == ()


def test_the_parts_that_found_a_plan_are_named_in_order():
    result = solve(STREET, stop=Stop(deterministic=5), deterministic=True)
    assert result.found[0].part == "greedy"
    assert result.found[-1].part == result.plan.solver
    points = [(found.points, found.served, -found.cost) for found in result.found]
    assert points == sorted(points)
    assert result.found[-1].points == result.plan.terms["points"]


def test_the_same_bytes_however_the_document_is_ordered():
    shuffled = change(
        STREET, tasks=STREET.tasks[::-1], workers=STREET.workers[::-1], places=STREET.places[::-1]
    )
    stop = Stop(deterministic=2)
    plans = [encode_plan(solve(of, stop=stop, deterministic=True).plan) for of in (STREET, shuffled, STREET)]
    assert plans[0] == plans[1] == plans[2]


def test_promises_that_contradict_each_other_are_named_and_the_rest_is_served():
    tasks = tuple(change(TASK, id=f"t{i}") for i in range(3))
    pins = tuple(Pin(task=f"t{i}", worker="ann", start=9) for i in range(2))
    of = problem(tasks=tasks, workers=(WORKER,), pins=pins)
    plan = solve(of, stop=Stop(deterministic=2), deterministic=True).plan
    kept = {a.task for a in plan.assignments}
    assert len(kept & {"t0", "t1"}) == 1
    assert {u.task for u in plan.unserved} == {"t0", "t1", "t2"} - kept
    assert all(u.causes for u in plan.unserved)


def test_processes_are_counted_from_one():
    with pytest.raises(OptionsError):
        solve(STREET, stop=Stop(), processes=0)


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_seeds_are_those_that_every_engine_takes(seed):
    with pytest.raises(OptionsError, match="seed"):
        solve(STREET, stop=Stop(), seed=seed)
