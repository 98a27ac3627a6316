"""Who may not come where: limits of ways that refer to a shift as it was before it was cut."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from matching.problem import Problem, Shift, Worker

FAR = 1 << 40


class Asked(NamedTuple):
    """Something at a place, to be done between two ticks; `reach`: metres from where a shift starts, None for no limit."""

    name: str
    place: str
    low: int
    high: int
    reach: int | None


def apart(
    problem: Problem, worker: Worker, seats: Iterable[tuple[Shift, bool]], asked: Sequence[Asked]
) -> set[str]:
    """Names of what is out of reach of a worker in some shift, or beyond the limit of a single way in one that was cut.

    `seats`: the worker's whole shifts, and whether each was cut. What cannot be done in the time of a shift does not matter
    there: so somebody with several shifts loses only what one of them could have done.
    """
    found: set[str] = set()
    if not asked or ((worker.reach_metres, worker.max_leg_ticks) == (None, None) and not _reaches(asked)):
        return found
    there = [problem.place_by_id[one.place] for one in asked]
    low = np.array([one.low for one in asked], dtype=np.int64)
    high = np.array([one.high for one in asked], dtype=np.int64)
    reach = np.array([FAR if one.reach is None else one.reach for one in asked], dtype=np.int64)
    reach = np.minimum(reach, FAR if worker.reach_metres is None else worker.reach_metres)
    for shift, cut in seats:
        begin, end = problem.place_by_id[shift.start_place], problem.place_by_id[shift.end_place]
        out, metres = problem.travel.block([begin], there, worker.mode)
        bad = metres[0] > reach
        if cut and worker.max_leg_ticks is not None:
            back = problem.travel.block(there, [end], worker.mode)[0]
            bad |= np.maximum(out[0], back[:, 0]) > worker.max_leg_ticks
        bad &= (low < shift.end) & (high > shift.start)
        found.update(asked[i].name for i in np.flatnonzero(bad).tolist())
    return found


def _reaches(asked: Sequence[Asked]) -> bool:
    return any(one.reach is not None for one in asked)
