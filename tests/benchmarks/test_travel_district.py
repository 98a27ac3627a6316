"""The ways of a district: all pairs of homes and workers within reach, in a process of its own.

`pytest -m benchmark tests/benchmarks/test_travel_district.py -s`
"""

import json
import subprocess
import sys

import pytest

from tests.support.streets import jinan_file

HOMES, WORKERS = (1_000, 2_000, 5_000, 10_000), 7_000
REACH = {"walk": 990, "ebike": 3_000}
SECONDS, GIGABYTES, GROWTH = 60, 2.0, 1.3

CHILD = """
import json, resource, sys
from pathlib import Path
from time import perf_counter

import numpy as np

from matching.travel.network import load
from matching.travel.network.many import distances
from matching.travel.network.model import DEGREE
from matching.travel.network.snap import snap

network, homes, workers, reach = load(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])

def street_doors(count, seed):
    rng = np.random.default_rng(seed)
    edge = rng.integers(0, network.edges, count)
    share = rng.random(count)
    ends = [(network.lat[v] / DEGREE, network.lon[v] / DEGREE) for v in (network.tail[edge], network.head[edge])]
    return [a + share * (b - a) + rng.normal(0, 1e-4, count) for a, b in zip(*ends)]

at_home, at_work = street_doors(homes, 1), street_doors(workers, 2)
warm = snap(network, *street_doors(2, 3))
distances(network, "walk", warm, warm, 1)
found = {}
for mode, metres in reach.items():
    begin = perf_counter()
    a, b = snap(network, *at_home, mode), snap(network, *at_work, mode)
    hung = perf_counter()
    ways = distances(network, mode, a, b, metres)
    found[mode] = {"snap": hung - begin, "search": perf_counter() - hung, "pairs": len(ways.target)}
found["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps(found))
"""


def tell(line):
    sys.stdout.write(line + "\n")


def measured(network, homes):
    """Seconds, pairs and memory of a fresh process; compiled code is read from disk before the clock starts."""
    command = [sys.executable, "-c", CHILD, str(network), str(homes), str(WORKERS), json.dumps(REACH)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return json.loads(done.stdout)


@pytest.mark.benchmark
def test_a_district(capsys, tmp_path):
    """Jinan; homes and workers at random street doors; 15 minutes on foot and 3 km by e-bike."""
    network = jinan_file(tmp_path)
    measured(network, 1)
    lines = [
        f"\n{WORKERS} workers; asked for {HOMES[-1]} homes: {SECONDS} s, {GIGABYTES:g} GB, and linear growth",
        (
            f"{'homes':>6} {'walk pairs':>11} {'s':>6} {'ebike pairs':>12} {'s':>6} {'snap s':>7} {'all s':>6} "
            f"{'s / 1000 homes':>14} {'GB':>5}"
        ),
    ]
    rates, found = [], {}
    for homes in HOMES:
        found = measured(network, homes)
        walk, ebike = found["walk"], found["ebike"]
        hung = walk["snap"] + ebike["snap"]
        found["all"] = hung + walk["search"] + ebike["search"]
        rates.append(1000 * found["all"] / homes)
        lines.append(
            f"{homes:6} {walk['pairs']:11} {walk['search']:6.2f} {ebike['pairs']:12} {ebike['search']:6.2f} "
            f"{hung:7.2f} {found['all']:6.2f} {rates[-1]:14.3f} {found['gigabytes']:5.2f}"
        )
    with capsys.disabled():
        tell("\n".join(lines))
    assert found["all"] <= SECONDS
    assert found["gigabytes"] <= GIGABYTES
    assert rates[-1] <= GROWTH * rates[0]
