"""The two real street networks, prepared once for all tests of a process."""

from functools import cache
from pathlib import Path

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
