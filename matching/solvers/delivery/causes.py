"""Why a delivery is not served: for every worker the first rule that says no."""

from collections import Counter
from collections.abc import Collection

from matching.plan import CauseCount
from matching.problem import Problem
from matching.rules import CAUSES


def why_undelivered(problem: Problem, ids: Collection[str]) -> dict[str, tuple[CauseCount, ...]]:
    """Causes of each delivery named, in the order of `CAUSES`; they add up to the number of workers.

    First what would keep a worker from a visit at the door, then what they carry, then whether there is a depot where they
    may load (`depot`), and one from which it would be at the door in time and fresh (`fresh`); else they are busy.
    """
    from matching.solvers.delivery.alone import Alone  # noqa: PLC0415 numpy is enough, but solvers are loaded late

    alone = Alone(problem)
    return {found: _counts(alone.causes(found)) for found in sorted(ids)}


def _counts(causes: Counter[str]) -> tuple[CauseCount, ...]:
    return tuple(CauseCount(cause=cause, count=causes[cause]) for cause in CAUSES if causes[cause])
