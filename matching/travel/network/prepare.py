"""Preparing a street network: from any OpenStreetMap extract to arrays."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from matching.errors import NetworkError
from matching.travel.network.gaps import join
from matching.travel.network.model import CAR, DEGREE, EBIKE, I32, WALK, Facts, Network
from matching.travel.network.noding import Edges, edges_of, with_stops
from matching.travel.network.osm import Box, Progress, read
from matching.travel.network.parts import keep_largest
from matching.travel.network.store import version_of
from matching.travel.network.ways import KINDS

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
LICENCE = "https://opendatacommons.org/licenses/odbl/1-0/"
MAX_GAP_METRES = 30.0
POLE = 90
MODES = (("walk", WALK), ("ebike", EBIKE), ("car", CAR))


def prepare(
    extract: Path,
    *,
    join_gaps_metres: float = 0.0,
    on_progress: Progress | None = None,
    source: str = "",
    within: Box | None = None,
) -> Network:
    """Read an extract into a network of what is walked, ridden and driven on.

    `join_gaps_metres` (0 to 30) bridges missing crossings and gates. `on_progress` hears (stage, share done).
    `source` says where the extract is from; the file's name if empty. `within` (south, west, north, east in degrees)
    takes a city out of the extract of its province.

    Raises:
        NetworkError: the option is out of range, or the file cannot be used; the message says what to do.
    """
    _must_be_sane(join_gaps_metres, within)
    tell = on_progress or _silence
    ways, nodes = read(extract, tell, within)
    tell("edges", 0.7)
    edges, stops = edges_of(ways, nodes)
    edges = with_stops(edges, stops)
    lat, lon = nodes.lat, nodes.lon
    made: dict[str, Any] = {"extract_sha256": _digest(extract), "join_gaps_metres": float(join_gaps_metres)}
    if within:
        made["within"] = ",".join(f"{degrees:g}" for degrees in within)
    if join_gaps_metres:
        tell("gaps", 0.8)
        edges, lat, lon, joined = join(edges, lat, lon, stops, join_gaps_metres)
        made |= joined
    tell("parts", 0.9)
    network = _network(extract, ways.names, source or extract.name, (lat, lon), edges, made)
    tell("done", 1.0)
    return network


def _must_be_sane(gaps: float, within: Box | None) -> None:
    if not 0 <= gaps <= MAX_GAP_METRES:
        raise NetworkError(f"Gaps of 0 to {MAX_GAP_METRES:.0f} m can be joined, not {gaps:g}")
    if within is None:
        return
    south, west, north, east = within
    if not (-POLE <= south < north <= POLE and -2 * POLE <= west < east <= 2 * POLE):
        raise NetworkError(f"The box {within} is none: give south, west, north, east in degrees")


def _silence(_stage: str, _share: float) -> None:
    """Nobody listens."""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    arrays = _arrays(lat, lon, edges.only(used), edges.only(cut_off))
    words, arrays["name"] = _words(names, arrays["name"])
    facts = Facts(
        version=version_of(arrays, words, KINDS),
        source=source,
        attribution=ATTRIBUTION,
        licence=LICENCE,
        bounds=_bounds(arrays),
        names=words,
        kinds=KINDS,
        made=made | _counts(arrays, lost),
    )
    return Network(facts, **arrays)


def _arrays(lat: I32, lon: I32, edges: Edges, adrift: Edges) -> dict[str, Any]:
    """Arrays of a network of the vertices that `edges` use; `adrift` are its islands."""
    kept, at = np.unique(np.concatenate([edges.tail, edges.head]), return_inverse=True)
    tail, head = at[: len(edges.tail)], at[len(edges.tail) :]
    islands = np.stack([lat[adrift.tail], lon[adrift.tail], lat[adrift.head], lon[adrift.head]], axis=-1)
    return {
        "lat": lat[kept],
        "lon": lon[kept],
        "tail": tail.astype(np.int32),
        "head": head.astype(np.int32),
        "length": edges.length.astype(np.int32),
        "forth": edges.forth,
        "back": edges.back,
        "kind": edges.kind,
        "name": edges.name,
        "islands": islands.astype(np.int32),
    }


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
