"""Our metres beside those of Valhalla, a router with which we share nothing but the extract.

`pytest -m benchmark tests/benchmarks/test_travel_valhalla.py -s`; needs `pip install -e .[bench]`

Both walk the shortest way between street corners of the inner 60 % of the extract, where its border cuts nothing off. The
figure is that of Valhalla's `route`: its `matrix` is an approximation, up to a tenth longer than its own routes. Its earth
is a little larger than ours, which makes every way 0.1 % longer.
"""

import json
import subprocess
import sys
from time import perf_counter

import numpy as np
import pytest

from matching.travel.network.many import FARTHEST_METRES, distances
from matching.travel.network.model import DEGREE, WALK
from matching.travel.network.snap import snap
from tests.support.streets import FUTIAN, JINAN, futian, jinan

PAIRS, MARGIN = 400, 0.2
MEAN_ERROR, CORRELATION = 0.01, 0.995


def tell(line):
    sys.stdout.write(line + "\n")


def corners(network, count, seed):
    """Degrees (lat, lon) of walkable vertices inside the inner part."""
    edges = np.flatnonzero((network.forth | network.back) & WALK)
    used = np.unique(np.concatenate([network.tail[edges], network.head[edges]]))
    lat, lon = network.lat[used] / DEGREE, network.lon[used] / DEGREE
    south, west, north, east = network.facts.bounds
    inside = (np.abs(lat - (south + north) / 2) < (0.5 - MARGIN) * (north - south)) & (
        np.abs(lon - (west + east) / 2) < (0.5 - MARGIN) * (east - west)
    )
    chosen = np.random.default_rng(seed).choice(np.flatnonzero(inside), count, replace=False)
    return lat[chosen], lon[chosen]


def actor(valhalla, extract, folder):
    """Valhalla with tiles built from an extract."""
    folder.mkdir()
    config = valhalla.get_config(tile_extract="", tile_dir=folder)
    config["service_limits"]["pedestrian"]["max_distance"] = 1e6
    path = folder / "valhalla.json"
    path.write_text(json.dumps(config))
    build = valhalla.PYVALHALLA_DIR / "bin" / "valhalla_build_tiles"
    subprocess.run([build, "-c", path, extract], check=True, capture_output=True, cwd=folder)  # noqa: S603 - the package's own tool
    return valhalla.Actor(config)


def their_metres(router, a, b):
    request = {
        "locations": [{"lat": float(lat), "lon": float(lon)} for lat, lon in (a, b)],
        "costing": "pedestrian",
        "costing_options": {"pedestrian": {"shortest": True, "max_distance": 1e6}},
        "units": "kilometers",
    }
    return router.route(request)["trip"]["summary"]["length"] * 1000


@pytest.mark.benchmark
def test_agreement(capsys, tmp_path):
    valhalla = pytest.importorskip("valhalla", reason="the independent router is not installed: .[bench]")
    lines = [
        f"\n{PAIRS} pairs on foot; asked: mean error {MEAN_ERROR:.0%} at most, correlation {CORRELATION} at least",
        (
            f"{'network':>8} {'median m':>8} {'mean error %':>12} {'bias %':>7} {'90 % %':>7} {'over 1 %':>8} "
            f"{'correlation':>11} {'Valhalla s':>10}"
        ),
    ]
    passed = []
    for name, network, extract in (("futian", futian(), FUTIAN), ("jinan", jinan(), JINAN)):
        lat, lon = corners(network, 2 * PAIRS, 7)
        here, there = snap(network, lat[:PAIRS], lon[:PAIRS]), snap(network, lat[PAIRS:], lon[PAIRS:])
        ours = (
            distances(network, "walk", here, there, FARTHEST_METRES).metres.reshape(PAIRS, PAIRS).diagonal()
        )
        router = actor(valhalla, extract, tmp_path / name)
        begin = perf_counter()
        places = list(zip(lat, lon, strict=True))
        theirs = np.array([their_metres(router, places[i], places[PAIRS + i]) for i in range(PAIRS)])
        taken = perf_counter() - begin
        error = (ours - theirs) / theirs
        correlation = np.corrcoef(ours, theirs)[0, 1]
        size = np.abs(error)
        lines.append(
            f"{name:>8} {np.median(ours):8.0f} {100 * size.mean():12.3f} {100 * error.mean():7.3f} "
            f"{100 * np.quantile(size, 0.9):7.3f} {(size > MEAN_ERROR).sum():8} {correlation:11.6f} {taken:10.1f}"
        )
        passed.append(size.mean() <= MEAN_ERROR and correlation >= CORRELATION)
    with capsys.disabled():
        tell("\n".join(lines))
    assert all(passed)
