"""What the compiled search reads, as arrays: the streets of one mode, and how sources and targets hang on them.

All lengths are whole centimetres. Every array is fresh and of one type, or the search would be compiled a second time.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.base import Mode
from matching.travel.network.model import BIT, I32, I64, Network
from matching.travel.network.snap import Snapped, ends

Flags = npt.NDArray[np.bool_]


class Graph(NamedTuple):
    """Out-arcs of vertex v are at `first[v]:first[v + 1]` of `head` and `length`."""

    first: I32
    head: I32
    length: I32


class Hanging(NamedTuple):
    """Targets that are entered from vertex v are at `first[v]:first[v + 1]`, with the way from there to their doors."""

    first: I32
    target: I32
    way: I64


class OnEdges(NamedTuple):
    """Targets in order of their edges."""

    edge: I32
    target: I32
    along: I32
    off: I64


class Sources(NamedTuple):
    """Where searches begin, and how far they go.

    `forth`, `back`: whether the edge may be gone with and against its direction. `to_tail`, `to_head`: negative for no way.
    """

    edge: I32
    along: I32
    off: I64
    forth: Flags
    back: Flags
    tail: I32
    to_tail: I32
    head: I32
    to_head: I32
    limit: I64

    def part(self, rows: slice) -> "Sources":
        """Some of them."""
        columns: tuple[Any, ...] = tuple(column[rows] for column in self)
        return Sources(*columns)


class State(NamedTuple):
    """Working arrays of one thread: `distance` and `seen` of vertices, `best` and `stamp` of targets.

    What is not stamped with the `clock` of a search is void, so that a search costs what it touches.
    """

    clock: I32
    distance: I64
    seen: I32
    heap: I64
    best: I64
    stamp: I32
    touched: I32


def graph_of(network: Network, mode: Mode, *, backwards: bool) -> Graph:
    """The streets of a mode; `backwards` turns them around."""
    arcs = network.arcs(mode, backwards=backwards)
    return Graph(arcs.first, arcs.head, arcs.length)


def hanging_of(network: Network, mode: Mode, targets: Snapped, *, backwards: bool) -> Hanging:
    """Targets by the vertices from which they are entered (`backwards`: which are entered from them)."""
    from_tail, from_head = ends(network, mode, targets, backwards=not backwards)
    vertex = np.concatenate([network.tail[targets.edge], network.head[targets.edge]])
    way = np.concatenate([from_tail, from_head]).astype(np.int64)
    enterable = np.flatnonzero(way >= 0)
    order = enterable[np.argsort(vertex[enterable], kind="stable")]
    way += np.tile(targets.off, 2)
    target = np.tile(np.arange(len(targets.edge), dtype=np.int32), 2)
    first = np.zeros(network.vertices + 1, np.int32)
    np.cumsum(np.bincount(vertex[order], minlength=network.vertices), out=first[1:])
    return Hanging(first, target[order], way[order])


def on_edges_of(targets: Snapped) -> OnEdges:
    """Targets in order of their edges."""
    order = np.argsort(targets.edge, kind="stable").astype(np.int32)
    return OnEdges(targets.edge[order], order, targets.along[order], targets.off[order].astype(np.int64))


def sources_of(
    network: Network, mode: Mode, places: Snapped, limit_metres: I64, *, backwards: bool
) -> Sources:
    """Where searches begin; metres are rounded up, so those within a limit are those within its centimetres."""
    forth, back = (network.back, network.forth) if backwards else (network.forth, network.back)
    to_tail, to_head = ends(network, mode, places, backwards=backwards)
    edge, bit = places.edge, BIT[mode]
    return Sources(
        edge=edge.astype(np.int32),
        along=places.along.astype(np.int32),
        off=places.off.astype(np.int64),
        forth=forth[edge] & bit > 0,
        back=back[edge] & bit > 0,
        tail=network.tail[edge],
        to_tail=to_tail,
        head=network.head[edge],
        to_head=to_head,
        limit=limit_metres * 100,
    )


def state_for(graph: Graph, targets: int) -> State:
    """Fresh working arrays; a vertex is put on the heap at most once for each arc that ends there, and twice at first."""
    vertices = len(graph.first) - 1
    return State(
        clock=np.zeros(1, np.int32),
        distance=np.zeros(vertices, np.int64),
        seen=np.zeros(vertices, np.int32),
        heap=np.zeros(len(graph.head) + 2, np.int64),
        best=np.zeros(targets, np.int64),
        stamp=np.zeros(targets, np.int32),
        touched=np.zeros(targets, np.int32),
    )
