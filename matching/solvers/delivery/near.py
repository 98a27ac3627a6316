"""Which deliveries are close to each other, and in which orders they are put back."""

import numpy as np
import numpy.typing as npt

from matching.solvers.delivery import layout as at

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

NEAR = 40


def _spans(pair: I64, lookup: I32) -> tuple[I64, I64]:
    """First and last start of each delivery in any row; a gap that nothing fills where there is none."""
    there = lookup >= 0
    low = np.where(there, pair[lookup, at.LOW], at.FAR) if len(pair) else np.full(lookup.shape, at.FAR)
    high = np.where(there, pair[lookup, at.HIGH], -1) if len(pair) else np.full(lookup.shape, -1)
    return low.min(axis=1, initial=at.FAR), high.max(axis=1, initial=-1)


def near_of(way: I32, item: I64, pair: I64, lookup: I32) -> I64:
    """For each delivery those close in space and time, itself first."""
    total = len(item)
    most = min(NEAR, total)
    low, high = _spans(pair, lookup)
    found = np.zeros((total, most), dtype=np.int64)
    place = item[:, at.PLACE]
    for i in range(total):
        gap = np.maximum(np.maximum(low - high[i], low[i] - high), 0)
        apart = way[0, place[i], place] + gap // 4
        apart[i] = -1
        some = np.argpartition(apart, most - 1)[:most]
        found[i] = some[np.lexsort((some, apart[some]))]
    return found


def keys_of(way: I32, item: I64, depot: I64, pair: I64, lookup: I32) -> I64:
    """Orders: weight, weight for its units, few rows, far from depots, near to them, many units, narrow, early."""
    total = len(item)
    weight, units = item[:, at.WEIGHT], item[:, at.UNITS]
    low, high = _spans(pair, lookup)
    few = (lookup >= 0).sum(axis=1)
    doors = depot[:-1, at.D_PLACE]
    far = way[0][np.ix_(doors, item[:, at.PLACE])].min(axis=0, initial=10**9)
    keys = [-weight, -(weight // np.maximum(1, units)), few, -far, far, -units, high - low, low]
    return np.array(keys, dtype=np.int64).reshape(len(keys), total)
