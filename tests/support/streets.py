"""The two real street networks, prepared once for all tests of a process; and extracts made up for a test."""

from functools import cache
from pathlib import Path

import numpy as np
import osmium

from matching.travel.earth import from_plane
from matching.travel.network import Network, save
from matching.travel.network.prepare import prepare

ROOT = Path(__file__).parents[2]
FUTIAN = ROOT / "seed/data/shenzhen_futian.osm.pbf"
"""16.6 km² around 沙头街道: footways, steps and paths."""
JINAN = ROOT / "tests/data/networks/jinan_core.osm.pbf"
"""Central Jinan, 12 x 9 km: streets without footways."""


@cache
def futian() -> Network:
    """Futian as the demo world has it."""
    return prepare(FUTIAN)


@cache
def jinan() -> Network:
    """Jinan, the larger one."""
    return prepare(JINAN)


def saved(network: Network, folder: Path, name: str = "city.network") -> Path:
    """The network in a file, as `linli travel prepare` writes it."""
    path = folder / name
    save(network, path)
    return path


def futian_file(folder: Path) -> Path:
    """Futian in a file."""
    return saved(futian(), folder, "futian.network")


def jinan_file(folder: Path) -> Path:
    """Jinan in a file."""
    return saved(jinan(), folder, "jinan.network")


def extract(path: Path, nodes: dict[int, tuple], ways: list[tuple[list[int], dict[str, str]]]) -> Path:
    """An extract of one's own: nodes (east, north in metres, and tags if any) by their ids; ways of node ids and tags."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for node, (east, north, *tags) in sorted(nodes.items()):
            place = spot(east, north)
            writer.add_node(osmium.osm.mutable.Node(id=node, location=place, tags=dict(*tags)))
        for number, (refs, words) in enumerate(ways, 1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=words))
    return path


def spot(east: float, north: float) -> tuple[float, float]:
    """(lon, lat) in degrees of metres east and north of a street corner in Futian."""
    lat, lon = from_plane(np.array([east, north], float), (22.53, 114.02))
    return float(lon), float(lat)
