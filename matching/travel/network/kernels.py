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
        best = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[best]:
                best = other
        if heap[best] >= entry:
            break
        heap[at] = heap[best]
        at = best
    heap[at] = entry
    return size


@compiled
def arrive(state: State, target: int, way: int, count: int) -> int:
    """Note a way to a target if it is the first or the shortest so far; returns how many targets are touched."""
    if state.stamp[target] == state.clock[0]:
        state.best[target] = min(state.best[target], way)
        return count
    state.stamp[target] = state.clock[0]
    state.best[target] = way
    state.touched[count] = target
    return count + 1


@compiled
def reach(state: State, vertex: int, way: int, size: int) -> int:
    """Put a vertex on the heap if this way to it is the first or shorter; returns the heap's new size."""
    if state.seen[vertex] == state.clock[0] and way >= state.distance[vertex]:
        return size
    state.seen[vertex] = state.clock[0]
    state.distance[vertex] = way
    return push(state.heap, size, (way << SHIFT) | vertex)


@compiled
def direct(sources: Sources, i: int, edges: OnEdges, state: State) -> int:
    """Targets on the source's own edge, on the way that its direction allows; returns how many."""
    count = 0
    for j in range(np.searchsorted(edges.edge, sources.edge[i]), len(edges.edge)):
        if edges.edge[j] != sources.edge[i]:
            break
        apart = edges.along[j] - sources.along[i]
        if apart == 0 or (apart > 0 and sources.forth[i]) or (apart < 0 and sources.back[i]):
            way = sources.off[i] + abs(apart) + edges.off[j]
            if way <= sources.limit[i]:
                count = arrive(state, edges.target[j], way, count)
    return count


@compiled
def begin(sources: Sources, i: int, state: State) -> int:
    """Put the ends of the source's edge on the heap; returns its size."""
    size, off, limit = 0, sources.off[i], sources.limit[i]
    if sources.to_tail[i] >= 0 and off + sources.to_tail[i] <= limit:
        size = reach(state, sources.tail[i], off + sources.to_tail[i], size)
    if sources.to_head[i] >= 0 and off + sources.to_head[i] <= limit:
        size = reach(state, sources.head[i], off + sources.to_head[i], size)
    return size


@compiled
def search(graph: Graph, hanging: Hanging, edges: OnEdges, sources: Sources, i: int, state: State) -> int:
    """Shortest ways from source i to all targets within its limit: how many, named in `touched`, metres in `best`."""
    state.clock[0] += 1
    limit = sources.limit[i]
    count = direct(sources, i, edges, state)
    size = begin(sources, i, state)
    while size:
        entry = state.heap[0]
        size = pop(state.heap, size)
        vertex, way = entry & LOW, entry >> SHIFT
        if way > state.distance[vertex]:
            continue
        for j in range(hanging.first[vertex], hanging.first[vertex + 1]):
            if way + hanging.way[j] <= limit:
                count = arrive(state, hanging.target[j], way + hanging.way[j], count)
        for arc in range(graph.first[vertex], graph.first[vertex + 1]):
            if way + graph.length[arc] <= limit:
                size = reach(state, graph.head[arc], way + graph.length[arc], size)
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
