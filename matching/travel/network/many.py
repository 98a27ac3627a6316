"""Ways between many places at once: bounded searches over the street network, on all cores, compiled when first used."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import local
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.base import UNREACHABLE, Mode
from matching.travel.network.inputs import graph_of, hanging_of, on_edges_of, sources_of, state_for
from matching.travel.network.model import I32, I64, Network
from matching.travel.network.snap import Snapped

LEAST, MOST = 16, 64
"""Sources searched in one call of compiled code: enough to be worth a call, few enough to share among cores."""

COMPILING: Final = "Getting the search for ways ready; it is compiled once on each machine"

FARTHEST_METRES: Final = UNREACHABLE - 1
"""No way is looked for beyond it."""

Progress = Callable[[str, float], None]
Rows = tuple[I64, I32, I32]
"""How many targets each source has, all targets, their metres."""


class Sparse(NamedTuple):
    """All pairs within reach: those of source i are at `first[i]:first[i + 1]` of `target` (ascending) and `metres`."""

    first: I64
    target: I32
    metres: I32


def distances(
    network: Network,
    mode: Mode,
    sources: Snapped,
    targets: Snapped,
    limit_metres: npt.ArrayLike,
    *,
    backwards: bool = False,
    on_progress: Progress | None = None,
    threads: int | None = None,
) -> Sparse:
    """Metres of every source to every target that is at most `limit_metres` away (one number, or one per source).

    `backwards`: ways from the targets to the sources instead. A source and a target at one place are twice their way to the
    street apart: who knows that they are the same door says 0. The answer is the same for any number of `threads`.
    """
    limits = np.broadcast_to(np.asarray(limit_metres, np.int64), (len(sources.edge),))
    columns = (sources.edge, sources.along, sources.off, np.clip(limits, -1, FARTHEST_METRES))
    table = np.stack([column.astype(np.int64) for column in columns], axis=-1)
    different, row_of = np.unique(table, axis=0, return_inverse=True)
    found = _searched(network, mode, different, targets, backwards, on_progress, threads or _cores())
    return _repeated(found, row_of.reshape(-1))


def _searched(
    network: Network,
    mode: Mode,
    table: I64,
    targets: Snapped,
    backwards: bool,
    on_progress: Progress | None,
    threads: int,
) -> Sparse:
    """One search for each row of `table`: edge, along, off, limit."""
    # numba takes a second to load and must stay out of the web process.
    from matching.travel.network import kernels  # noqa: PLC0415

    tell = on_progress or _silence
    if not getattr(kernels.rows, "signatures", None):
        tell(COMPILING, 0.0)
    edge, along, off = table[:, :3].astype(np.int32).T.copy()
    places = Snapped(edge, along, off, np.zeros(len(edge), np.uint8))
    sources = sources_of(network, mode, places, table[:, 3], backwards=backwards)
    graph = graph_of(network, mode, backwards=backwards)
    hanging = hanging_of(network, mode, targets, backwards=backwards)
    edges = on_edges_of(targets)
    own = local()

    def work(part: slice) -> Rows:
        if not hasattr(own, "state"):
            own.state = state_for(graph, len(targets.edge))
        return kernels.rows(graph, hanging, edges, sources.part(part), own.state)

    size = min(max(LEAST, -(-len(table) // threads)), MOST)
    cuts = [*range(0, len(table), size), len(table)]
    parts = [slice(low, high) for low, high in pairwise(cuts)]
    found = []
    for done, rows in enumerate(_mapped(work, parts, threads), 1):
        found.append(rows)
        tell("", done / len(parts))
    return _joined(found)


def _silence(_message: str, _share: float) -> None:
    pass


def _mapped(work: Callable[[slice], Rows], parts: list[slice], threads: int) -> Iterator[Rows]:
    """Work on parts in several threads, answers in order; compiled code lets other threads run."""
    if threads == 1 or len(parts) == 1:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, parts)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _joined(parts: list[Rows]) -> Sparse:
    if not parts:
        return Sparse(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
    counts = np.concatenate([part[0] for part in parts])
    first = np.concatenate([[0], np.cumsum(counts)])
    return Sparse(
        first, np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])
    )


def _repeated(found: Sparse, row_of: I64) -> Sparse:
    """The rows of `found`, once for every source that they answer."""
    count = np.diff(found.first)[row_of]
    first = np.concatenate([[0], np.cumsum(count)])
    at = np.repeat(found.first[row_of] - first[:-1], count) + np.arange(first[-1])
    return Sparse(first, found.target[at], found.metres[at])
