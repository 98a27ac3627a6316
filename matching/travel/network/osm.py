"""Reading an OpenStreetMap extract: first its streets, then only the nodes that streets use.

Two passes over the file instead of one keep the memory at the size of the streets: houses, land and water of a whole
province pass by without being kept.
"""

from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import osmium

from matching.errors import NetworkError
from matching.travel.network.model import DEGREE, I32, I64, U8
from matching.travel.network.ways import KINDS, passable, stopped

Progress = Callable[[str, float], None]

FORMATS = (".pbf", ".osm", ".osm.gz", ".osm.bz2", ".o5m", ".opl")
AGAIN = "fetch it again, or cut your city out of a larger extract with `osmium extract`"
CHUNK = 100_000
MAX_DEGREES = 5.0
"""No network reaches further, north to south or west to east: it is for a city, at most a province."""

Box = tuple[float, float, float, float]
"""South, west, north, east in degrees."""


class Ways(NamedTuple):
    """Streets. Way w has the node ids `refs[first[w]:first[w + 1]]`; `kind` indexes KINDS, `name` `names` (-1: none)."""

    refs: I64
    first: I64
    forth: U8
    back: U8
    kind: U8
    name: I32
    names: tuple[str, ...]


class Nodes(NamedTuple):
    """Located nodes in the order of their ids: ids (n,), lat and lon in 1e-7 degrees, bits of the modes they stop."""

    ids: I64
    lat: I32
    lon: I32
    stops: U8


def read(path: Path, on_progress: Progress, within: Box | None = None) -> tuple[Ways, Nodes]:
    """Streets of an extract and the nodes they use; only those `within` a box, if one is given.

    Raises:
        NetworkError: there is no such file, it is no extract or is cut short, or there are no streets on earth in it.
    """
    _must_exist(path)
    with _plain_errors(path):
        on_progress("streets", 0.0)
        ways = _ways(path)
    _must_have_streets(path, ways)
    with _plain_errors(path):
        on_progress("nodes", 0.4)
        nodes = _nodes(path, np.unique(ways.refs), within)
    _must_be_somewhere(path, nodes, within)
    return ways, nodes


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise NetworkError(f"{path}: there is no such file; name an OpenStreetMap extract (.osm.pbf)")
    if not path.is_file():
        raise NetworkError(f"{path}: is not a file; name an OpenStreetMap extract (.osm.pbf)")
    if path.stat().st_size == 0:
        raise NetworkError(f"{path}: the file is empty; {AGAIN}")


def _must_have_streets(path: Path, ways: Ways) -> None:
    if not len(ways.refs):
        raise NetworkError(
            f"{path}: has no streets (no way with a usable `highway` tag); take an extract that keeps highways"
        )
    if (ways.refs < 0).any():
        raise NetworkError(
            f"{path}: has nodes with negative numbers, as map editors give them; renumber it with `osmium renumber`"
        )


def _must_be_somewhere(path: Path, nodes: Nodes, within: Box | None) -> None:
    if not len(nodes.ids):
        where = "inside the box you gave" if within else "with a latitude and longitude on earth"
        raise NetworkError(
            f"{path}: has streets, but none of their nodes {where}; "
            "look whether latitude and longitude are swapped, and whether the extract has its nodes"
        )
    spread = [(int(axis.min()) / DEGREE, int(axis.max()) / DEGREE) for axis in (nodes.lat, nodes.lon)]
    if any(high - low > MAX_DEGREES for low, high in spread):
        (south, north), (west, east) = spread
        raise NetworkError(
            f"{path}: reaches from {south:.2f} to {north:.2f} north and {west:.2f} to {east:.2f} east, too far for one "
            "network; cut your city out with --within SOUTH,WEST,NORTH,EAST, or mend the nodes that lie astray"
        )


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError, KeyError, OSError) as error:
        raise NetworkError(
            f"{path}: is not an OpenStreetMap extract, or is cut short ({error}); {AGAIN}"
        ) from error


def _objects(path: Path, entities: Any, keep: Any) -> Any:
    known = path.name.endswith(FORMATS)
    file = osmium.io.File(str(path), "" if known else "pbf")
    return osmium.FileProcessor(file, entities).with_filter(keep)


def _ways(path: Path) -> Ways:
    refs, first = array("q"), array("q", [0])
    forth, back, kind, name = array("B"), array("B"), array("B"), array("i")
    words: dict[str, int] = {}
    index = {word: at for at, word in enumerate(KINDS)}
    for way in _objects(path, osmium.osm.WAY, osmium.filter.KeyFilter("highway")):
        tags = dict(way.tags)
        bits = passable(tags)
        if bits == (0, 0):
            continue
        refs.extend([node.ref for node in way.nodes])
        first.append(len(refs))
        forth.append(bits[0])
        back.append(bits[1])
        kind.append(index[tags["highway"]])
        name.append(words.setdefault(tags["name"], len(words)) if tags.get("name") else -1)
    return Ways(
        np.frombuffer(refs, np.int64) if refs else np.zeros(0, np.int64),
        np.frombuffer(first, np.int64),
        np.array(forth, np.uint8),
        np.array(back, np.uint8),
        np.array(kind, np.uint8),
        np.array(name, np.int32),
        tuple(words),
    )


def _nodes(path: Path, wanted: I64, within: Box | None) -> Nodes:
    ids, lat, lon, stops = array("q"), array("i"), array("i"), array("B")
    for node in _objects(path, osmium.osm.NODE, osmium.filter.IdFilter(_numbers(wanted))):
        at = node.location
        if not at.valid():
            continue
        ids.append(node.id)
        lat.append(at.y)
        lon.append(at.x)
        stops.append(stopped(dict(node.tags)) if len(node.tags) else 0)
    found, order = np.unique(np.array(ids, np.int64), return_index=True)
    nodes = Nodes(
        found,
        np.array(lat, np.int32)[order],
        np.array(lon, np.int32)[order],
        np.array(stops, np.uint8)[order],
    )
    return nodes if within is None else _inside(nodes, within)


def _numbers(wanted: I64) -> Iterator[int]:
    """Ids one after the other, without a list of them all: a province has ten million."""
    for begin in range(0, len(wanted), CHUNK):
        yield from wanted[begin : begin + CHUNK].tolist()


def _inside(nodes: Nodes, within: Box) -> Nodes:
    south, west, north, east = (round(degrees * DEGREE) for degrees in within)
    keep = (nodes.lat >= south) & (nodes.lat <= north) & (nodes.lon >= west) & (nodes.lon <= east)
    return Nodes._make(field[keep] for field in nodes)
