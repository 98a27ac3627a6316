"""One need against many helpers, and a square of places, beside plain Dijkstra.

`pytest -m benchmark tests/benchmarks/test_travel_many.py -s`
"""

import os
import subprocess
import sys
from statistics import median
from time import perf_counter, thread_time

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matching.travel.network.many import FARTHEST_METRES, distances
from matching.travel.network.model import DEGREE
from matching.travel.network.shortlist import nearest
from matching.travel.network.snap import snap
from tests.support.streets import futian, futian_file, jinan

HELPERS, NEED_SECONDS, SIDE, TIMES = 300, 0.010, 100, 15

FRESH = """
import sys
from pathlib import Path
from time import perf_counter
begin = perf_counter()
from matching.travel.network import load
from matching.travel.network.many import distances
from matching.travel.network.snap import snap
network = load(Path(sys.argv[1]))
south, west, north, east = network.facts.bounds
here = snap(network, ((south + north) / 2,), ((west + east) / 2,))
ready = perf_counter()
distances(network, "walk", here, here, 1_000)
print(ready - begin, perf_counter() - ready)
"""


def tell(line):
    sys.stdout.write(line + "\n")


def seconds(work, times=TIMES, clock=perf_counter):
    """Median of several runs; with the clock of the thread, what other programs take does not count."""
    found = []
    for _ in range(times):
        begin = clock()
        work()
        found.append(clock() - begin)
    return median(found)


def on_streets(network, count, seed):
    """Places beside vertices, degrees (lat, lon)."""
    rng = np.random.default_rng(seed)
    vertex = rng.integers(0, network.vertices, count)
    aside = rng.normal(0, 1e-4, (2, count))
    return network.lat[vertex] / DEGREE + aside[0], network.lon[vertex] / DEGREE + aside[1]


@pytest.mark.benchmark
def test_one_need(capsys):
    """Warm, from coordinates to metres: hanging everybody on the streets is part of it."""
    lines = [
        f"\none need, {HELPERS} helpers; asked: {NEED_SECONDS * 1000:g} ms",
        f"{'network':>8} {'mode':>6} {'all ms':>7} {'of it CPU':>9} {'search ms':>9} {'5 nearest ms':>12}",
    ]
    slowest = 0.0
    for name, network in (("futian", futian()), ("jinan", jinan())):
        (lat, lon), helpers = on_streets(network, 1, 1), on_streets(network, HELPERS, 2)
        for mode in ("walk", "ebike"):

            def all_ways(network=network, lat=lat, lon=lon, helpers=helpers, mode=mode):
                need = snap(network, lat, lon, mode)
                return distances(network, mode, need, snap(network, *helpers, mode), FARTHEST_METRES)

            hung = snap(network, lat, lon, mode), snap(network, *helpers, mode)
            whole, busy = seconds(all_ways), seconds(all_ways, clock=thread_time)
            search = seconds(lambda: distances(network, mode, *hung, FARTHEST_METRES))  # noqa: B023
            few = seconds(lambda: nearest(network, mode, (lat[0], lon[0]), helpers, 5))  # noqa: B023
            slowest = max(slowest, whole)
            times = [1000 * taken for taken in (whole, busy, search, few)]
            lines.append("{:>8} {:>6} {:7.2f} {:9.2f} {:9.2f} {:12.2f}".format(name, mode, *times))
            assert len(all_ways().metres) == HELPERS
    with capsys.disabled():
        tell("\n".join(lines))
    assert slowest <= NEED_SECONDS


@pytest.mark.benchmark
def test_the_first_need_of_a_process(capsys, tmp_path):
    """Compiling happens once on a machine; later processes read the machine code from disk."""
    network = futian_file(tmp_path)
    lines = [f"\n{'process':24} {'libraries, network s':>20} {'first search s':>14}"]
    firsts = []
    for name in ("compiles", "reads machine code"):
        done = subprocess.run(  # noqa: S603 - our own words in a fresh interpreter
            [sys.executable, "-c", FRESH, str(network)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "code")},
        )
        ready, first = map(float, done.stdout.split())
        lines.append(f"{name:24} {ready:20.2f} {first:14.2f}")
        firsts.append(first)
    with capsys.disabled():
        tell("\n".join(lines))
    assert firsts[1] < firsts[0]


@pytest.mark.benchmark
def test_a_square(capsys):
    """`SIDE` x `SIDE` places; scipy gets the vertices at which our sources hang, and no places to find."""
    lines = [
        f"\n{SIDE} x {SIDE} on foot; asked: not slower than scipy's Dijkstra from the same sources",
        f"{'network':>8} {'limit m':>8} {'ours ms':>8} {'one core':>8} {'scipy ms':>8} {'ours / scipy':>12}",
    ]
    ratios = []
    for name, network in (("futian", futian()), ("jinan", jinan())):
        here, there = (snap(network, *on_streets(network, SIDE, seed)) for seed in (1, 2))
        arcs = network.arcs("walk")
        graph = csr_array((arcs.length.astype(np.float64), arcs.head, arcs.first), (network.vertices,) * 2)
        vertices = network.tail[here.edge]
        for limit in (FARTHEST_METRES, 1_000):
            ours = seconds(lambda: distances(network, "walk", here, there, limit))  # noqa: B023
            alone = seconds(lambda: distances(network, "walk", here, there, limit, threads=1))  # noqa: B023
            theirs = seconds(lambda: dijkstra(graph, indices=vertices, limit=100.0 * limit), 3)  # noqa: B023
            ratios.append(ours / theirs)
            far = f"{limit:8}" if limit < FARTHEST_METRES else "    none"
            times = f"{ours * 1000:8.1f} {alone * 1000:8.1f} {theirs * 1000:8.1f}"
            lines.append(f"{name:>8} {far} {times} {ours / theirs:12.3f}")
    with capsys.disabled():
        tell("\n".join(lines))
    assert max(ratios) <= 1
