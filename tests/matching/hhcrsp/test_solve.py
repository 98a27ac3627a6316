"""The search is right: the evaluator agrees with it, and on small instances nothing is better."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import OptionsError
from matching.hhcrsp import Progress, encode_solution, evaluate, read_instance, solve
from matching.hhcrsp.arrays import arrays_of, solution_of
from matching.hhcrsp.search import Search, Settings
from matching.stop import Stop

from .homecare import DATA, by_chance, least

ROUNDS = Stop(iterations=300)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_better_than_the_proven(seed):
    """All routes of three patients (four visits) and two people are tried."""
    instance = by_chance(seed, 3)
    result = solve(instance, stop=ROUNDS, seed=seed, threads=1)
    assert "optimal" == result.status
    assert (
        pytest.approx(least(instance), abs=1e-6)
        == result.score.value
        == pytest.approx(result.bound, abs=1e-6)
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_search_alone_finds_the_best_of_small_ones(seed):
    instance = by_chance(seed, 4, caregivers=2)
    engine = Search(arrays_of(instance), 2, seed, 1, Settings())
    engine.run(lambda rounds: rounds / 2000, 2000, lambda *_: None)
    proven = solve(instance, stop=ROUNDS, threads=1)
    assert pytest.approx(proven.score.value, abs=1e-6) == engine.best().cost / 3 / engine.scale


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 24), st.integers(2, 5))
def test_the_evaluator_accepts_every_answer_and_finds_the_same_value(seed, patients, caregivers):
    instance = by_chance(seed, patients, caregivers)
    arrays = arrays_of(instance)
    engine = Search(arrays, caregivers, seed, 2, Settings())
    engine.run(lambda rounds: rounds / 200, 200, lambda *_: None)
    found = engine.best()
    score = evaluate(instance, solution_of(instance, arrays, found.after, found.start))
    assert () == score.violations
    assert pytest.approx(score.value, abs=1e-6) == found.cost / 3 / arrays.scale


@pytest.mark.parametrize("name", ["10_1", "10_9"])
def test_public_instances_of_ten_patients_are_proven(name):
    """The published optima, from best_known.csv."""
    best = {"10_1": 218.199, "10_9": 222.295}[name]
    result = solve(read_instance(DATA / f"InstanzCPLEX_HCSRP_{name}.json.gz"), stop=Stop(deterministic=20))
    assert ("optimal", best) == (result.status, round(result.score.value, 3))


def test_twenty_five_patients_reach_the_published_optimum():
    instance = read_instance(DATA / "InstanzCPLEX_HCSRP_25_5.json.gz")
    assert 366.338 == round(solve(instance, stop=Stop(iterations=40_000)).score.value, 3)


def test_same_seed_same_bytes_and_another_seed_another_way():
    instance = read_instance(DATA / "InstanzCPLEX_HCSRP_25_5.json.gz")

    def content(seed):
        return encode_solution(solve(instance, stop=Stop(iterations=2500), seed=seed).solution)

    assert content(3) == content(3)
    assert len({content(seed) for seed in range(4)}) > 1


def test_more_rounds_are_never_worse_than_none():
    instance = by_chance(5, 20, caregivers=4)
    start, end = (solve(instance, stop=Stop(iterations=n)).score.value for n in (0, 2000))
    assert end <= start


def test_an_interrupt_gives_the_best_so_far():
    def interrupt(news: Progress) -> None:
        if news.stage == "search":
            raise KeyboardInterrupt

    result = solve(by_chance(5, 30, caregivers=4), stop=Stop(seconds=60), on_progress=interrupt)
    assert ("interrupted", ()) == (result.status, result.score.violations)
    assert result.seconds < 30


def test_progress_grows_and_never_gets_worse():
    heard: list[Progress] = []
    solve(by_chance(5, 30, caregivers=4), stop=Stop(iterations=9000), on_progress=heard.append)
    values = [news.value for news in heard if news.value is not None]
    shares = [news.share for news in heard]
    assert (sorted(values, reverse=True), sorted(shares)) == (values, shares)
    assert "done" == heard[-1].stage


@pytest.mark.parametrize(("stop", "threads"), [(Stop(), 1), (ROUNDS, 0)])
def test_options_that_make_no_sense(stop, threads):
    with pytest.raises(OptionsError):
        solve(by_chance(1, 3), stop=stop, threads=threads)


def test_no_engine_is_loaded_before_it_is_needed():
    code = "import sys, matching.hhcrsp; sys.exit(any(m in sys.modules for m in ('numba', 'ortools')))"
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode  # noqa: S603
