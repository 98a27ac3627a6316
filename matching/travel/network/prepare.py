"""Preparing a street network: from any OpenStreetMap extract to arrays."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from matching.errors import NetworkError
from matching.travel.network.gaps import join
from matching.travel.network.model import CAR, DEGREE, EBIKE, I32, WALK, Facts, Network
from matching.travel.network.noding import Edges, edges_of, with_stops
from matching.travel.network.osm import Nodes, Progress, Ways, read
from matching.travel.network.parts import keep_largest
from matching.travel.network.store import version_of
from matching.travel.network.ways import KINDS

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
LICENCE = "https://opendatacommons.org/licenses/odbl/1-0/"
MAX_GAP_METRES = 30.0
MODES = (("walk", WALK), ("ebike", EBIKE), ("car", CAR))


def prepare(
    extract: Path,
    *,
    join_gaps_metres: float = 0.0,
    on_progress: Progress | None = None,
    source: str = "",
) -> Network:
    """Read an extract into a network of what is walked, ridden and driven on.

    `join_gaps_metres` (0 to 30) bridges missing crossings and gates. `on_progress` hears (stage, share done).
    `source` says where the extract is from; the file's name if empty.

    Raises:
        NetworkError: the option is out of range, or the file cannot be used; the message says what to do.
    """
    if not 0 <= join_gaps_metres <= MAX_GAP_METRES:
        raise NetworkError(f"Gaps of 0 to {MAX_GAP_METRES:.0f} m can be joined, not {join_gaps_metres:g}")
    tell = on_progress or _silence
    ways, nodes = read(extract, tell)
    tell("edges", 0.7)
    _must_have_streets(extract, ways, nodes)
    edges = with_stops(edges_of(ways, nodes), nodes.stops)
    lat, lon = nodes.lat, nodes.lon
    made: dict[str, Any] = {"extract_sha256": _digest(extract), "join_gaps_metres": float(join_gaps_metres)}
    if join_gaps_metres:
        tell("gaps", 0.8)
        edges, lat, lon, made["gaps_joined"] = join(edges, lat, lon, join_gaps_metres)
    tell("parts", 0.9)
    network = _network(extract, ways.names, source or extract.name, (lat, lon), edges, made)
    tell("done", 1.0)
    return network


def _silence(_stage: str, _share: float) -> None:
    """Nobody listens."""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _must_have_streets(path: Path, ways: Ways, nodes: Nodes) -> None:
    if not len(ways.refs):
        raise NetworkError(f"{path}: has no streets (no way with a usable `highway` tag)")
    if not len(nodes.ids):
        raise NetworkError(f"{path}: has streets, but none of their nodes with coordinates")


def _network(
    extract: Path,
    names: tuple[str, ...],
    source: str,
    places: tuple[I32, I32],
    edges: Edges,
    made: dict[str, Any],
) -> Network:
    lat, lon = places
    edges, cut_off, lost = keep_largest(edges, len(lat))
    used = (edges.forth | edges.back) > 0
    if not (((edges.forth | edges.back) & WALK) > 0).any():
        raise NetworkError(f"{extract}: has no street that can be walked on")
    adrift = edges.only(cut_off)
    islands = np.stack([lat[adrift.tail], lon[adrift.tail], lat[adrift.head], lon[adrift.head]], axis=-1)
    edges = edges.only(used)
    kept, at = np.unique(np.concatenate([edges.tail, edges.head]), return_inverse=True)
    tail, head = at[: len(edges.tail)], at[len(edges.tail) :]
    words, name = _words(names, edges.name)
    arrays = {
        "lat": lat[kept],
        "lon": lon[kept],
        "tail": tail.astype(np.int32),
        "head": head.astype(np.int32),
        "length": edges.length.astype(np.int32),
        "forth": edges.forth,
        "back": edges.back,
        "kind": edges.kind,
        "name": name,
        "islands": islands.astype(np.int32),
    }
    kinds = (*KINDS, "gap")
    made |= _counts(arrays, lost)
    facts = Facts(
        version=version_of(arrays, words, kinds),
        source=source,
        attribution=ATTRIBUTION,
        licence=LICENCE,
        bounds=_bounds(arrays),
        names=words,
        kinds=kinds,
        made=made,
    )
    return Network(facts, **arrays)


def _words(names: tuple[str, ...], name: I32) -> tuple[tuple[str, ...], I32]:
    """Names in use, sorted, and the edges' indexes into them."""
    used = sorted({names[at] for at in np.unique(name[name >= 0]).tolist()})
    place = {word: at for at, word in enumerate(used)}
    moved = np.array([place.get(word, -1) for word in names] + [-1], np.int32)
    return tuple(used), moved[name]


def _bounds(arrays: dict[str, Any]) -> tuple[float, float, float, float]:
    islands = arrays["islands"]
    lat = np.concatenate([arrays["lat"], islands[:, 0], islands[:, 2]]) / DEGREE
    lon = np.concatenate([arrays["lon"], islands[:, 1], islands[:, 3]]) / DEGREE
    return float(lat.min()), float(lon.min()), float(lat.max()), float(lon.max())


def _counts(arrays: dict[str, Any], lost: dict[str, int]) -> dict[str, Any]:
    open_to = arrays["forth"] | arrays["back"]
    counts: dict[str, Any] = {"vertices": len(arrays["lat"]), "edges": len(arrays["tail"])}
    counts["island_pieces"] = len(arrays["islands"])
    for mode, bit in MODES:
        counts[f"{mode}_km"] = round(int(arrays["length"][(open_to & bit) > 0].sum()) / 100_000, 1)
        counts[f"{mode}_parts_dropped"] = lost[mode]
    return counts
