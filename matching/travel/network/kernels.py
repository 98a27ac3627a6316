"""Bounded shortest ways, compiled. Import this module inside functions only: numba takes a second to load.

Lengths are whole centimetres, and only the answer is rounded up to metres.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from matching.travel.network.inputs import Graph, Hanging, OnEdges, Sources, State
from matching.travel.network.model import I32, I64

F = TypeVar("F", bound=Callable[..., Any])

SHIFT = 32
LOW = (1 << SHIFT) - 1
"""A heap entry is centimetres << SHIFT | vertex, so that equal ways are settled in order of their vertices."""


def compiled(function: F) -> F:
    """Compile at the first call and keep the machine code on disk, where there is a directory for it."""
    try:
        return cast("F", njit(function, cache=True, nogil=True))
    except RuntimeError:  # numba found no directory that it may write
        return cast("F", njit(function, nogil=True))


@compiled
def push(heap: I64, size: int, entry: int) -> int:
    """Put an entry into a heap of four children per node; returns its new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 2
        if heap[parent] <= entry:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = entry
    return size + 1


@compiled
def pop(heap: I64, size: int) -> int:
    """Take the smallest entry, `heap[0]`, out of the heap; returns its new size."""
    size -= 1
    entry = heap[size]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        best, least = child, heap[child]
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < least:
                best, least = other, heap[other]
        if least >= entry:
            break
        heap[at] = least
        at = best
    heap[at] = entry
    return size


@compiled
def arrive(now: int, stamp: I32, best: I64, touched: I32, count: int, target: int, way: int) -> int:
    """Note a way to a target if it is the first or the shortest so far; returns how many targets are touched."""
    if stamp[target] == now:
        best[target] = min(best[target], way)
        return count
    stamp[target] = now
    best[target] = way
    touched[count] = target
    return count + 1


@compiled
def reach(now: int, seen: I32, distance: I64, heap: I64, size: int, vertex: int, way: int) -> int:
    """Put a vertex on the heap if this way to it is the first or shorter; returns the heap's new size."""
    if seen[vertex] == now and way >= distance[vertex]:
        return size
    seen[vertex] = now
    distance[vertex] = way
    return push(heap, size, (way << SHIFT) | vertex)


@compiled
def direct(sources: Sources, i: int, edges: OnEdges, state: State) -> int:
    """Targets on the source's own edge, on the way that its direction allows; returns how many."""
    count, now = 0, state.clock[0]
    for j in range(np.searchsorted(edges.edge, sources.edge[i]), len(edges.edge)):
        if edges.edge[j] != sources.edge[i]:
            break
        apart = edges.along[j] - sources.along[i]
        if apart == 0 or (apart > 0 and sources.forth[i]) or (apart < 0 and sources.back[i]):
            way = sources.off[i] + abs(apart) + edges.off[j]
            if way <= sources.limit[i]:
                target = edges.target[j]
                count = arrive(now, state.stamp, state.best, state.touched, count, target, way)
    return count


@compiled
def begin(sources: Sources, i: int, state: State) -> int:
    """Put the ends of the source's edge on the heap; returns its size."""
    size, now, off, limit = 0, state.clock[0], sources.off[i], sources.limit[i]
    for vertex, way in (
        (sources.tail[i], sources.to_tail[i]),
        (sources.head[i], sources.to_head[i]),
    ):
        if way >= 0 and off + way <= limit:
            size = reach(now, state.seen, state.distance, state.heap, size, vertex, off + way)
    return size


@compiled
def search(graph: Graph, hanging: Hanging, edges: OnEdges, sources: Sources, i: int, state: State) -> int:
    """Shortest ways from source i to all targets within its limit: how many, named in `touched`, their cm in `best`."""
    state.clock[0] += 1
    now, limit = state.clock[0], sources.limit[i]
    count = direct(sources, i, edges, state)
    size = begin(sources, i, state)
    # plain names for the arrays of the loop: reading them from the tuples each time makes it three times slower
    arc_first, arc_head, arc_length = graph.first, graph.head, graph.length
    door_first, door_target, door_way = hanging.first, hanging.target, hanging.way
    distance, seen, heap = state.distance, state.seen, state.heap
    best, stamp, touched = state.best, state.stamp, state.touched
    while size:
        entry = heap[0]
        size = pop(heap, size)
        vertex, way = entry & LOW, entry >> SHIFT
        if way > distance[vertex]:
            continue
        for j in range(door_first[vertex], door_first[vertex + 1]):
            if way + door_way[j] <= limit:
                count = arrive(now, stamp, best, touched, count, door_target[j], way + door_way[j])
        for arc in range(arc_first[vertex], arc_first[vertex + 1]):
            if way + arc_length[arc] <= limit:
                size = reach(now, seen, distance, heap, size, arc_head[arc], way + arc_length[arc])
    return count


@compiled
def longer(array: I32, least: int) -> I32:
    """The same numbers with room for at least so many."""
    copy = np.empty(max(least, 2 * len(array)), np.int32)
    copy[: len(array)] = array
    return copy


@compiled
def rows(
    graph: Graph, hanging: Hanging, edges: OnEdges, sources: Sources, state: State
) -> tuple[I64, I32, I32]:
    """One row per source: how many targets are within its limit; then the targets, ascending, and their metres."""
    counts = np.zeros(len(sources.edge), np.int64)
    to, metres = np.empty(1024, np.int32), np.empty(1024, np.int32)
    total = 0
    for i in range(len(counts)):
        count = search(graph, hanging, edges, sources, i, state)
        if total + count > len(to):
            to, metres = longer(to, total + count), longer(metres, total + count)
        state.touched[:count].sort()
        for j in range(count):
            target = state.touched[j]
            to[total + j] = target
            metres[total + j] = (state.best[target] + 99) // 100
        counts[i] = count
        total += count
    return counts, to[:total].copy(), metres[:total].copy()
