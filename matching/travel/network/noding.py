"""From streets to edges: one straight edge for each pair of neighbouring nodes."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.travel.earth import chord, on_sphere
from matching.travel.network.model import CAR, DEGREE, EBIKE, I32, I64, STEPS, U8, WALK
from matching.travel.network.osm import Nodes, Ways

Mask = npt.NDArray[np.bool_]


class Edges(NamedTuple):
    """Edges in the making: fields as in `Network`, without duplicates; tail is the smaller number of the two."""

    tail: I64
    head: I64
    length: I64
    forth: U8
    back: U8
    kind: U8
    name: I32

    def only(self, keep: Mask | I64) -> "Edges":
        """The edges chosen by a mask or by indexes."""
        return Edges._make(field[keep] for field in self)


def edges_of(ways: Ways, nodes: Nodes) -> tuple[Edges, U8]:
    """Edges between nodes that were located, and the modes that each node stops.

    A way is split where the extract lacks a node. Two nodes of one way at one spot are one vertex, or the street would be
    cut there.
    """
    at = np.searchsorted(nodes.ids, ways.refs)
    here = np.minimum(at, len(nodes.ids) - 1)
    at = np.where(nodes.ids[here] == ways.refs, here, -1)
    of = np.repeat(np.arange(len(ways.forth)), np.diff(ways.first))
    piece = np.flatnonzero((of[:-1] == of[1:]) & (at[:-1] >= 0) & (at[1:] >= 0) & (at[:-1] != at[1:]))
    a, b, way = at[piece], at[piece + 1], of[piece]
    number = _one_number_per_spot(a, b, nodes)
    a, b = number[a], number[b]
    stops = nodes.stops.copy()
    np.bitwise_or.at(stops, number, nodes.stops)
    real = np.flatnonzero(a != b)
    return _merged(a[real], b[real], way[real], ways, nodes), stops


def centimetres(lat: I32, lon: I32, a: I64, b: I64) -> I64:
    """Whole centimetres between vertices, rounded up."""
    points = on_sphere(lat / DEGREE, lon / DEGREE)
    return np.ceil(100 * chord(points[a], points[b])).astype(np.int64)


def _one_number_per_spot(a: I64, b: I64, nodes: Nodes) -> I64:
    """The vertex of each node: the first of the neighbours that lie at its spot."""
    count = len(nodes.ids)
    same = (nodes.lat[a] == nodes.lat[b]) & (nodes.lon[a] == nodes.lon[b])
    if not same.any():
        return np.arange(count)
    pairs = coo_array((np.ones(int(same.sum())), (a[same], b[same])), (count, count))
    labels = connected_components(pairs, directed=False)[1]
    first: I64 = np.unique(labels, return_index=True)[1][labels]
    return first


def _merged(a: I64, b: I64, way: I64, ways: Ways, nodes: Nodes) -> Edges:
    """Streets that share a piece are one edge: open to whom either is open, stairs only if there is no other way."""
    turned = a > b
    tail, head = np.minimum(a, b), np.maximum(a, b)
    forth = np.where(turned, ways.back[way], ways.forth[way])
    back = np.where(turned, ways.forth[way], ways.back[way])
    order = np.lexsort((way, head, tail))
    tail, head, way = tail[order], head[order], way[order]
    starts = np.flatnonzero(np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])][: len(tail)])
    tail, head, first = tail[starts], head[starts], way[starts]
    return Edges(
        tail,
        head,
        centimetres(nodes.lat, nodes.lon, tail, head),
        _either(forth[order], starts),
        _either(back[order], starts),
        ways.kind[first],
        np.maximum.reduceat(ways.name[way], starts) if len(starts) else np.zeros(0, np.int32),
    )


def _either(bits: U8, starts: I64) -> U8:
    if not len(starts):
        return bits
    stairs = bits & STEPS | np.where(bits == 0, STEPS, 0).astype(np.uint8)
    moving = bits & (WALK | EBIKE | CAR)
    either = np.bitwise_or.reduceat(moving, starts) | np.bitwise_and.reduceat(stairs, starts)
    return np.asarray(either, np.uint8)


def with_stops(edges: Edges, stops: U8) -> Edges:
    """Close barriers: at a vertex that stops a mode only the longest edge stays open to it, so nothing passes through.

    Keeping one edge leaves people who live in front of the gate on the street.
    """
    forth, back = edges.forth.copy(), edges.back.copy()
    at_stop = np.flatnonzero((stops[edges.tail] | stops[edges.head]) > 0)
    for bit in (WALK, EBIKE, CAR):
        open_here = at_stop[((forth | back)[at_stop] & bit) > 0]
        shut = _all_but_longest(edges, open_here, (stops & bit) > 0)
        forth[shut] &= ~np.uint8(bit)
        back[shut] &= ~np.uint8(bit)
    return edges._replace(forth=forth, back=back)


def _all_but_longest(edges: Edges, chosen: I64, stop: Mask) -> I64:
    vertex = np.concatenate([edges.tail[chosen], edges.head[chosen]])
    edge = np.concatenate([chosen, chosen])
    there = stop[vertex]
    vertex, edge = vertex[there], edge[there]
    order = np.lexsort((edge, -edges.length[edge], vertex))
    vertex, edge = vertex[order], edge[order]
    first = np.r_[True, vertex[1:] != vertex[:-1]][: len(vertex)]
    return np.unique(edge[~first])
