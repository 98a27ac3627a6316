"""The twelve real communities of 沙头街道 and which street nodes lie in each.

Codes and names are the official ones; centres and borders are approximate and for the example only (示例数据): each
node belongs to the nearest centre.
"""

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from seed.shatou.geo import ground, metres, streets, walkable_points

# 沙头街道 lies south of 深南大道 and east of the interchange at 竹子林.
NORTH, WEST = 22.5388, 114.0135
EDGE_METRES = 80.0
FURTHEST_METRES = 750.0
# Nobody lives on the golf course north of 滨河大道.
GREEN_NORTH, GREEN_EAST = 22.5315, 114.0300
HOMELY = {"residential", "living_street", "service", "tertiary", "unclassified", "pedestrian", "footway"}


class Community(Struct, frozen=True):
    """A community 社区 with its centre; `village` marks a former village 城中村, where most people rent."""

    code: str
    name_zh: str
    name_en: str
    lat: float
    lon: float
    village: bool


@cache
def communities() -> tuple[Community, ...]:
    """In the order of their codes."""
    with (files("seed") / "data" / "shatou_communities.csv").open(encoding="utf-8") as lines:
        return tuple(
            Community(
                code=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                village=row["village"] == "1",
            )
            for row in csv.DictReader(lines)
        )


@cache
def home_nodes() -> tuple[NDArray[np.int64], ...]:
    """Per community, the indexes of the nodes where buildings may stand: on everyday streets, away from the clip."""
    points = walkable_points()
    homely = np.zeros(len(points), dtype=bool)
    for street in streets():
        if street.kind in HOMELY:
            homely[list(street.nodes)] = True
    centres = np.array([(area.lat, area.lon) for area in communities()])
    apart = metres(points[:, None, :], centres[None, :, :])
    nearest = apart.argmin(axis=1)
    inside = (points[:, 0] < NORTH) & (points[:, 1] > WEST) & (ground().margin(points) > EDGE_METRES)
    green = (points[:, 0] > GREEN_NORTH) & (points[:, 1] > GREEN_EAST)
    fit = homely & inside & ~green & (apart.min(axis=1) < FURTHEST_METRES)
    return tuple(np.flatnonzero(fit & (nearest == area)) for area in range(len(centres)))


@cache
def _named_nodes() -> tuple[NDArray[np.int64], tuple[str, ...]]:
    pairs = sorted({(node, s.name) for s in streets() if s.name and "立交" not in s.name for node in s.nodes})
    return np.array([node for node, _ in pairs]), tuple(name for _, name in pairs)


def street_name(lat: float, lon: float) -> str:
    """The nearest named street, for addresses."""
    nodes, names = _named_nodes()
    return names[int(metres(walkable_points()[nodes], np.array([lat, lon])).argmin())]
