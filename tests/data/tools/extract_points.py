"""One-off: boil an OpenStreetMap extract down to the points and streets that the demo world is built on.

Run once by a developer; its result is committed and the product never imports this file:

    python tests/data/tools/extract_points.py EXTRACT.osm.pbf seed/data/shatou_points.json.gz

The result is one gzip-compressed JSON object (coordinates WGS-84):

    nodes     [[lat * 1e6, lon * 1e6], ...] integers, the largest walkable component, sorted by OSM id
    names     street names, sorted
    classes   highway classes, sorted
    streets   [[name index or -1, class index, [node index, ...]], ...]
    hull      [node index, ...] convex hull of the nodes, anticlockwise
    bounds    [south, west, north, east] in degrees
    source, licence
"""

import gzip
import itertools
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import osmium

NOT_ON_FOOT = {"motorway", "motorway_link", "trunk", "trunk_link", "construction", "proposed"}
SOURCE = "OpenStreetMap contributors, extract of Futian, Shenzhen (114.00-114.04 E, 22.517-22.551 N)"
LICENCE = "ODbL-1.0, https://opendatacommons.org/licenses/odbl/"

Way = tuple[str, str, list[int]]
Place = tuple[int, int]


class Reader(osmium.SimpleHandler):  # type: ignore[misc, unused-ignore]
    """Collects node places and walkable ways."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[int, Place] = {}
        self.ways: list[Way] = []

    def node(self, node: Any) -> None:
        """Keep every node: 1e-6 degrees is about 10 cm."""
        self.places[node.id] = (round(node.location.lat * 1e6), round(node.location.lon * 1e6))

    def way(self, way: Any) -> None:
        """Keep what people may walk on."""
        kind = way.tags.get("highway")
        if kind and kind not in NOT_ON_FOOT:
            self.ways.append((way.tags.get("name", ""), kind, [ref.ref for ref in way.nodes]))


def largest_component(ways: list[Way]) -> set[int]:
    """The nodes of the largest connected piece, by union-find."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for _, _, refs in ways:
        for a, b in itertools.pairwise(refs):
            parent[root(a)] = root(b)
    sizes = Counter(root(node) for node in list(parent))
    winner = min(sizes, key=lambda node: (-sizes[node], node))
    return {node for node in parent if root(node) == winner}


def convex_hull(places: list[Place]) -> list[int]:
    """Indexes of the corners, anticlockwise as seen on a map (Andrew's monotone chain)."""
    order = sorted(range(len(places)), key=lambda i: (places[i][1], places[i][0]))

    def chain(indexes: list[int]) -> list[int]:
        kept: list[int] = []
        for i in indexes:
            while len(kept) > 1 and turn(places[kept[-2]], places[kept[-1]], places[i]) <= 0:
                kept.pop()
            kept.append(i)
        return kept[:-1]

    return chain(order) + chain(order[::-1])


def turn(a: Place, b: Place, c: Place) -> int:
    """Positive for a left turn, places being (lat, lon)."""
    return (b[1] - a[1]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[1] - a[1])


def boil_down(reader: Reader) -> dict[str, Any]:
    """The JSON object of the module docstring."""
    kept = sorted(largest_component(reader.ways))
    index = {node: i for i, node in enumerate(kept)}
    places = [reader.places[node] for node in kept]
    ways = [way for way in reader.ways if way[2][0] in index]
    names = sorted({name for name, _, _ in ways if name})
    classes = sorted({kind for _, kind, _ in ways})
    lats, lons = zip(*places, strict=True)
    return {
        "source": SOURCE,
        "licence": LICENCE,
        "bounds": [min(lats) / 1e6, min(lons) / 1e6, max(lats) / 1e6, max(lons) / 1e6],
        "names": names,
        "classes": classes,
        "streets": [
            [names.index(name) if name else -1, classes.index(kind), [index[ref] for ref in refs]]
            for name, kind, refs in ways
        ],
        "hull": convex_hull(places),
        "nodes": places,
    }


def main(extract: str, target: str) -> None:
    """Read the extract, write the target; no time in the gzip header, so that a second run gives the same bytes."""
    reader = Reader()
    reader.apply_file(extract)
    text = json.dumps(boil_down(reader), ensure_ascii=False, separators=(",", ":"))
    Path(target).write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
