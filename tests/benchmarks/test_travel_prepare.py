"""From an extract to a network in memory: how long a city takes, and how long a prepared one.

`pytest -m benchmark tests/benchmarks/test_travel_prepare.py -s`
"""

import subprocess
import sys
from itertools import product
from statistics import median
from time import perf_counter

import pytest

from matching.travel.network import load
from matching.travel.network.model import ARRAYS
from matching.travel.network.prepare import prepare
from matching.travel.network.snap import snap
from tests.support.streets import FUTIAN, JINAN, extract, saved

PREPARE_SECONDS, LOAD_SECONDS = 3.0, 0.05
SIDE = 150  # corners: 22,500 vertices
TIMES = 9

FRESH = """
import sys
from pathlib import Path
from time import perf_counter
begin = perf_counter()
from matching.travel.network.prepare import prepare
ready = perf_counter()
prepare(Path(sys.argv[1]), join_gaps_metres=float(sys.argv[2]))
print(ready - begin, perf_counter() - ready)
"""


def tell(line):
    sys.stdout.write(line + "\n")


def seconds(work):
    begin = perf_counter()
    work()
    return perf_counter() - begin


@pytest.mark.benchmark
def test_prepare(capsys):
    """The clock of a fresh process includes reading the libraries; that of a warm one only `prepare`."""
    lines = [
        f"\nasked: {PREPARE_SECONDS:g} s for Futian",
        f"{'extract':26} {'gaps m':>6} {'libraries s':>11} {'first s':>8} {'again s':>8}",
    ]
    slowest = 0.0
    for path, gaps in product((FUTIAN, JINAN), (0, 30)):
        command = [sys.executable, "-c", FRESH, str(path), str(gaps)]
        fresh = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 our own words
        libraries, first = map(float, fresh.stdout.split())
        again = median(seconds(lambda: prepare(path, join_gaps_metres=gaps)) for _ in range(3))  # noqa: B023
        lines.append(f"{path.name:26} {gaps:6} {libraries:11.2f} {first:8.2f} {again:8.2f}")
        slowest = max(slowest, libraries + first if path == FUTIAN else 0.0)
    with capsys.disabled():
        tell("\n".join(lines))
    assert slowest <= PREPARE_SECONDS


@pytest.mark.benchmark
def test_load(tmp_path, capsys):
    """`load` maps the file; touching reads every array once; a first snap builds the index of streets too."""
    path = grid(tmp_path)
    assert load(path).vertices >= 20_000
    lines = [
        f"\nasked: {1000 * LOAD_SECONDS:g} ms",
        f"{'network of':>12} {'bytes':>10} {'load ms':>8} {'and touch ms':>13} {'first snap ms':>14}",
    ]
    taken = []
    for _ in range(TIMES):
        loaded = seconds(lambda: load(path))
        network = load(path)
        touched = seconds(lambda: [int(getattr(network, field).sum()) for field in ARRAYS])  # noqa: B023
        lat, lon = network.origin
        snapped = seconds(lambda: snap(network, [lat], [lon]))  # noqa: B023
        taken.append((loaded, touched, snapped))
    loaded, touched, snapped = (1000 * median(column) for column in zip(*taken, strict=True))
    size = path.stat().st_size
    lines.append(f"{network.vertices:12,} {size:10,} {loaded:8.2f} {loaded + touched:13.2f} {snapped:14.2f}")
    with capsys.disabled():
        tell("\n".join(lines))


def grid(folder):
    """Blocks of 80 m, as many as make 22,500 corners."""
    nodes = {1 + x + SIDE * y: (80 * x, 80 * y) for x, y in product(range(SIDE), repeat=2)}
    rows = [[1 + x + SIDE * y for x in range(SIDE)] for y in range(SIDE)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    ways = [(line, {"highway": "residential", "name": f"路{nth}"}) for nth, line in enumerate(rows + columns)]
    return saved(prepare(extract(folder / "grid.osm.pbf", nodes, ways)), folder)
