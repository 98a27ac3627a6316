"""Connected parts: a mode keeps its largest one, so that whatever it reaches from one street, it reaches from all."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.travel.network.model import CAR, EBIKE, I32, STEPS, U8, WALK
from matching.travel.network.noding import Edges, Mask


def parts_of(edges: Edges, vertices: int, bit: int, *, both_ways: bool = True) -> I32:
    """Number of the part of each vertex (vertices,): places that a mode can go between, there and back.

    Without `both_ways`, one direction is enough to connect.
    """
    go, come = (edges.forth & bit) > 0, (edges.back & bit) > 0
    tail = np.concatenate([edges.tail[go], edges.head[come]])
    head = np.concatenate([edges.head[go], edges.tail[come]])
    graph = coo_array((np.ones(len(tail), np.uint8), (tail, head)), (vertices, vertices))
    labels: I32 = connected_components(graph, connection="strong" if both_ways else "weak")[1]
    return labels


def in_largest(edges: Edges, vertices: int, bit: int) -> tuple[Mask, int]:
    """Edges (mask) of the part with most metres of street, and how many other parts there are."""
    used = ((edges.forth | edges.back) & bit) > 0
    parts = parts_of(edges, vertices, bit)
    inside = used & (parts[edges.tail] == parts[edges.head])
    if not inside.any():
        return inside, 0
    metres = np.bincount(parts[edges.tail[inside]], edges.length[inside])
    largest = inside & (parts[edges.tail] == metres.argmax())
    return largest, int((metres > 0).sum()) - 1


def keep_largest(edges: Edges, vertices: int) -> tuple[Edges, Mask, dict[str, int]]:
    """Clear every mode's bits outside its largest part.

    Returns edges, a mask of the walkable ones that were cut off (islands), and how many parts each mode lost.
    """
    forth, back = edges.forth.copy(), edges.back.copy()
    walkable = ((forth | back) & WALK) > 0
    lost: dict[str, int] = {}
    for mode, bit in (("walk", WALK), ("ebike", EBIKE), ("car", CAR)):
        inside, lost[mode] = in_largest(edges, vertices, bit)
        forth[~inside] &= ~np.uint8(bit)
        back[~inside] &= ~np.uint8(bit)
    cut_off = walkable & (((forth | back) & WALK) == 0)
    return edges._replace(forth=_tidy(forth), back=_tidy(back)), cut_off, lost


def _tidy(bits: U8) -> U8:
    """Stairs that nobody passes are no stairs."""
    return np.where(bits == STEPS, 0, bits).astype(np.uint8)
